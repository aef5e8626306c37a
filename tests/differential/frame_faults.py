"""Where a stream of frames first breaks RFC 6455, found without any of the implementations that are compared."""

import codecs
import re
import zlib

from compression_cases import TAIL
from deflated import STEP_BYTES, inflate
from frame_cases import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, apply_mask

# What may be missing at the end of a text that goes on (RFC 3629 §4). Python's decoder waits for the third byte of a
# surrogate.
_CHARACTER_BEGINNING = re.compile(
    rb"|[\xc2-\xdf]|\xe0[\xa0-\xbf]?|[\xe1-\xec\xee\xef][\x80-\xbf]?|\xed[\x80-\x9f]?"
    rb"|\xf0([\x90-\xbf][\x80-\xbf]?)?|[\xf1-\xf3]([\x80-\xbf][\x80-\xbf]?)?|\xf4([\x80-\x8f][\x80-\xbf]?)?", re.DOTALL)


def first_fault(case):
    """Its name, or None for a stream that is valid as far as it goes."""
    return walk(case).fault


def walk(case, make_inflater=None):
    """A reaction like that of a peer, and more than that: see Walk."""
    steps = Walk(case, make_inflater or Inflater)
    try:
        steps.run()
    except Fault as fault:
        steps.fault = str(fault)
    except NeedsMore:
        pass
    return steps


def has_first_fault(*names):
    """Evidence for a rule."""
    return lambda case: first_fault(case) in names


def has_control_beyond_room(case):
    """Is there a control frame inside of a message that is larger than what the message has left of its bound?"""
    return walk(case).has_control_beyond_room


def reaches_beyond_window(case):
    """Does it refer to bytes before the window that was agreed on?"""
    strict, lenient = walk(case, StrictInflater), walk(case)
    return (strict.fault, strict.events) != (lenient.fault, lenient.events)


def has_unused_code(case):
    """Only where nothing keeps zlib from being replaced: in messages without context."""
    return not case.settings["context_takeover"] and "invalid literal/length code" in walk(case).inflater.error


def has_final_block(case):
    return walk(case).inflater.has_final_block


def has_large_frames(case):
    """Is there a compressed message that is larger than a message may be, and small enough for a compressed one?"""
    return walk(case).has_large_frames


class Fault(Exception):
    pass


class NeedsMore(Exception):
    pass


class Walk:
    """One pass over a case. `fault`: the first rule that it breaks. `events`: what comes before, as peers report it."""

    def __init__(self, case, make_inflater):
        self.data, self.place = case.data, 0
        self.is_server, self.bytes_max = case.settings["role"] == "server", case.settings["message_bytes_max"]
        self.message, self.is_compressed, self.wire_bytes, self.content, self.decoder = None, False, 0, b"", None
        self.inflater = make_inflater(case.settings) if "window_bits" in case.settings else None
        self.is_over, self.has_control_beyond_room, self.has_large_frames = False, False, False
        self.fault, self.events = None, []

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
        length, key = self.read_length(first, opcode)
        if opcode >= CLOSE:
            return self.read_control(opcode, apply(key, self.take(length)))
        return self.read_data(fin, first, opcode, length, key)

    def check_first_byte(self, fin, first, opcode):
        may_be_compressed = self.inflater and opcode in (TEXT, BINARY)
        require(not first & (0x30 if may_be_compressed else 0x70), "reserved bit")
        require(opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG), "unknown opcode")
        require(opcode < CLOSE or fin, "fragmented control frame")
        require(opcode != CONTINUATION or self.message is not None, "unexpected continuation")
        require(opcode not in (TEXT, BINARY) or self.message is None, "interrupted message")

    def read_length(self, first, opcode):
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
            self.check_size(first, opcode, length)
        else:
            room = self.bytes_max - self.wire_bytes if self.message is not None else self.bytes_max
            self.has_control_beyond_room |= length > room
        return length, self.take(4) if self.is_server else None

    def check_size(self, first, opcode, length):
        """A compressed message may be a little larger than what is in it; its content is counted later."""
        is_compressed = first & 0x40 or opcode == CONTINUATION and self.is_compressed
        so_far = self.wire_bytes if opcode == CONTINUATION else 0
        bytes_max = self.bytes_max + self.bytes_max // 8 + 4096 if is_compressed else self.bytes_max
        require(so_far + length <= bytes_max, "large message")
        self.has_large_frames |= so_far + length > self.bytes_max

    def read_control(self, opcode, payload):
        if opcode != CLOSE:
            return self.events.append(["ping" if opcode == PING else "pong", payload.hex()])
        require(len(payload) != 1, "one byte close")
        code = int.from_bytes(payload[:2], "big")
        is_legal = 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
        require(not payload or is_legal, "close code")
        require(is_utf8(payload[2:]), "close reason")
        self.is_over = True
        return None

    def read_data(self, fin, first, opcode, length, key):
        if opcode != CONTINUATION:
            self.message, self.is_compressed, self.wire_bytes, self.content = opcode, bool(first & 0x40), 0, b""
            self.decoder = codecs.getincrementaldecoder("utf-8")()
            if self.is_compressed:
                self.inflater.begin()
        self.wire_bytes += length
        payload = apply(key, self.data[self.place:self.place + length])
        is_end = fin and len(payload) == length
        self.read_content(self.inflater.inflate(payload, is_end) if self.is_compressed else payload, is_end)
        self.take(length)
        if fin:
            self.events.append(["text" if self.message == TEXT else "binary", self.content.hex()])
            self.message = None

    def read_content(self, content, is_end):
        self.content += content
        require(len(self.content) <= self.bytes_max, "large message")
        if self.message != TEXT:
            return
        try:
            self.decoder.decode(content, is_end)
        except UnicodeDecodeError:
            raise Fault("text") from None
        require(_CHARACTER_BEGINNING.fullmatch(self.decoder.getstate()[0]), "text")


class Inflater:
    """zlib behind RFC 7692 §7.2.2, with the largest window."""

    window_bits = 15
    output_bytes_max = 0  # no bound

    def __init__(self, settings):
        self.settings, self.stream, self.window, self.has_final_block = settings, None, b"", False
        self.error = ""  # what zlib says

    def begin(self):
        if self.stream is None or not self.settings["context_takeover"]:
            self.stream, self.window = zlib.decompressobj(wbits=-self.window_bits), b""

    def inflate(self, data, is_end):
        try:
            content = self.inflate_blocks(data + (TAIL if is_end else b""))
            require(not is_end or self.is_between_blocks(), "deflate")
            return content
        except zlib.error as error:
            self.error = str(error)
            raise Fault("deflate") from None

    def inflate_blocks(self, data):
        """A final block ends the stream of zlib, not the message: another goes on with the same window."""
        content = inflate(self.stream, data, self.output_bytes_max)
        while self.stream.eof:
            self.has_final_block = True
            data = self.stream.unused_data
            window = (self.window + content)[-(1 << self.window_bits):]
            self.stream = zlib.decompressobj(wbits=-self.window_bits, zdict=window)
            content += inflate(self.stream, data, self.output_bytes_max)
        self.window = (self.window + content)[-32_768:]
        return content

    def is_between_blocks(self):
        """Would a final block of one stored byte be read as that? Bits that are left over would be its header."""
        return self.stream.copy().decompress(b"\1\1\0\xfe\xff!") == b"!"


class StrictInflater(Inflater):
    """The same with the window that was agreed on, as exactly as zlib can."""

    output_bytes_max = STEP_BYTES

    def __init__(self, settings):
        super().__init__(settings)
        self.window_bits = settings["window_bits"]


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
