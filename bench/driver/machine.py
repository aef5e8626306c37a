"""The machine that is measured on: its network, its cores, and what is printed about it."""

import fcntl
import os
import pathlib
import platform
import resource
import shutil
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROC_SYS = pathlib.Path("/proc/sys")
_CONGESTION_CONTROL = PROC_SYS / "net/ipv4/tcp_congestion_control"
_OWN_NETWORK = {_CONGESTION_CONTROL: "reno", PROC_SYS / "net/ipv4/ip_local_port_range": "10000 64999",
                PROC_SYS / "net/core/somaxconn": "4096"}
_ISOLATED = "DUPLEX_BENCH_ISOLATED"


@dataclass(frozen=True)
class Cores:
    """Where a run happens."""
    name: str
    server: tuple
    generator: tuple

    @property
    def shared(self):
        return self.server == self.generator


def places(with_latency: bool) -> dict:
    """By name. `both` is two cores for all, where a server with two loops can show what they are good for."""
    cores = sorted(os.sched_getaffinity(0))
    found = {"cpu": Cores("cpu", (cores[0],), (cores[0],))}
    if len(cores) > 1:
        found["both"] = Cores("both", tuple(cores[:2]), tuple(cores[:2]))
    if len(cores) > 1 and with_latency:
        found["latency"] = Cores("latency", (cores[0],), (cores[1],))
    return found


def limits() -> dict:
    """What the kernel allows here that a burst or a crowd runs into."""
    paths = {"somaxconn": "net/core/somaxconn", "tcp_max_syn_backlog": "net/ipv4/tcp_max_syn_backlog",
             "local ports": "net/ipv4/ip_local_port_range", "nr_open": "fs/nr_open", "file-max": "fs/file-max"}
    return {name: (PROC_SYS / path).read_text().strip().replace("\t", " ") if (PROC_SYS / path).exists() else "unknown"
            for name, path in paths.items()}


def is_isolated() -> bool:
    return _ISOLATED in os.environ


def isolate_network() -> None:
    """Starts this program again in a network namespace of its own, where that is possible."""
    if is_isolated():
        _set_up_loopback()
        return
    may_unshare = os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
        ["unshare", "--net", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    if not may_unshare:
        print("Not root, or namespaces are forbidden: measuring in the machine's own network.")
        return
    os.environ[_ISOLATED] = "yes"
    sys.stdout.flush()
    os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])


def _set_up_loopback() -> None:
    get_flags, set_flags, is_up = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP (netdevice(7))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, get_flags, request))[1]
        fcntl.ioctl(control, set_flags, struct.pack("16sH14x", b"lo", flags | is_up))
    for path, wanted in _OWN_NETWORK.items():
        try:
            path.write_text(f"{wanted}\n")
        except OSError:
            pass  # what holds instead is printed with the results


def raise_open_files(wanted: int) -> int:
    """Both ends of every connection are files. Returns how many one process may have: CAP_SYS_RESOURCE can raise it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    possible = min(wanted, int((PROC_SYS / "fs/nr_open").read_text()))
    for limit in (possible, min(possible, hard)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, hard)))
            return limit
        except (OSError, ValueError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def first_line(*command) -> str:
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "unknown"
    return output.splitlines()[0] if output else "unknown"


def describe() -> dict:
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    return {
        "time": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "cpu": f"{len(os.sched_getaffinity(0))} x {cpu}",
        "kernel": platform.release(),
        "compiler": first_line("g++", "--version"),
        "congestion control": _CONGESTION_CONTROL.read_text().strip(),
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }
