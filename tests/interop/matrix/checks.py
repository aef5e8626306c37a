"""What is checked with every peer, in both directions: the columns, and the connections that fill them."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from peers import CLIENT, NEVER_COMPRESSES, ONLY_COMPRESSED
from programs import OUR_CLIENT, OurServer, ProgramFailure, open_their_server, run_client
from tap import CLOSE, PING, PONG, open_tap

LIMIT_S = 60  # for one connection

COLUMNS = {
    "messages": "text, binary and empty messages come back as what they were (6455-5.6-02, 6455-5.6-03)",
    "lengths": "125, 126, 65535 and 65536 bytes, text and binary (6455-5.2-04, 6455-5.2-05)",
    "1 MiB": "a message of 1 MiB comes back (6455-5.2-04)",
    "16 MiB": "a message of 16 MiB comes back (6455-10.4-01)",
    "fragments": "a message in several frames comes back whole (6455-5.4-01, 6455-5.4-02)",
    "burst": "a thousand messages, sent before the first answer is heard, come back in order (6455-5.2-11)",
    "ping": "a Ping is answered with its payload (6455-5.5.2-01)",
    "subprotocol": "the subprotocol both know is agreed (6455-4.2.2-07, 6455-4.1-30)",
    "headers": "Origin and Authorization arrive (6455-4.2.1-11)",
    "close": "the client's Close arrives with code and reason, and is answered (6455-5.5.1-07, 6455-7.1.6-01)",
    "closed": "the server's Close arrives, is answered, and the client shows its code (6455-7.1.5-01, 6455-5.5.1-07)",
    "deflate": "permessage-deflate, as the peer offers it by itself (7692-5-03, 7692-6-01)",
    "no takeover": "permessage-deflate without context takeover (7692-7.1.1.1-02, 7692-7.2.1-05, 7692-7.2.1-06)",
    "small window": "permessage-deflate with a window of 10 bits (7692-7.1.2.1-02, 7692-7.2.1-04)",
    "mixed": "compressed and uncompressed messages on one connection (7692-6-01)",
}

_REASON = "enough – ü"
_MIB = 1_048_576
_MESSAGES = [("messages", f"echo:{kind}:{size}") for kind, size in
             (("text", 5), ("text", 0), ("binary", 0), ("text", 1000), ("binary", 1000), ("noise", 1000))]
_LENGTHS = [("lengths", f"echo:{kind}:{size}") for size in (125, 126, 65535, 65536) for kind in ("text", "binary")]
_COMPRESSIBLE = ["echo:text:1000", "echo:text:1000", "echo:binary:70000"]
# Too short for it, or without any pattern: some send them as they are.
_INCOMPRESSIBLE = ["echo:text:5", "echo:text:0", "echo:noise:1000", "echo:noise:70000", "burst:100"]
# Fragments are long, for libraries that fragment by themselves what is longer than a buffer.
_FRAGMENTS = ["fragments:text:100000", "fragments:binary:100000"]
_LONG = ["echo:text:100000", "echo:binary:100000"]


@dataclass
class Outcome:
    """What became of one connection."""
    tap: object
    echoes: list = field(default_factory=list)
    closed: dict = field(default_factory=dict)
    problem: str = ""


class Pair:
    """A client and a server: a peer in that role, and Duplex."""

    def __init__(self, peer, role):
        self.command = peer.command()
        self.quirks = peer.quirks
        self._cannot = peer.cannot(role)
        self.verdicts = {}  # column: "" or what went wrong
        self.is_client = role == CLIENT
        self._client = [*self.command, "client"] if self.is_client else OUR_CLIENT

    def can(self, column):
        return column not in self._cannot

    @contextlib.asynccontextmanager
    async def server(self, *peer_flags, our_flags=()):
        """Ours or theirs; its port."""
        if self.is_client:
            async with OurServer.open(*our_flags) as server:
                yield server.port
        else:
            async with open_their_server(self.command, *peer_flags) as port:
                yield port

    async def connect(self, port, path, *arguments, on_echo=lambda: None):
        """One connection through a tap; never throws."""
        async with open_tap(port) as tap:
            outcome = Outcome(tap)
            try:
                await asyncio.wait_for(self._converse(outcome, path, arguments, on_echo), LIMIT_S)
            except asyncio.TimeoutError:
                outcome.problem = f"nothing more happened within {LIMIT_S} s"
            except ProgramFailure as failure:
                outcome.problem = str(failure)
            return outcome

    async def _converse(self, outcome, path, arguments, on_echo):
        async with run_client(self._client, f"ws://127.0.0.1:{outcome.tap.port}{path}", *arguments) as events:
            async for event in events:
                if event["event"] == "echo":
                    outcome.echoes.append(event["same"])
                    on_echo()
                elif event["event"] == "closed":
                    outcome.closed = event
                elif event["event"] == "failed":
                    raise ProgramFailure(event["message"])

    @contextlib.contextmanager
    def judge(self, column, outcome):
        """Several parts may judge one column; the first thing that is wrong stays."""
        self.verdicts.setdefault(column, "")
        try:
            yield
        except AssertionError as failure:
            said = f"{failure}" + (f" ({outcome.problem})" if outcome.problem else "")
            self.verdicts[column] = self.verdicts[column] or said

    def judge_echoes(self, outcome, labelled):
        """`labelled` are (column, action) of those actions that wait for an echo."""
        for number, (column, action) in enumerate(labelled):
            with self.judge(column, outcome):
                assert number < len(outcome.echoes), f"{action}: no answer, {_end_of(outcome)}"
                assert outcome.echoes[number], f"{action}: another message came back"


def _end_of(outcome):
    return f"closed with {outcome.closed.get('code')} {outcome.closed.get('reason')!r}" if outcome.closed else "no end"


async def check_messages(pair):
    """Everything that needs no particular handshake, uncompressed, on one connection."""
    labelled = [*_MESSAGES, *_LENGTHS, ("1 MiB", f"echo:text:{_MIB}")]
    if pair.is_client and pair.can("fragments"):
        labelled += [("fragments", action) for action in _FRAGMENTS]
    labelled.append(("burst", "burst:1000"))
    actions = [action for _, action in labelled]
    if pair.is_client and pair.can("ping"):
        actions.insert(-1, "ping:are you there?")
    async with pair.server(our_flags=["--mode", "plain"]) as port:
        outcome = await pair.connect(port, "/", *actions, f"close:4001:{_REASON}")
    pair.judge_echoes(outcome, labelled)
    tap = outcome.tap
    if pair.is_client and pair.can("fragments"):
        with pair.judge("fragments", outcome):
            assert tap.client.is_fragmented(), "nothing was sent in fragments"
    if pair.is_client and pair.can("ping"):
        with pair.judge("ping", outcome):
            _assert_answered(tap.client, tap.server)
    if pair.can("close"):
        with pair.judge("close", outcome):
            _assert_closed(tap.client, tap.server, 4001, _REASON, [4001] if pair.is_client else [4001, 1000])


def _assert_closed(first, second, code, reason, answers):
    """`first` closed, `second` answered with one of the codes. RFC 6455 §5.5.1 only calls it typical to answer with
    the same, and some libraries always say 1000; we do not."""
    sent, answered = first.control(CLOSE), second.control(CLOSE)
    assert sent == [code.to_bytes(2, "big") + reason.encode()], f"closed with {sent}"
    assert len(answered) == 1, f"{len(answered)} Close frames in answer"
    assert int.from_bytes(answered[0][:2], "big") in answers, f"the answer was {answered[0]!r}"


def _assert_answered(first, second):
    """Whatever the payloads: some libraries choose them themselves."""
    pings, pongs = first.control(PING), second.control(PONG)
    assert pings and pongs == pings, f"Pings {pings}, Pongs {pongs}"


async def check_large_message(pair):
    labelled = [("16 MiB", f"echo:binary:{16 * _MIB}")]
    async with pair.server(our_flags=["--mode", "plain"]) as port:
        pair.judge_echoes(await pair.connect(port, "/", labelled[0][1], "close:1000:"), labelled)


async def check_handshake(pair):
    """The subprotocol: ours chooses the client's first, theirs knows one alone."""
    offer = ["--subprotocol", "chat.v2", "--subprotocol", "chat.v1"] if pair.can("subprotocol") else []
    fields = ["--origin", "https://app.example", "--header", "Authorization:Bearer abc"] if pair.can("headers") else []
    async with pair.server("--subprotocol", "chat.v1", our_flags=["--allow-origin", "https://app.example"]) as port:
        outcome = await pair.connect(port, "/", *offer, *fields, "echo:text:5", "close:1000:")
    heads = outcome.tap
    if pair.can("subprotocol"):
        pair.judge_echoes(outcome, [("subprotocol", "echo:text:5")])
        with pair.judge("subprotocol", outcome):
            agreed = heads.server.header("Sec-WebSocket-Protocol")
            assert agreed == ("chat.v2" if pair.is_client else "chat.v1"), f"agreed on {agreed!r}"
    if pair.can("headers"):
        pair.judge_echoes(outcome, [("headers", "echo:text:5")])
        with pair.judge("headers", outcome):
            sent = heads.client.header("Origin"), heads.client.header("Authorization")
            assert sent == ("https://app.example", "Bearer abc"), f"sent {sent}"


