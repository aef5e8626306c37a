"""Who is measured: Duplex in its forms, a bare TCP echo, and other people's libraries."""

import dataclasses
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
ECHO_TASKS = ("echo", "idle", "accept", "burst")
ALL_TASKS = (*ECHO_TASKS, "fan-out", "stalled")
_BUN = PEERS / "node_modules" / "@oven" / "bun-linux-x64" / "bin" / "bun"
_TLS_FLAGS = " --tls-certificate {certificate} --tls-key {key}"
_DUPLEX_FLAGS = " --topics --message-bytes-max {message_bytes_max} --port {port} --mode {mode}"
_WAYS = {"Duplex, epoll": " --io epoll", "Duplex, io_uring": " --io uring"}
_MESSAGE_BYTES_MAX_MIN = 1_048_576  # for the large ones beside others


@dataclass(frozen=True)
class Server:
    name: str
    command: str  # with {port}, {mode} unless it is plain alone; {receive_bytes}, {message_bytes_max} where it can
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
        # No more than is needed: who may hold large messages may hold as much for a subscriber that does not read.
        message_bytes_max = max(scenario.size, _MESSAGE_BYTES_MAX_MIN)
        return shlex.split(command.format(port=port, mode=scenario.mode, receive_bytes=receive_bytes,
                                          message_bytes_max=message_bytes_max,
                                          certificate=CERTIFICATES / "server.crt", key=CERTIFICATES / "server.key"))


def baseline(programs) -> Server:
    return Server(BASELINE, f"{programs}/bench_raw_echo {{port}} {{receive_bytes}}", ("plain",), ECHO_TASKS,
                  False,
                  tls_command=f"{programs}/bench_raw_tls_echo {{port}} {{certificate}} {{key}}")


def make_certificate(programs) -> None:
    """The generator takes any, so one that expires before a long run ends is good enough."""
    CERTIFICATES.mkdir(parents=True, exist_ok=True)
    subprocess.run([f"{programs}/bench_certificate", CERTIFICATES], check=True)


@functools.lru_cache(maxsize=None)
def flags_of(binary) -> str:
    """What `duplex echo` of this binary understands."""
    return subprocess.run([binary, "echo", "--help"], capture_output=True, text=True, check=False).stdout


def duplex(binary) -> list:
    """By way of the kernel where the binary has a choice, and with two loops where it can."""
    command = f"{binary} echo{_DUPLEX_FLAGS} --quiet"
    tls_flags = _TLS_FLAGS if "--tls-certificate" in flags_of(binary) else ""
    tasks = (*ALL_TASKS, "topics") if "?topic=" in flags_of(binary) else ALL_TASKS
    ways = _WAYS if "--io" in flags_of(binary) else {"Duplex": ""}
    found = [Server(name, command + io, tasks=tasks, tls_command=tls_flags and command + io + tls_flags)
             for name, io in ways.items()]
    if "--loops" in flags_of(binary):
        found += [Server(f"{found[0].name}, 2 loops", f"{found[0].command} --loops 2", places=("both",))]
    return found


def duplex_coroutines(programs) -> list:
    """What they are asked for is what their form has a part in: opening connections is the library's affair."""
    command = f"{programs}/bench_coroutine_echo{_DUPLEX_FLAGS}"
    return [Server(f"{name}, coroutine", command + io, tasks=("echo", "fan-out", "idle")) for name, io in _WAYS.items()]


def added(name: str, command: str) -> Server:
    """A server of the user's. Without {mode} it is measured as a plain echo alone."""
    if "{mode}" in command:
        return Server(name, command, is_peer=True)
    return Server(name, command, ("plain",), ECHO_TASKS, is_peer=True)


def peers(programs) -> list:
    found = [
        _peer("Boost.Beast", f"{programs}/bench_peer_beast"),
        _peer("libwebsockets", f"{programs}/bench_peer_libwebsockets"),
        # Its TLS is another program, with other templates.
        dataclasses.replace(_peer("websocketpp", f"{programs}/bench_peer_websocketpp"), tls_command=""),
        _peer("ws", f"{shutil.which('node') or 'node'} {PEERS}/ws.js"),
        # It never takes a context over.
        dataclasses.replace(_peer("gorilla", f"{programs}/bench_peer_gorilla"), modes=("plain", "pmd")),
    ]
    if _BUN.exists():  # npm has it for x86-64 alone here
        found.append(_peer("Bun", f"{_BUN} {PEERS}/bun.js"))
    return found


def _peer(name: str, program: str) -> Server:
    command = f"{program} --topics --port {{port}} --mode {{mode}}"
    return Server(name, command, is_peer=True, tls_command=command + _TLS_FLAGS)


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
