"""Runs servers and generator, interleaved, and collects what the generator says."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from .machine import Cores
from .scenarios import Family, Scenario
from .servers import Server

WARM_UP_S = 0.3
LATENCY_SHARE = 0.5  # of the seconds; a percentile needs fewer messages than a cost
SERVER_START_S_MAX = 10
SERVER_END_S_MAX = 10
RUN_S_MAX = 120  # beyond what was asked for: opening thousands of connections takes a while
_PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """A server did not do what was asked of it."""


@dataclass(frozen=True)
class Effort:
    """How much is measured, and by which generator."""
    load: str
    rounds: int
    secs: float
    places: dict  # machine.Cores by name


def measure(effort: Effort, servers: list, family: Family) -> list:
    """All runs, as the generator's JSON with names beside it; "error" where a server failed."""
    plan = [(number, server, scenario, effort.places[place])
            for number in range(min(effort.rounds, family.rounds_max)) for scenario in family.scenarios
            for place in family.places if place in effort.places
            # The order rotates, so that nobody always comes first.
            for server in servers[number % len(servers):] + servers[:number % len(servers)]
            if server.can(scenario, place)]
    runs = []
    failed = set()  # who failed is not asked again: it may take a minute each time
    for number, server, scenario, cores in plan:
        if (server, scenario) in failed:
            continue
        show_progress(len(runs), len(plan), f"{server.name}: {scenario}")
        try:
            result = run_once(effort, server, scenario, cores)
        except Failure as failure:
            result = {"error": str(failure)}
        except OSError as error:  # the kernel forbids something
            result = {"error": f"cannot be started here: {error}"}
        if "error" in result:
            failed.add((server, scenario))
        runs.append(result | {"family": family.name, "server": server.name, "scenario": str(scenario),
                              "place": cores.name, "round": number})
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return runs


def show_progress(done: int, total: int, what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{done + 1}/{total}  {what}", end="", file=sys.stderr, flush=True)


def run_once(effort: Effort, server: Server, scenario: Scenario, cores: Cores) -> dict:
    port = free_port()
    with tempfile.TemporaryFile("w+") as complaints:
        return run_beside(effort, server, scenario, cores, port, complaints)


def run_beside(effort, server, scenario, cores, port: int, complaints) -> dict:
    process = start(server.command_for(scenario, port), cores.server, cores.shared, stderr=complaints)
    try:
        wait_until_listening(process, port, complaints)
        return run_load(load_command(effort, server, scenario, cores) +
                        ["--port", str(port), "--server-pid", str(process.pid)], cores, effort.secs + RUN_S_MAX)
    finally:
        end(process)


def load_command(effort: Effort, server: Server, scenario: Scenario, cores: Cores) -> list:
    command = [effort.load, "--task", scenario.task, "--mode", scenario.mode, "--payload", scenario.payload,
               "--connections", str(scenario.connections), "--depth", str(scenario.depth),
               "--size", str(scenario.size), "--large-connections", str(scenario.large_connections),
               "--topics", str(scenario.topics), "--publish-bytes", str(scenario.published_bytes),
               "--warm-up", str(WARM_UP_S),
               "--secs", str(effort.secs if cores.shared else effort.secs * LATENCY_SHARE)]
    if scenario.tls:
        command.append("--tls")
    if not server.speaks_websocket:
        command.append("--raw")
    if not cores.shared:
        command.append("--spin")
    return command


def run_load(command: list, cores: Cores, seconds_max: float) -> dict:
    generator = start(command, cores.generator, cores.shared, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                      text=True)
    try:
        output, errors = generator.communicate(timeout=seconds_max)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"not done after {seconds_max:.0f} s") from late
    finally:
        generator.kill()
        generator.wait()
    if generator.returncode != 0:
        raise Failure((errors.strip().splitlines() or ["the generator failed"])[-1])
    return json.loads(output)


def start(command: list, cores: tuple, shared: bool, **pipes):
    def place():
        os.sched_setaffinity(0, cores)
        if shared:
            # A batch task does not preempt the other when it wakes up: both work until they have nothing to do.
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        # No server outlives this program.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return subprocess.Popen(command, preexec_fn=place, **pipes)


def end(process) -> None:
    process.terminate()
    try:
        process.wait(SERVER_END_S_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until_listening(process, port: int, complaints) -> None:
    deadline = time.monotonic() + SERVER_START_S_MAX
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    complaints.seek(0)
    last_line = (complaints.read().strip().splitlines() or [""])[-1]
    raise Failure("does not listen" + (f": {last_line}" if last_line else ""))