async def check_closing_server(pair):
    if pair.is_client:
        code, reason, answers = 1001, "server shutdown", [1001, 1000]
        async with OurServer.open("--mode", "plain") as server:
            outcome = await pair.connect(server.port, "/", "echo:text:5", on_echo=server.close_all)
    else:
        code, reason, answers = 4001, _REASON, [4001]
        async with pair.server() as port:
            outcome = await pair.connect(port, "/close")
    with pair.judge("closed", outcome):
        _assert_closed(outcome.tap.server, outcome.tap.client, code, reason, answers)
        assert outcome.closed.get("code") == code, f"the client shows {outcome.closed}"


async def check_their_fragments(pair):
    labelled = [("fragments", action) for action in (_FRAGMENTS + _LONG)]
    async with pair.server() as port:
        outcome = await pair.connect(port, "/fragments", *(action for _, action in labelled), "close:1000:")
    pair.judge_echoes(outcome, labelled)
    with pair.judge("fragments", outcome):
        assert outcome.tap.server.is_fragmented(), "nothing was sent in fragments"


async def check_their_ping(pair):
    """Theirs to us, and ours to them."""
    async with pair.server() as port:
        outcome = await pair.connect(port, "/ping", "ping:hello", "echo:text:5", "close:1000:")
    tap = outcome.tap
    with pair.judge("ping", outcome):
        _assert_answered(tap.server, tap.client)
        _assert_answered(tap.client, tap.server)


