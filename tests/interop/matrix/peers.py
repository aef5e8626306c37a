"""The table of peers. A row is one program that speaks the contract of README.md; a new peer is a program and a row."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).resolve().parent
PROGRAMS = FOLDER / "peers"
BUILT = pathlib.Path(os.environ["DUPLEX"]).parent  # what CMake builds lies beside the binary under test
NODE_MODULES = FOLDER.parent / "node_modules"

CLIENT, SERVER = "client", "server"
DEFLATE = frozenset({"deflate", "no takeover", "small window", "mixed"})
NOTHING = frozenset()

NEVER_COMPRESSES = "never compresses"  # and understands what is compressed
ONLY_COMPRESSED = "with permessage-deflate only compressed messages"

ANSWERS_1000 = "answers every Close with 1000, where others repeat its code."


@dataclass(frozen=True)
class Peer:
    name: str
    program: str  # in peers/, or built
    package: str  # of npm or of Debian: where the version is looked up
    roles: tuple = (CLIENT, SERVER)
    # Columns that its API does not reach.
    client_cannot: frozenset = NOTHING
    server_cannot: frozenset = NOTHING
    quirks: frozenset = NOTHING  # of those below, where a check has to be content with less
    notes: tuple = ()  # sentences below the table
    in_bin_test: bool = True

    def command(self):
        if self.program.endswith(".js"):
            return ["node", str(PROGRAMS / self.program)]
        if self.program.endswith(".py"):
            return ["/usr/bin/python3", "-B", str(PROGRAMS / self.program)]
        return [str(BUILT / self.program)]

    def cannot(self, role):
        return self.client_cannot if role == CLIENT else self.server_cannot

    def version(self):
        if self.program.endswith(".js"):
            return json.loads((NODE_MODULES / self.package / "package.json").read_text())["version"]
        version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", self.package], capture_output=True, text=True,
                                 check=False).stdout
        return version.split(":")[-1].split("-")[0].split("+")[0]


PEERS = [
    Peer("ws", "ws.js", "ws"),
    Peer("websocket", "websocket_node.js", "websocket", client_cannot=DEFLATE, server_cannot=DEFLATE,
         notes=(ANSWERS_1000,)),
    Peer("faye-websocket", "faye.js", "faye-websocket",
         client_cannot=frozenset({"fragments", "mixed"}), server_cannot=frozenset({"fragments", "mixed"})),
    Peer("undici", "undici.js", "undici", roles=(CLIENT,),
         client_cannot=frozenset({"fragments", "ping", "no takeover", "small window", "mixed"}),
         quirks=frozenset({NEVER_COMPRESSES}),
         notes=("offers permessage-deflate, and compresses nothing itself.",)),
    Peer("python-websockets", "python_websockets.py", "python3-websockets",
         client_cannot=frozenset({"mixed"}), server_cannot=frozenset({"mixed"})),
    Peer("wsproto", "python_wsproto.py", "python3-wsproto",
         client_cannot=frozenset({"mixed"}), server_cannot=frozenset({"mixed"})),
    Peer("trio-websocket", "python_trio.py", "python3-trio-websocket",
         client_cannot=DEFLATE | {"fragments"}, server_cannot=DEFLATE | {"fragments"}),
    Peer("Autobahn|Python", "python_autobahn.py", "python3-autobahn", notes=(ANSWERS_1000,)),
    Peer("libwebsockets", "peer_libwebsockets", "libwebsockets-dev",
         client_cannot=frozenset({"mixed", "small window"}), server_cannot=frozenset({"mixed", "small window"}),
         quirks=frozenset({ONLY_COMPRESSED}),
         notes=("once permessage-deflate is agreed, its client delivers a message that is not compressed again and "
                "again, and fails an assertion of its own where it has to send an empty one: only what compresses is "
                "sent then. With a window of 10 bits it crashes in long messages. It does the same with ws.",
                "its server leaves `server_max_window_bits` out of its answer to an offer that has it, which RFC 7692 "
                "§7.1.2.1 forbids, and our client refuses.",
                "its client ends TCP right behind its own Close, without waiting for the answer.")),
    Peer("websocketpp", "peer_websocketpp", "libwebsocketpp-dev",
         client_cannot=frozenset({"fragments", "no takeover", "small window"}), server_cannot=frozenset({"fragments"})),
    Peer("Boost.Beast", "peer_beast", "libboost-dev",
         client_cannot=frozenset({"mixed"}), server_cannot=frozenset({"mixed"})),
    Peer("Qt WebSockets", "peer_qt", "libqt5websockets5-dev", in_bin_test=False,
         client_cannot=DEFLATE | {"subprotocol"}, server_cannot=DEFLATE | {"subprotocol"}),
    Peer("gorilla/websocket", "peer_gorilla", "golang-github-gorilla-websocket-dev", in_bin_test=False,
         client_cannot=frozenset({"small window"}), server_cannot=frozenset({"small window"})),
    Peer("nhooyr/websocket", "peer_nhooyr", "golang-nhooyr-websocket-dev", in_bin_test=False,
         client_cannot=frozenset({"small window", "mixed"}), server_cannot=frozenset({"small window", "mixed"})),
]
