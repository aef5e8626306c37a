"""Frames that we wrote back to messages, with nothing but zlib."""

import zlib

from compression_cases import RSV1, TAIL
from frame_cases import CONTINUATION, apply_mask

STEP_BYTES = 32  # zlib looks beyond the window in what it has just written, so it writes little at a time


def inflate_messages(data, settings):
    """All messages; ValueError for frames that nobody may write."""
    messages, stream = [], None
    for is_compressed, payload in read_messages(data, settings["role"]):
        if is_compressed:
            if stream is None or not settings["context_takeover"]:
                stream = zlib.decompressobj(wbits=-settings["window_bits"])
            payload = inflate(stream, payload + TAIL, STEP_BYTES)
        messages.append(payload)
    return messages


def inflate(stream, data, step_bytes):
    """All that the data stands for, in steps of output; 0 is one step."""
    pieces = [stream.decompress(data, step_bytes)]
    while step_bytes and not stream.eof and (pieces[-1] or stream.unconsumed_tail):
        pieces.append(stream.decompress(stream.unconsumed_tail, step_bytes))
    return b"".join(pieces)


def read_messages(data, role):
    """Of each whether it is compressed, and its payload."""
    messages = []
    for first, payload in read_frames(data, role):
        fin, reserved, opcode = first >> 7, first & 0x70, first & 0x0F
        if opcode == CONTINUATION:
            if reserved or not messages or messages[-1][0]:
                raise ValueError("a continuation that continues nothing, or has a reserved bit")
            messages[-1][2].append(payload)
        else:
            if reserved not in (0, RSV1) or messages and not messages[-1][0]:
                raise ValueError("a message inside another, or with another reserved bit")
            messages.append([fin, reserved == RSV1, [payload]])
        messages[-1][0] = fin
    if messages and not messages[-1][0]:
        raise ValueError("a message without an end")
    return [(is_compressed, b"".join(payloads)) for _, is_compressed, payloads in messages]


def read_frames(data, role):
    place = 0
    while place < len(data):
        first, second = data[place], data[place + 1]
        length_bytes = {126: 2, 127: 8}.get(second & 0x7F, 0)
        place += 2
        length = int.from_bytes(data[place:place + length_bytes], "big") if length_bytes else second & 0x7F
        place += length_bytes
        if bool(second & 0x80) != (role == "client"):
            raise ValueError("masked by a server, or not masked by a client")
        key = data[place:place + 4] if second & 0x80 else bytes(4)
        place += 4 if second & 0x80 else 0
        yield first, apply_mask(data[place:place + length], key)
        place += length
