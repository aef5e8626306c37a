"""trio-websocket. It neither fragments nor compresses."""

import contextlib

import trio
import trio_websocket

import contract

_BYTES_MAX = 2**30


class Peer:
    def __init__(self, connection):
        self._connection = connection
        self.send = connection.send_message
        self.ping = connection.ping
        self.close = connection.aclose

    async def receive(self):
        with contextlib.suppress(trio_websocket.ConnectionClosed):
            return await self._connection.get_message()

    @property
    def end(self):
        return self._connection.closed.code, self._connection.closed.reason


async def _run_client(arguments):
    headers = [(name.encode(), value.encode()) for name, value in arguments.headers]
    if arguments.origin:
        headers.append((b"Origin", arguments.origin.encode()))
    async with trio_websocket.open_websocket_url(arguments.url, subprotocols=arguments.subprotocol,
                                                 extra_headers=headers, max_message_size=_BYTES_MAX) as connection:
        await contract.run(Peer(connection), arguments.actions)


async def _run_server(arguments):
    async def serve(request):
        chosen = next((name for name in request.proposed_subprotocols if name in arguments.subprotocol), None)
        await contract.serve(Peer(await request.accept(subprotocol=chosen)), request.path)
    async with trio.open_nursery() as nursery:
        server = await nursery.start(lambda task_status: trio_websocket.serve_websocket(
            serve, "127.0.0.1", 0, None, max_message_size=_BYTES_MAX, task_status=task_status))
        contract.report(event="listening", port=server.port)


if __name__ == "__main__":
    given = contract.parse_arguments()
    trio.run(_run_client if given.role == "client" else _run_server, given)
