"""Streams of frames as they come behind the handshake: valid ones in all their forms, and slightly broken ones."""

import struct

from cases import Case, chance, damage_bytes, damage_parts, random_cuts

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MESSAGE_BYTES_MAX = 100_000  # of the peers in these cases, so that a breach needs no megabytes

SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 64, 100, 124, 125, 126, 127, 128, 300, 1000]
LARGE_SIZES = [4096, 65_535, 65_536, 70_000, 99_999, 100_000, 100_001]
CLOSE_CODES = [0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
               1015, 1016, 1099, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 9999, 65_535]
CHARACTERS = ["a", "Z", " ", "\x7f", "\x80", "\u00e9", "\u07ff", "\u0800", "\u20ac", "\ud7ff", "\ue000", "\ufffd",
              "\uffff", "\U00010000", "\U0001f600", "\U0010ffff", "\0", "\ufeff"]
BROKEN_TEXTS = [b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xc3(", b"\xe0\x80\x80", b"\xe0\x9f\xbf",
                b"\xe2\x82", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf",
                b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8", b"\xfe", b"\xff", b"\xf0\x9f",
                b"\xe2", b"\xf4", b"\xef\xbf"]


def make_case(rng):
    role = rng.choice(["server", "client"])
    frames = make_frames(rng, role)
    if chance(rng, 0.15):
        frames = damage_bytes(rng, frames)
    if chance(rng, 0.1):
        frames = damage_parts(rng, frames)
    settings = {"role": role, "message_bytes_max": MESSAGE_BYTES_MAX}
    return Case("frames", frames, settings, random_cuts(rng, sum(map(len, frames))))


def make_frames(rng, role):
    """Messages with control frames between and inside them; sometimes one frame is broken on purpose."""
    writer = FrameWriter(rng, role)
    for _ in range(rng.randrange(1, 6)):
        if chance(rng, 0.3):
            add_control(rng, writer)
        else:
            add_message(rng, writer)
    if chance(rng, 0.5):
        add_close(rng, writer)
        if chance(rng, 0.3):
            add_message(rng, writer)
    return writer.frames


class FrameWriter:
    """Frames for one role. A breakage is drawn for each of them, and rarely comes."""

    def __init__(self, rng, role, breakage=0.05):
        self.rng, self.frames, self.breakage = rng, [], breakage
        self.is_masked = role == "server"

    def add(self, opcode, payload, fin=True, reserved=0):
        rng, is_masked, form = self.rng, self.is_masked, None
        if chance(rng, self.breakage):
            kind = rng.choice(["reserved", "mask", "opcode", "fin", "length", "continuation", "huge"])
            if kind == "reserved":
                reserved ^= rng.randrange(1, 8) << 4
            elif kind == "mask":
                is_masked = not is_masked
            elif kind == "opcode":
                opcode = rng.randrange(16)
            elif kind == "fin":
                fin = not fin
            elif kind == "length":
                form = rng.choice([126, 127])
            elif kind == "continuation":
                opcode = CONTINUATION
            else:
                return self.frames.append(self.huge_header(opcode))
        header = bytes([fin << 7 | reserved | opcode]) + encode_length(len(payload), is_masked, form)
        if is_masked:
            key = rng.choice([bytes(4), rng.randbytes(4), rng.randbytes(4)])
            payload = key + apply_mask(payload, key)
        return self.frames.append(header + payload)

    def huge_header(self, opcode):
        """A length that no payload follows."""
        length = self.rng.choice([2**63, 2**63 - 1, 2**64 - 1, 2**53, 2**32, 2**31, MESSAGE_BYTES_MAX + 1])
        return struct.pack("!BBQ", 0x80 | opcode, self.is_masked << 7 | 127, length) + bytes(4 if self.is_masked else 0)


def encode_length(length, is_masked, form=None):
    """In the shortest form, or in the given one, so far as it can hold the length."""
    shortest = length if length < 126 else 126 if length < 65_536 else 127
    form = max(form or 0, shortest)
    return struct.pack({126: "!BH", 127: "!BQ"}.get(form, "!B"), is_masked << 7 | min(form, 127),
                       *([length] if form > 125 else []))


def apply_mask(payload, key):
    repeated = (key * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


def make_payload(rng, opcode):
    size = rng.choice(LARGE_SIZES) if chance(rng, 0.02) else rng.choice(SIZES)
    if opcode == BINARY:
        return rng.randbytes(size)
    text = "".join(rng.choice(CHARACTERS) for _ in range(min(size, 60))).encode() if chance(rng, 0.7) else b""
    text += b"x" * (size - len(text))
    if chance(rng, 0.1):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice(BROKEN_TEXTS) + text[place:]
    return text


def add_message(rng, writer):
    """In one frame or in several, cut anywhere, with control frames between the fragments."""
    opcode = rng.choice([TEXT, TEXT, BINARY])
    payload = make_payload(rng, opcode)
    count = 1 if chance(rng, 0.5) else rng.randrange(2, 6)
    ends = sorted(rng.randrange(len(payload) + 1) for _ in range(count - 1)) + [len(payload)]
    for index, (begin, end) in enumerate(zip([0] + ends, ends)):
        if index and chance(rng, 0.2):
            add_control(rng, writer)
        writer.add(opcode if index == 0 else CONTINUATION, payload[begin:end], fin=index == count - 1)


def add_control(rng, writer):
    if chance(rng, 0.03):
        return add_close(rng, writer)
    size = rng.choice([0, 1, 4, 125, 125, 126, 200]) if chance(rng, 0.15) else rng.randrange(0, 20)
    return writer.add(rng.choice([PING, PING, PONG]), rng.randbytes(size))


def add_close(rng, writer):
    kind = rng.choice(["usual", "usual", "empty", "code", "code", "reason", "broken reason", "one byte"])
    code = 1000 if kind in ("usual", "reason", "broken reason") else rng.choice(CLOSE_CODES)
    payload = struct.pack("!H", code)
    if kind == "empty":
        payload = b""
    elif kind == "one byte":
        payload = b"\x03"
    elif kind == "reason":
        payload += "".join(rng.choice(CHARACTERS) for _ in range(rng.randrange(30))).encode()
    elif kind == "broken reason":
        payload += b"bye" + rng.choice(BROKEN_TEXTS)
    writer.add(CLOSE, payload)
