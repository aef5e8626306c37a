"""A TCP proxy in front of a server that notes what crosses the wire. What a check believes is what was sent, whatever
the two libraries say about it."""

import asyncio
import contextlib
from dataclasses import dataclass, field

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
_READ_BYTES_MAX = 262_144
_REST_S = 5


@dataclass(frozen=True)
class Frame:
    opcode: int
    is_final: bool
    is_compressed: bool  # RSV1; on the first frame of a message
    payload: bytes  # of control frames only
    bytes: int


@dataclass
class Side:
    """What one end sent."""
    head: str = ""
    frames: list = field(default_factory=list)
    buffer: bytearray = field(default_factory=bytearray)
    skip_bytes: int = 0  # of a payload that nobody needs

    def header(self, name):
        """The values of that HTTP field, joined; empty when there is none."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return ", ".join(value.strip() for key, _, value in lines if key.lower() == name.lower())

    def control(self, opcode):
        return [frame.payload for frame in self.frames if frame.opcode == opcode]

    def messages(self):
        """The first frame of each."""
        return [frame for frame in self.frames if frame.opcode in (TEXT, BINARY)]

    def has_compressed(self):
        return any(frame.is_compressed for frame in self.messages())

    def is_fragmented(self):
        return any(frame.opcode == CONTINUATION for frame in self.frames)

    def take(self, received):
        skipped = min(self.skip_bytes, len(received))
        self.skip_bytes -= skipped
        self.buffer += memoryview(received)[skipped:]
        if not self.head:
            self._take_head()
        while self.head and self._take_frame():
            pass

    def _take_head(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end >= 0:
            self.head = self.buffer[:end].decode("latin-1")
            del self.buffer[:end + 4]

    def _take_frame(self):
        buffer = self.buffer
        if len(buffer) < 2:
            return False
        length, at = buffer[1] & 0x7F, 2
        if length >= 126:
            at += 2 if length == 126 else 8
            length = int.from_bytes(buffer[2:at], "big")
        mask_bytes = 4 if buffer[1] & 0x80 else 0
        header_bytes = at + mask_bytes
        is_control = bool(buffer[0] & 8)
        if len(buffer) < header_bytes + (length if is_control else 0):
            return False
        payload = b""
        if is_control:
            mask = buffer[at:header_bytes] or bytes(4)
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(buffer[header_bytes:header_bytes + length]))
        self.frames.append(Frame(buffer[0] & 15, bool(buffer[0] & 0x80), bool(buffer[0] & 0x40), payload, length))
        there = min(length, len(buffer) - header_bytes)
        self.skip_bytes = length - there
        del buffer[:header_bytes + there]
        return True


class Tap:
    def __init__(self, server_port):
        self.client, self.server = Side(), Side()
        self.port = 0
        self._server_port = server_port

    async def carry(self, reader, writer):
        """One connection, both ways, until both ends have ended."""
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        try:
            await asyncio.gather(_pump(reader, server_writer, self.client), _pump(server_reader, writer, self.server))
        finally:
            server_writer.close()


async def _pump(reader, writer, side):
    with contextlib.suppress(OSError):
        while received := await reader.read(_READ_BYTES_MAX):
            side.take(received)
            writer.write(received)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


@contextlib.asynccontextmanager
async def open_tap(server_port):
    """A tap for the one connection that comes next. It goes on when the client is gone, for what the server has still
    to say."""
    tap = Tap(server_port)
    tasks = []

    async def serve(reader, writer):
        tasks.append(asyncio.current_task())
        try:
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await tap.carry(reader, writer)
        finally:
            writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_READ_BYTES_MAX)
    tap.port = server.sockets[0].getsockname()[1]
    try:
        yield tap
    finally:
        server.close()
        if tasks:
            await asyncio.wait(tasks, timeout=_REST_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
