"""python-websockets."""

import asyncio
import contextlib

import websockets
from websockets.extensions import permessage_deflate

import contract

_PARAMETERS = {
    "default": {},
    "no-takeover": {"client_no_context_takeover": True, "server_no_context_takeover": True},
    "small-window": {"client_max_window_bits": 10, "server_max_window_bits": 10},
}


class Peer:
    def __init__(self, connection):
        self._connection = connection
        self.send = self.fragments = connection.send

    async def ping(self, payload):
        await self._connection.ping(payload)

    async def close(self, code, reason):
        await self._connection.close(code, reason)

    async def receive(self):
        with contextlib.suppress(websockets.ConnectionClosed):
            return await self._connection.recv()

    @property
    def end(self):
        return self._connection.close_code, self._connection.close_reason


def _options(arguments, factory):
    extensions = [factory(**_PARAMETERS[arguments.deflate])] if arguments.deflate else None
    return {"compression": None, "extensions": extensions, "max_size": None, "ping_interval": None,
            "subprotocols": arguments.subprotocol or None}


async def _run_client(arguments):
    options = _options(arguments, permessage_deflate.ClientPerMessageDeflateFactory)
    async with websockets.connect(arguments.url, origin=arguments.origin, extra_headers=arguments.headers,
                                  **options) as connection:
        await contract.run(Peer(connection), arguments.actions)


async def _run_server(arguments):
    async def serve(connection):
        await contract.serve(Peer(connection), connection.path)
    options = _options(arguments, permessage_deflate.ServerPerMessageDeflateFactory)
    async with websockets.serve(serve, "127.0.0.1", 0, **options) as server:
        contract.report(event="listening", port=server.sockets[0].getsockname()[1])
        await asyncio.Future()


if __name__ == "__main__":
    given = contract.parse_arguments()
    asyncio.run(_run_client(given) if given.role == "client" else _run_server(given))
