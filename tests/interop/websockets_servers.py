#!/usr/bin/python3
"""Our client against servers of python-websockets."""

import asyncio
import contextlib
import http
import sys

import websockets

from checks import check, check_each, main
from programs import run_client

SIZES = [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, 1_048_576, 16_777_216]
EVERY_SIZE = [f"echo:{kind}:{size}" for size in SIZES for kind in ("text", "binary")]


@contextlib.asynccontextmanager
async def start_server(serve, **options):
    """A server on a free port; its address."""
    async with websockets.serve(serve, "127.0.0.1", 0, max_size=None, ping_interval=None, **options) as server:
        yield "ws://127.0.0.1:{}/".format(server.sockets[0].getsockname()[1])


async def serve_echo(connection):
    async for message in connection:
        await connection.send(message)


async def serve_fragments(connection):
    """Echoes each message in pieces; waits for the answer to a ping before the last."""
    async for message in connection:
        await connection.send(pieces(connection, message))


async def pieces(connection, message):
    third = -(-len(message) // 3)
    yield message[:third]
    yield message[third:2 * third]
    await (await connection.ping("between"))
    yield message[2 * third:]


def assert_all_same(events, count):
    echoes = [event for event in events if event["event"] == "echo"]
    assert len(echoes) == count and all(echo["same"] for echo in echoes), events


def only(events, name):
    found = [event for event in events if event["event"] == name]
    assert len(found) == 1, events
    return found[0]


@check("python server: every size goes there and back, masked (6455-5.1-01, 6455-5.2-04, 6455-5.3-02)")
async def sizes():
    async with start_server(serve_echo) as url:
        assert_all_same(await run_client(url, *EVERY_SIZE, "close:1000"), len(EVERY_SIZE))


@check("python server: its fragments become messages, its pings between them are answered (6455-5.4-01, 6455-5.4-05)")
async def fragments():
    async with start_server(serve_fragments) as url:
        assert_all_same(await run_client(url, *EVERY_SIZE, "close:1000"), len(EVERY_SIZE))


@check("python server: it offers permessage-deflate in vain (6455-9.1-07)")
async def compression():
    async with start_server(serve_echo, compression="deflate") as url:
        assert_all_same(await run_client(url, "echo:text:100000", "close:1000"), 1)


@check("python server: its pings are answered with their payload (6455-5.5.2-01)")
async def pings():
    async def serve(connection):
        for payload in (b"x", b"\xfe" * 125):
            await (await connection.ping(payload))
        await connection.close(1000, "all answered")
    async with start_server(serve) as url:
        assert only(await run_client(url), "closed")["reason"] == "all answered"


@check("python server: our pings and its unsolicited pongs do no harm (6455-5.5.2-04, 6455-5.5.3-02)")
async def our_pings():
    async def serve(connection):
        await connection.pong("unasked")
        await serve_echo(connection)
    async with start_server(serve) as url:
        events = await run_client(url, "ping:are you there", "echo:text:5", "close:1000")
        assert_all_same(events, 1)
        assert only(events, "closed")["clean"]


@check_each("python server: it closes with {0} (6455-7.1.5-01, 6455-7.1.6-01, 6455-5.5.1-07)",
            [(code,) for code in (1000, 1001, 1003, 1008, 1011, 3000, 4999)])
async def closes(code):
    ends = asyncio.Queue()

    async def serve(connection):
        await connection.close(code, "genug – ü")
        await ends.put(connection.close_code)
    async with start_server(serve) as url:
        closed = only(await run_client(url), "closed")
        assert (closed["code"], closed["reason"], closed["clean"]) == (code, "genug – ü", True), closed
        assert await ends.get() == code


@check("python server: it vanishes: 1006, not clean (6455-7.2.1-01, 6455-7.1.4-01)")
async def vanishes():
    async def serve(connection):
        await connection.recv()
        connection.transport.abort()
    async with start_server(serve) as url:
        closed = only(await run_client(url, "say:die"), "closed")
        assert (closed["code"], closed["clean"], closed["cause"]) == (1006, False, "transport_lost"), closed


@check("python server: our close arrives with code and reason, behind what was sent before it (6455-7.1.2-01)")
async def our_close():
    seen = asyncio.Queue()

    async def serve(connection):
        await seen.put([message async for message in connection])
        await seen.put((connection.close_code, connection.close_reason))
    async with start_server(serve) as url:
        events = await run_client(url, "say:first", "say:second", "close:1000:bye – ü")
        assert only(events, "closed")["clean"]
        assert await seen.get() == ["first", "second"]
        assert await seen.get() == (1000, "bye – ü")


@check("python server: it chooses among our subprotocols, or none (6455-4.1-30, 6455-4.1-31)")
async def subprotocols():
    offer = ["--subprotocol", "chat.v2", "--subprotocol", "chat.v1", "close:1000"]
    for known, chosen in ((["chat.v1"], "chat.v1"), (["other"], "")):
        async with start_server(serve_echo, subprotocols=known) as url:
            assert only(await run_client(url, *offer), "open")["subprotocol"] == chosen


@check_each("python server: a {0} is a failure that shows the answer (6455-4.1-20)",
            [(401, {"WWW-Authenticate": "Basic"}, b"who?"), (404, {}, b"nothing here"),
             (302, {"Location": "ws://127.0.0.1:1/"}, b"")])
async def refusals(status, headers, body):
    async def refuse(_path, _request_headers):
        return http.HTTPStatus(status), headers, body
    async with start_server(serve_echo, process_request=refuse) as url:
        failed = only(await run_client(url), "failed")
        assert (failed["status"], failed["body"]) == (status, body.decode()), failed
        for name, value in headers.items():
            assert [name, value] in failed["headers"], failed


@check("python server: 50 of our clients at once")
async def many():
    async with start_server(serve_echo) as url:
        for events in await asyncio.gather(*(run_client(url, "echo:text:1000", "close:1000") for _ in range(50))):
            assert_all_same(events, 1)


if __name__ == "__main__":
    sys.exit(main())
