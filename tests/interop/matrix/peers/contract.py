"""The contract of README.md for peers in Python, over whatever runs their coroutines. A peer is an object with

    send(message)              fragments(parts)          uncompressed(message)
    ping(payload)              close(code, reason)       receive()  the next message, None at the end
    end                        (code, reason) as the library shows them once receive() gave None

of which all but the last are coroutines; one that its library cannot do is left out, and not asked for."""

import argparse
import json
import os

_CHARACTERS = "aé€😀"  # one to four bytes each


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["client", "server"])
    parser.add_argument("url", nargs="?")
    parser.add_argument("actions", nargs="*")
    parser.add_argument("--subprotocol", action="append", default=[])
    parser.add_argument("--origin")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--deflate", choices=["default", "no-takeover", "small-window"])
    arguments = parser.parse_intermixed_args()
    arguments.headers = [tuple(header.split(":", 1)) for header in arguments.header]
    return arguments


def report(**event):
    print(json.dumps(event), flush=True)


async def run(peer, actions):
    """The client: one action after the other, then whatever comes until the end."""
    for action in actions:
        verb, *details = action.split(":", 2)
        await _VERBS[verb](peer, *details)
    while await peer.receive() is not None:
        pass
    code, reason = peer.end
    report(event="closed", code=code, reason=reason)


async def serve(peer, path):
    """The server, one connection of it."""
    if path == "/close":
        await peer.close(4001, "enough – ü")
    if path == "/ping":
        await peer.ping(b"are you there?")
    count = 0
    while (message := await peer.receive()) is not None:
        count += 1
        if path == "/fragments":
            await peer.fragments(_thirds(message))
        elif path == "/mixed" and count % 2 == 0:
            await peer.uncompressed(message)
        else:
            await peer.send(message)


def _payload(kind, size):
    if kind == "text":
        return _CHARACTERS * (size // 10) + "x" * (size % 10)
    return os.urandom(size) if kind == "noise" else bytes(range(251)) * (size // 251) + bytes(size % 251)


def _thirds(message):
    third = len(message) // 3
    return [message[:third], message[third:2 * third], message[2 * third:]]


async def _echo(peer, kind, size):
    message = _payload(kind, int(size))
    await peer.send(message)
    await _expect(peer, message)


async def _uncompressed(peer, kind, size):
    message = _payload(kind, int(size))
    await peer.uncompressed(message)
    await _expect(peer, message)


async def _fragments(peer, kind, size):
    message = _payload(kind, int(size))
    await peer.fragments(_thirds(message))
    await _expect(peer, message)


async def _expect(peer, message):
    answer = await peer.receive()
    report(event="echo", same=type(answer) is type(message) and answer == message)


async def _burst(peer, count):
    messages = [f"message {number}" for number in range(int(count))]
    for message in messages:
        await peer.send(message)
    report(event="echo", same=[await peer.receive() for _ in messages] == messages)


async def _ping(peer, payload):
    await peer.ping(payload.encode())


async def _close(peer, code, reason):
    await peer.close(int(code), reason)


_VERBS = {"echo": _echo, "uncompressed": _uncompressed, "fragments": _fragments, "burst": _burst, "ping": _ping,
          "close": _close}