async def check_deflate(pair, column, variant, agreement, our_mode=()):
    """The same messages compressed, twice the same one for the context, and what does not compress."""
    actions = [*_COMPRESSIBLE, *(_FRAGMENTS if pair.can("fragments") or not pair.is_client else [])]
    if ONLY_COMPRESSED not in pair.quirks:
        actions += _INCOMPRESSIBLE + _COMPRESSIBLE
    labelled = [(column, action) for action in actions]
    flags = ["--deflate", variant]
    async with pair.server(*flags, our_flags=our_mode) as port:
        path = "/fragments" if pair.can("fragments") else "/"
        outcome = await pair.connect(port, path, *flags, *actions, f"close:4001:{_REASON}")
    pair.judge_echoes(outcome, labelled)
    tap = outcome.tap
    with pair.judge(column, outcome):
        offered, agreed = (side.header("Sec-WebSocket-Extensions") for side in (tap.client, tap.server))
        assert "permessage-deflate" in agreed, f"offered {offered!r}, agreed on {agreed!r}"
        assert agreement in agreed, f"offered {offered!r}, agreed on {agreed!r}"
        ours, theirs = (tap.server, tap.client) if pair.is_client else (tap.client, tap.server)
        assert ours.has_compressed(), "Duplex compressed nothing"
        assert theirs.has_compressed() or NEVER_COMPRESSES in pair.quirks, "the peer compressed nothing"
        _assert_closed(tap.client, tap.server, 4001, _REASON, [4001, 1000])


async def check_mixed(pair):
    actions = ["echo:text:1000", "uncompressed:text:1000", "echo:text:1000", "uncompressed:binary:1000",
               "echo:text:1000"]
    if not pair.is_client:
        actions = ["echo:text:1000"] * 5
    async with pair.server("--deflate", "default") as port:
        outcome = await pair.connect(port, "/mixed", "--deflate", "default", *actions, "close:1000:")
    pair.judge_echoes(outcome, [("mixed", action) for action in actions])
    with pair.judge("mixed", outcome):
        theirs = outcome.tap.client if pair.is_client else outcome.tap.server
        assert {frame.is_compressed for frame in theirs.messages()} == {True, False}, "not mixed"


async def fill(pair, permits):
    """All columns of a pair, a permit for each connection under way."""
    async def guarded(columns, check):
        async with permits:
            try:
                await asyncio.wait_for(check, 2 * LIMIT_S)
            except Exception as failure:  # whatever a check throws is the failure of its columns
                for column in columns:
                    pair.verdicts[column] = repr(failure)
    await asyncio.gather(*(guarded(columns, check) for columns, check in _checks(pair)))


def _checks(pair):
    """What fills which columns."""
    yield ("messages", "lengths", "1 MiB", "burst"), check_messages(pair)
    if pair.can("16 MiB"):
        yield ("16 MiB",), check_large_message(pair)
    if pair.can("subprotocol") or pair.can("headers"):
        yield [column for column in ("subprotocol", "headers") if pair.can(column)], check_handshake(pair)
    if pair.can("closed"):
        yield ("closed",), check_closing_server(pair)
    if not pair.is_client and pair.can("fragments"):
        yield ("fragments",), check_their_fragments(pair)
    if not pair.is_client and pair.can("ping"):
        yield ("ping",), check_their_ping(pair)
    takeover = ["--mode", "pmdct"]
    if pair.can("deflate"):
        yield ("deflate",), check_deflate(pair, "deflate", "default", "", takeover)
        if pair.is_client:
            yield ("deflate",), check_deflate(pair, "deflate", "default", "")
    if pair.can("no takeover"):
        yield ("no takeover",), check_deflate(pair, "no takeover", "no-takeover", "_no_context_takeover")
    if pair.can("small window"):
        yield ("small window",), check_deflate(pair, "small window", "small-window", "_max_window_bits=", takeover)
    if pair.can("mixed"):
        yield ("mixed",), check_mixed(pair)
