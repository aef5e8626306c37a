"""Who is measured: Duplex in both of its forms, a bare TCP echo, and other people's libraries."""

import shutil
from dataclasses import dataclass

from .machine import ROOT, first_line
from .scenarios import Scenario

BASELINE = "raw TCP"
PEERS = ROOT / "bench" / "peers"
ALL_MODES = ("plain", "pmd", "pmdct")
_BUN = PEERS / "node_modules" / "@oven" / "bun-linux-x64" / "bin" / "bun"


@dataclass(frozen=True)
class Server:
    name: str
    command: str  # with {port}, and {mode} unless it is plain alone
    modes: tuple = ALL_MODES
    tasks: tuple = ("echo", "fan-out", "idle")
    speaks_websocket: bool = True
    is_peer: bool = False

    def can(self, scenario: Scenario) -> bool:
        return scenario.mode in self.modes and scenario.task in self.tasks


def baseline(programs) -> Server:
    return Server(BASELINE, f"{programs}/bench_raw_echo {{port}}", ("plain",), ("echo", "idle"), False)


def duplex(binary) -> Server:
    return Server("Duplex", f"{binary} echo --quiet --topics --port {{port}} --mode {{mode}}")


def duplex_coroutine(programs) -> Server:
    return Server("Duplex, coroutine", f"{programs}/bench_coroutine_echo --topics --port {{port}} --mode {{mode}}")


def added(name: str, command: str) -> Server:
    """A server of the user's. Without {mode} it is measured as a plain echo alone."""
    if "{mode}" in command:
        return Server(name, command, is_peer=True)
    return Server(name, command, ("plain",), ("echo", "idle"), is_peer=True)


def peers(programs) -> list:
    flags = "--topics --port {port} --mode {mode}"
    found = [
        Server("Boost.Beast", f"{programs}/bench_peer_beast {flags}", is_peer=True),
        Server("libwebsockets", f"{programs}/bench_peer_libwebsockets {flags}", is_peer=True),
        Server("websocketpp", f"{programs}/bench_peer_websocketpp {flags}", is_peer=True),
        Server("ws", f"{shutil.which('node') or 'node'} {PEERS}/ws.js {flags}", is_peer=True),
        # It never takes a context over.
        Server("gorilla", f"{programs}/bench_peer_gorilla {flags}", ("plain", "pmd"), is_peer=True),
    ]
    if _BUN.exists():  # npm has it for x86-64 alone here
        found.append(Server("Bun", f"{_BUN} {PEERS}/bun.js {flags}", is_peer=True))
    return found


def versions() -> str:
    """Of what the peers are made with."""
    packages = {"libboost-dev": "Boost", "libwebsockets-dev": "libwebsockets", "libwebsocketpp-dev": "websocketpp",
                "golang-github-gorilla-websocket-dev": "gorilla", "golang-go": "Go"}
    texts = [f"{name} {first_line('dpkg-query', '-W', '-f', '${Version}', package)}"
             for package, name in packages.items()]
    texts.append(f"ws {first_line('node', '-p', f'require({str(PEERS)!r} + `/node_modules/ws/package.json`).version')}")
    texts.append(f"Node {first_line('node', '--version')}")
    if _BUN.exists():
        texts.append(f"Bun {first_line(str(_BUN), '--version')}")
    return ", ".join(texts)
