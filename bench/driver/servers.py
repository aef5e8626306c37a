"""Who is measured: Duplex in its forms, a bare TCP echo, and other people's libraries."""

import functools
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from .machine import ROOT, first_line
from .scenarios import LARGE_BYTES_MIN, Scenario

BASELINE = "raw TCP"
CERTIFICATES = ROOT / "build" / "bench" / "certificates"
PEERS = ROOT / "bench" / "peers"
ALL_MODES = ("plain", "pmd", "pmdct")
ALL_TASKS = ("echo", "fan-out", "idle", "accept", "burst")
_BUN = PEERS / "node_modules" / "@oven" / "bun-linux-x64" / "bin" / "bun"
_MESSAGE_BYTES_MAX = 67_108_864  # the largest of the scenarios


@dataclass(frozen=True)
class Server:
    name: str
    command: str  # with {port}, {mode} unless it is plain alone, and {receive_bytes} where it has a choice
    modes: tuple = ALL_MODES
    tasks: tuple = ALL_TASKS
    speaks_websocket: bool = True
    is_peer: bool = False
    places: tuple = ("cpu", "latency", "both")
    tls_command: str = ""  # with {certificate} and {key}, too; empty: it does not speak TLS

    def can(self, scenario: Scenario, place: str = "cpu") -> bool:
        if scenario.tls and not self.tls_command:
            return False
        return scenario.mode in self.modes and scenario.task in self.tasks and place in self.places

    def command_for(self, scenario: Scenario, port: int) -> list:
        receive_bytes = 524_288 if scenario.size >= LARGE_BYTES_MIN else 65_536
        command = self.tls_command if scenario.tls else self.command
        return shlex.split(command.format(port=port, mode=scenario.mode, receive_bytes=receive_bytes,
                                          certificate=CERTIFICATES / "server.crt", key=CERTIFICATES / "server.key"))


def baseline(programs) -> Server:
    tls_command = f"{programs}/bench_raw_tls_echo {{port}} {{certificate}} {{key}}" if has_certificate() else ""
    return Server(BASELINE, f"{programs}/bench_raw_echo {{port}} {{receive_bytes}}", ("plain",),
                  ("echo", "idle", "accept", "burst"), False, tls_command=tls_command)


def has_certificate() -> bool:
    return (CERTIFICATES / "server.crt").exists()


def make_certificate() -> None:
    """For localhost; a day is enough."""
    CERTIFICATES.mkdir(parents=True, exist_ok=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", str(CERTIFICATES / "server.key"), "-out", str(CERTIFICATES / "server.crt")],
                   stderr=subprocess.DEVNULL, check=False)


@functools.lru_cache(maxsize=None)
def flags_of(binary) -> str:
    """What `duplex echo` of this binary understands."""
    return subprocess.run([binary, "echo", "--help"], capture_output=True, text=True, check=False).stdout


def duplex(binary) -> list:
    """By way of the kernel where the binary has a choice, and with two loops where it can."""
    command = f"{binary} echo --quiet --topics --message-bytes-max {_MESSAGE_BYTES_MAX} --port {{port}} --mode {{mode}}"
    tls = " --tls-certificate {certificate} --tls-key {key}"
    speaks_tls = "--tls-certificate" in flags_of(binary) and has_certificate()
    ways = ({"Duplex, epoll": " --io epoll", "Duplex, io_uring": " --io uring"} if "--io" in flags_of(binary)
            else {"Duplex": ""})
    found = [Server(name, command + io, tls_command=command + io + tls if speaks_tls else "")
             for name, io in ways.items()]
    if "--loops" in flags_of(binary):
        found += [Server(f"{found[0].name}, 2 loops", f"{found[0].command} --loops 2", places=("both",))]
    return found


def duplex_coroutine(programs) -> Server:
    return Server("Duplex, coroutine", f"{programs}/bench_coroutine_echo --topics --port {{port}} --mode {{mode}}")


def added(name: str, command: str) -> Server:
    """A server of the user's. Without {mode} it is measured as a plain echo alone."""
    if "{mode}" in command:
        return Server(name, command, is_peer=True)
    return Server(name, command, ("plain",), ("echo", "idle", "accept", "burst"), is_peer=True)


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
