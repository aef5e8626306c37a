"""Compressed messages as zlib makes them, with all kinds of blocks and flushes, and messages for us to compress."""

import zlib

from cases import Case, chance, damage_bytes, damage_parts, random_cuts
from frame_cases import BINARY, CONTINUATION, MESSAGE_BYTES_MAX, TEXT, FrameWriter, add_close, add_control, make_payload

TAIL = b"\0\0\xff\xff"  # what a sender strips (RFC 7692 §7.2.1)
RSV1 = 0x40

FLUSHES = [zlib.Z_NO_FLUSH, zlib.Z_NO_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_PARTIAL_FLUSH, zlib.Z_BLOCK]
STRATEGIES = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE,
              zlib.Z_FIXED]
WORDS = ["\"id\":", "\"user\":", "\"text\":", "{", "}", ",", "true", "null", "duplex", "12345", "\u00e9\u00e8",
         "\u20ac", "\n"]
SIZES = [0, 1, 2, 5, 20, 127, 128, 129, 500, 1000, 2000, 5000]
LARGE_SIZES = [20_000, 32_768, 33_000, 65_536, 70_000, 99_999]


def make_inflate_case(rng):
    """Frames that somebody compressed, for us to inflate."""
    settings = random_settings(rng)
    writer = FrameWriter(rng, settings["role"], breakage=0.01)
    compressor = Compressor(rng, settings)
    sent = []
    for _ in range(rng.randrange(1, 6)):
        if chance(rng, 0.2):
            add_control(rng, writer)
        add_message(rng, writer, compressor, sent)
    if chance(rng, 0.3):
        add_close(rng, writer)
    frames = writer.frames
    if chance(rng, 0.15):
        frames = damage_bytes(rng, frames)
    if chance(rng, 0.05):
        frames = damage_parts(rng, frames)
    return Case("inflate", frames, settings, random_cuts(rng, sum(map(len, frames))))


def make_deflate_case(rng):
    """Messages for us to compress. The first byte of each says how it is sent: see probe.cpp."""
    settings = {**random_settings(rng), "fragment_bytes": rng.choice([0, 0, 0, 1, 10, 1000]),
                "threshold_bytes": rng.choice([0, 0, 128])}
    sent = []
    for _ in range(rng.randrange(1, 8)):
        way = rng.choice("sssccpb" if settings["role"] == "server" else "sssccp")
        sent.append(way.encode() + make_content(rng, BINARY, [message[1:] for message in sent]))
    return Case("deflate", sent, settings)


def random_settings(rng):
    return {"role": rng.choice(["server", "client"]), "message_bytes_max": MESSAGE_BYTES_MAX,
            "window_bits": rng.randint(9, 15), "context_takeover": chance(rng, 0.5)}


def make_content(rng, opcode, earlier):
    """Random, compressible, like an earlier message, or with repetitions far away."""
    kind = rng.choice(["words", "words", "words", "random", "earlier", "far", "run"])
    size = rng.choice(LARGE_SIZES) if chance(rng, 0.05) else rng.choice(SIZES)
    if kind == "earlier" and earlier:
        return rng.choice(earlier)
    if kind == "random" or kind == "far" and opcode == TEXT:
        return make_payload(rng, opcode)
    if kind == "far":  # the distances of all windows, and one more and less
        gap = rng.randbytes(max(0, (1 << rng.randint(8, 15)) + rng.randint(-3, 3)))
        return (gap + gap[:rng.randrange(300)])[:MESSAGE_BYTES_MAX]
    if kind == "run":
        return b"a" * size
    words = [rng.choice(WORDS) for _ in range(size // 4 + 1)]
    return "".join(words)[:size].encode()


class Compressor:
    """A sender that is free in all that RFC 7692 leaves free."""

    def __init__(self, rng, settings):
        self.rng, self.settings, self.stream = rng, settings, None

    def compress(self, payload):
        rng = self.rng
        if self.stream is None or not self.settings["context_takeover"] or chance(rng, 0.1):
            self.stream = zlib.compressobj(rng.randint(0, 9), zlib.DEFLATED, -self.settings["window_bits"],
                                           rng.randint(1, 9), rng.choice(STRATEGIES))
        data = b""
        for piece in cut(rng, payload, rng.choice([1, 1, 1, 2, 4])):
            data += self.stream.compress(piece) + self.flush(rng.choice(FLUSHES))
        return data + self.finish()

    def flush(self, mode):
        return self.stream.flush(mode) if mode != zlib.Z_NO_FLUSH else b""

    def finish(self):
        rng = self.rng
        if chance(rng, 0.1):  # RFC 7692 §7.2.3.4: a final block, then one more that is empty
            final, self.stream = self.stream.flush(zlib.Z_FINISH), None
            return final[:-len(TAIL)] if final.endswith(TAIL) and chance(rng, 0.5) else final + b"\0"
        data = self.stream.flush(zlib.Z_SYNC_FLUSH)
        if not data.endswith(TAIL):  # nothing new to flush
            data += self.stream.flush(zlib.Z_FULL_FLUSH)
        data = data if data.endswith(TAIL) else data + b"\0" + TAIL
        if chance(rng, 0.1):  # RFC 7692 §7.2.3.5: more than one block
            data += b"\0" + TAIL
        return data[:-len(TAIL)]


def cut(rng, data, count):
    ends = sorted(rng.randrange(len(data) + 1) for _ in range(count - 1)) + [len(data)]
    return [data[begin:end] for begin, end in zip([0] + ends, ends)]


def add_message(rng, writer, compressor, sent):
    opcode = rng.choice([TEXT, TEXT, BINARY])
    payload = make_content(rng, opcode, [earlier for kind, earlier in sent if kind == opcode])
    sent.append((opcode, payload))
    is_compressed = chance(rng, 0.85)
    data = compressor.compress(payload) if is_compressed else payload
    pieces = cut(rng, data, rng.choice([1, 1, 2, 4]))
    for index, piece in enumerate(pieces):
        if index and chance(rng, 0.2):
            add_control(rng, writer)
        writer.add(opcode if index == 0 else CONTINUATION, piece, fin=index == len(pieces) - 1,
                   reserved=RSV1 if is_compressed and index == 0 else 0)
