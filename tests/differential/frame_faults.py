"""Where a stream of frames first breaks RFC 6455, found without any of the implementations that are compared."""

import codecs
import re

from frame_cases import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, apply_mask

# What may be missing at the end of a text that goes on (RFC 3629 §4). Python's decoder waits for the third byte of a
# surrogate.
_CHARACTER_BEGINNING = re.compile(
    rb"|[\xc2-\xdf]|\xe0[\xa0-\xbf]?|[\xe1-\xec\xee\xef][\x80-\xbf]?|\xed[\x80-\x9f]?"
    rb"|\xf0([\x90-\xbf][\x80-\xbf]?)?|[\xf1-\xf3]([\x80-\xbf][\x80-\xbf]?)?|\xf4([\x80-\x8f][\x80-\xbf]?)?", re.DOTALL)


def first_fault(case):
    """Its name, or None for a stream that is valid as far as it goes."""
    try:
        Walk(case).run()
    except Fault as fault:
        return str(fault)
    except NeedsMore:
        pass
    return None


def has_first_fault(*names):
    """Evidence for a rule."""
    return lambda case: first_fault(case) in names


def has_control_beyond_room(case):
    """Is there a control frame inside of a message that is larger than what the message has left of its bound?"""
    walk = Walk(case)
    try:
        walk.run()
    except (Fault, NeedsMore):
        pass
    return walk.has_control_beyond_room


class Fault(Exception):
    pass


class NeedsMore(Exception):
    pass


class Walk:
    def __init__(self, case):
        self.data, self.place = case.data, 0
        self.is_server, self.bytes_max = case.settings["role"] == "server", case.settings["message_bytes_max"]
        self.message, self.message_bytes, self.decoder = None, 0, None
        self.is_over, self.has_control_beyond_room = False, False

    def run(self):
        while not self.is_over:
            self.read_frame()

    def take(self, count):
        if len(self.data) - self.place < count:
            raise NeedsMore
        self.place += count
        return self.data[self.place - count:self.place]

    def read_frame(self):
        first, = self.take(1)
        fin, opcode = first >> 7, first & 0x0F
        self.check_first_byte(fin, first, opcode)
        length, key = self.read_length(opcode)
        if opcode >= CLOSE:
            room = self.bytes_max - self.message_bytes if self.message is not None else self.bytes_max
            self.has_control_beyond_room |= length > room
            return self.read_control(opcode, apply(key, self.take(length)))
        return self.read_data(fin, opcode, length, key)

    def check_first_byte(self, fin, first, opcode):
        require(not first & 0x70, "reserved bit")
        require(opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG), "unknown opcode")
        require(opcode < CLOSE or fin, "fragmented control frame")
        require(opcode != CONTINUATION or self.message is not None, "unexpected continuation")
        require(opcode not in (TEXT, BINARY) or self.message is None, "interrupted message")

    def read_length(self, opcode):
        second, = self.take(1)
        form = second & 0x7F
        require(bool(second & 0x80) == self.is_server, "mask")
        require(opcode < CLOSE or form < 126, "long control frame")
        if form == 127:  # its first bytes can tell
            require(self.data[self.place:self.place + 1] < b"\x80", "length above 63 bits")
            require(not self.data.startswith(bytes(6), self.place), "overlong length")
        length = int.from_bytes(self.take({126: 2, 127: 8}.get(form, 0)), "big") if form > 125 else form
        require(form != 126 or length > 125, "overlong length")
        if opcode < CLOSE:
            so_far = self.message_bytes if opcode == CONTINUATION else 0
            require(so_far + length <= self.bytes_max, "large message")
        return length, self.take(4) if self.is_server else None

    def read_control(self, opcode, payload):
        if opcode != CLOSE:
            return
        require(len(payload) != 1, "one byte close")
        code = int.from_bytes(payload[:2], "big")
        is_legal = 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
        require(not payload or is_legal, "close code")
        require(is_utf8(payload[2:]), "close reason")
        self.is_over = True

    def read_data(self, fin, opcode, length, key):
        if opcode != CONTINUATION:
            self.message, self.message_bytes = opcode, 0
            self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.message_bytes += length
        payload = apply(key, self.data[self.place:self.place + length])
        if self.message == TEXT:
            self.decode(payload, final=fin and len(payload) == length)
        self.take(length)
        if fin:
            self.message = None

    def decode(self, payload, final):
        try:
            self.decoder.decode(payload, final)
        except UnicodeDecodeError:
            raise Fault("text") from None
        require(_CHARACTER_BEGINNING.fullmatch(self.decoder.getstate()[0]), "text")


def require(condition, fault):
    if not condition:
        raise Fault(fault)


def apply(key, payload):
    return apply_mask(payload, key) if key else payload


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
