#!/usr/bin/python3
"""python-websockets as a client of `duplex echo`."""

import asyncio
import sys

import websockets
from websockets.frames import OP_CLOSE, OP_TEXT

from checks import check, check_each, main
from programs import start_echo

MEBIBYTE = 1_048_576


def connect(url, **options):
    return websockets.connect(url, max_size=None, ping_interval=None, **options)


async def assert_echo(client, message):
    await client.send(message)
    echo = await client.recv()
    assert type(echo) is type(message) and echo == message, f"{len(message)} went, {len(echo)} came back"


@check("python client: text and binary come back as what they were (6455-5.6-02, 6455-5.6-03)")
async def types():
    async with start_echo() as echo, connect(echo.url) as client:
        await assert_echo(client, "κόσμε 😀 \0 \ufeff")
        await assert_echo(client, b"\x00\xff\xc0\x80")


@check("python client: every length form and its boundaries (6455-5.2-04, 6455-5.2-05, 6455-5.3-02)")
async def lengths():
    async with start_echo() as echo, connect(echo.url) as client:
        for size in (0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, MEBIBYTE):
            await assert_echo(client, "x" * size)
            await assert_echo(client, bytes(range(251)) * (size // 251) + bytes(size % 251))


@check("python client: a message of 16 MiB comes back (6455-10.4-01)")
async def large():
    async with start_echo() as echo, connect(echo.url) as client:
        await assert_echo(client, b"0123456789abcdef" * MEBIBYTE)


@check("python client: a message over the limit is 1009, at its header (6455-10.4-01)")
async def too_large():
    async with start_echo("--message-bytes-max", "1000") as echo, connect(echo.url) as client:
        await assert_echo(client, "x" * 1000)
        await client.send("x" * 1001)
        assert await close_code_of(client) == 1009


async def close_code_of(client):
    try:
        message = await client.recv()
    except websockets.ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code
    raise AssertionError(f"a message instead of a close: {message!r}")


@check("python client: an iterable is one message, empty parts too (6455-5.4-01, 6455-5.4-02, 6455-5.4-07)")
async def iterables():
    async with start_echo() as echo, connect(echo.url) as client:
        for parts in (["Hel", "lo"], ["", "", ""], ["a"], ["", "a", ""], [b"\xff", b"", b"\x00"],
                      [f"{number}," for number in range(1000)]):
            await client.send(parts)
            assert await client.recv() == type(parts[0])().join(parts)


@check("python client: a ping inside a large fragmented message is answered before its end (6455-5.4-05)")
async def ping_between():
    half = b"half" * MEBIBYTE
    async with start_echo() as echo, connect(echo.url) as client:
        async def parts():
            yield half
            await (await client.ping("between"))
            yield half
        await client.send(parts())
        assert await client.recv() == half + half


@check("python client: pings come back as pongs with their payload (6455-5.5.2-01)")
async def pings():
    async with start_echo() as echo, connect(echo.url) as client:
        for payload in (b"x", b"\xfe" * 125, b"\x00\x01\x02\x03"):
            await (await client.ping(payload))
        await client.ping(b"overtaken")
        await (await client.ping(b"last"))


@check("python client: unsolicited pongs are ignored (6455-5.5.3-02)")
async def pongs():
    async with start_echo() as echo, connect(echo.url) as client:
        await client.pong()
        await client.pong("keep-alive")
        await assert_echo(client, "still here")


@check_each("python client: close {0} is answered with its code, and its reason arrives (6455-5.5.1-07, "
            "6455-7.1.6-01, {1})",
            [(1000, "6455-CC-02"), (1001, "6455-CC-03"), (1011, "6455-CC-13"), (3000, "6455-CC-19"),
             (4999, "6455-CC-20")])
async def closes(code, _requirement):
    async with start_echo() as echo, connect(echo.url) as client:
        await client.close(code, "auf Wiedersehen – ü")
        assert client.close_code == code
        await echo.line(rf'disconnected from /: {code} "auf Wiedersehen')


@check("python client: an empty Close is 1005 at both ends (6455-7.1.5-01, 6455-5.5.1-01)")
async def empty_close():
    async with start_echo() as echo, connect(echo.url) as client:
        await client.write_frame(True, OP_CLOSE, b"")
        await client.wait_closed()
        assert client.close_code == 1005
        await echo.line(r"disconnected from /: 1005$")


@check("python client: the server's own close arrives with 1001 (6455-7.3-01)")
async def going_away():
    async with start_echo() as echo, connect(echo.url) as client:
        echo.process.terminate()
        assert await close_code_of(client) == 1001
        assert await echo.process.wait() == 0


@check("python client: text that is not UTF-8 is answered with 1007 (6455-8.1-01)")
async def invalid_text():
    async with start_echo() as echo, connect(echo.url) as client:
        await client.write_frame(True, OP_TEXT, b"\xce\xba\xed\xa0\x80")
        assert await close_code_of(client) == 1007


@check("python client: a reserved opcode is answered with 1002 (6455-5.2-03)")
async def invalid_opcode():
    async with start_echo() as echo, connect(echo.url) as client:
        client.transport.write(b"\x83\x80\x00\x00\x00\x00")
        assert await close_code_of(client) == 1002


@check("python client: 200 connections at once, each with its own echo")
async def many():
    async with start_echo() as echo:
        clients = await asyncio.gather(*(connect(echo.url) for _ in range(200)))
        await asyncio.gather(*(assert_echo(client, f"I am {i}") for i, client in enumerate(clients)))
        await asyncio.gather(*(client.close() for client in clients))
        assert {client.close_code for client in clients} == {1000}


@check("python client: permessage-deflate that is declined leaves a plain connection (7692-5-04, 6455-9.1-08)")
async def no_compression():
    async with start_echo("--mode", "plain") as echo, connect(echo.url, compression="deflate") as client:
        assert not client.extensions
        await assert_echo(client, "x" * 100_000)


@check("python client: the first subprotocol offered is chosen, none without an offer (6455-4.2.2-07, 6455-4.2.2-08)")
async def subprotocols():
    async with start_echo() as echo:
        async with connect(echo.url, subprotocols=["chat.v2", "chat.v1"]) as client:
            assert client.subprotocol == "chat.v2"
        async with connect(echo.url) as client:
            assert client.subprotocol is None


@check("python client: a foreign origin is refused with 403, an allowed one connects (6455-4.2.2-03)")
async def origins():
    async with start_echo("--allow-origin", "https://app.example") as echo:
        async with connect(echo.url, origin="https://app.example") as client:
            await assert_echo(client, "let in")
        try:
            async with connect(echo.url, origin="https://evil.example"):
                raise AssertionError("connected")
        except websockets.InvalidStatusCode as refused:
            assert refused.status_code == 403


@check("python client: a reader that pauses gets every message in order (6455-6.2-03)")
async def slow_reader():
    async with start_echo() as echo, connect(echo.url, max_queue=1) as client:
        for number in range(12):
            await client.send(bytes([number]) * MEBIBYTE)
        for number in range(12):
            assert await client.recv() == bytes([number]) * MEBIBYTE


if __name__ == "__main__":
    sys.exit(main())
