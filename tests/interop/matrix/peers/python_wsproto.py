"""wsproto, a protocol without I/O: asyncio carries its bytes."""

import asyncio
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection, events
from wsproto.extensions import PerMessageDeflate

import contract

_READ_BYTES_MAX = 65_536
_PARAMETERS = {
    "default": {},
    "no-takeover": {"client_no_context_takeover": True, "server_no_context_takeover": True},
    "small-window": {"client_max_window_bits": 10, "server_max_window_bits": 10},
}


class Peer:
    def __init__(self, reader, writer, role):
        self.protocol = WSConnection(role)
        self.end = (1006, "")
        self._reader, self._writer = reader, writer
        self._events = iter(())

    async def write(self, event):
        self._writer.write(self.protocol.send(event))
        await self._writer.drain()

    async def next_event(self):
        """None at the end of the stream."""
        while (event := next(self._events, None)) is None:
            received = await self._reader.read(_READ_BYTES_MAX)
            if not received:
                return None
            self.protocol.receive_data(received)
            self._events = self.protocol.events()
        return event

    async def send(self, message):
        await self.write(events.Message(message))

    async def fragments(self, parts):
        for part in parts[:-1]:
            await self.write(events.Message(part, message_finished=False))
        await self.write(events.Message(parts[-1]))

    async def ping(self, payload):
        await self.write(events.Ping(payload))

    async def close(self, code, reason):
        await self.write(events.CloseConnection(code, reason))

    async def receive(self):
        parts = []
        while event := await self.next_event():
            if isinstance(event, events.Message):
                parts.append(event.data if isinstance(event, events.TextMessage) else bytes(event.data))
                if event.message_finished:
                    return type(parts[0])().join(parts)
            elif isinstance(event, events.Ping):
                await self.write(event.response())
            elif isinstance(event, events.CloseConnection):
                self.end = (int(event.code), event.reason)
                if self.protocol.state.name == "REMOTE_CLOSING":
                    await self.write(event.response())
                self._writer.close()
                return None
        return None


def _extensions(arguments):
    return [PerMessageDeflate(**_PARAMETERS[arguments.deflate])] if arguments.deflate else []


async def _run_client(arguments):
    url = urlsplit(arguments.url)
    peer = Peer(*await asyncio.open_connection(url.hostname, url.port), ConnectionType.CLIENT)
    headers = [(name.encode(), value.encode()) for name, value in arguments.headers]
    if arguments.origin:
        headers.append((b"Origin", arguments.origin.encode()))
    await peer.write(events.Request(url.netloc, url.path, extensions=_extensions(arguments), extra_headers=headers,
                                    subprotocols=arguments.subprotocol))
    assert isinstance(await peer.next_event(), events.AcceptConnection)
    await contract.run(peer, arguments.actions)


async def _run_server(arguments):
    async def serve(reader, writer):
        peer = Peer(reader, writer, ConnectionType.SERVER)
        request = await peer.next_event()
        chosen = next((name for name in request.subprotocols if name in arguments.subprotocol), None)
        await peer.write(events.AcceptConnection(chosen, _extensions(arguments)))
        await contract.serve(peer, request.target)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    contract.report(event="listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    given = contract.parse_arguments()
    asyncio.run(_run_client(given) if given.role == "client" else _run_server(given))
