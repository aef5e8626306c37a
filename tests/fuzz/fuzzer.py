"""The harnesses, and how one of them is run: what bin/fuzz and the suite `fuzz` share."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable, Optional

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PROGRAMS = ROOT / "build" / "asan" / "bin"
BUILD = ROOT / "build" / "fuzz"

sys.path.insert(0, str(FOLDER.parent))
from runner.programs import sanitizer_setup  # noqa: E402

import seed_notation  # noqa: E402


@dataclass(frozen=True)
class Harness:
    name: str
    about: str
    dictionary: Optional[str] = None
    input_bytes_max: int = 2000


HARNESSES = {harness.name: harness for harness in [
    Harness("server_frames", "a server's core and any bytes, in any segments", "frames", 600),
    Harness("client_frames", "a client's core and any bytes, in any segments", "frames", 600),
    Harness("pair", "a client and a server that talk to each other", input_bytes_max=500),
    Harness("inflate", "compressed messages into a server's core, compared with zlib", "deflate", 1500),
    Harness("http_request_head", "a server's HTTP reader: heads, bodies, pipelining", "http"),
    Harness("http_response_head", "a client's HTTP reader", "http"),
    Harness("extension_field", "Sec-WebSocket-Extensions, read and written", "handshake", 500),
    Harness("subprotocol_field", "Sec-WebSocket-Protocol, read and chosen from", "handshake", 500),
    Harness("url", "ws URLs, authorities and origins", "handshake", 500),
    Harness("handshake", "a whole request, and our own client's opinion of the answer", "handshake"),
    Harness("chat_commands", "three people, every command of the chat, and texts that are none", "chat", 800),
]}

MEMORY_MIB_MAX = 2048
INPUT_SECONDS_MAX = 10  # a slower input is a finding

_STATUS = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/\S+.*?exec/s: (\d+)")
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)")


@dataclass
class Outcome:
    """What libFuzzer said. `edges` and `features` are its coverage of the library."""
    harness: str
    seconds: float = 0.0
    executions: int = 0
    executions_per_s: int = 0
    edges: int = 0
    features: int = 0
    corpus_files: int = 0
    exit_code: int = 0
    broken_property: Optional[str] = None
    crash: Optional[str] = None

    @property
    def is_good(self) -> bool:
        return self.exit_code == 0

    def line(self) -> str:
        finding = "no finding" if self.is_good else f"FINDING {self.broken_property or self.crash or self.exit_code}"
        return (f"{self.harness}: {self.seconds / 60:.1f} min, {self.executions} executions, "
                f"{self.executions_per_s}/s, {self.edges} edges, {self.features} features, "
                f"{self.corpus_files} inputs in the corpus, {finding}")


def program(name: str, canary: bool = False) -> pathlib.Path:
    return PROGRAMS / f"fuzz_{name}{'_canary' if canary else ''}"


def write_seeds(name: str) -> pathlib.Path:
    """The folder of the seeds, one file each."""
    folder = BUILD / "seeds" / name
    folder.mkdir(parents=True, exist_ok=True)
    seeds = seed_notation.parse((FOLDER / "seeds" / f"{name}.seeds").read_text())
    files = {title.replace(" ", "_"): content for title, content in seeds.items()}
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return folder


def fuzz(name: str, corpus: list, arguments: list, crashes: pathlib.Path, canary: bool = False,
         tell: Callable[[Outcome], None] = lambda outcome: None, log: Optional[pathlib.Path] = None) -> Outcome:
    """Runs the harness on these folders; the first one grows. `tell` hears of the progress."""
    harness = HARNESSES[name]
    crashes.mkdir(parents=True, exist_ok=True)
    prefix, environment = sanitizer_setup()
    command = [*prefix, str(program(name, canary)), *map(str, corpus),
               f"-max_len={harness.input_bytes_max}",
               f"-artifact_prefix={crashes}/", f"-rss_limit_mb={MEMORY_MIB_MAX}", f"-timeout={INPUT_SECONDS_MAX}",
               "-print_final_stats=1", *arguments]
    if harness.dictionary:
        command.append(f"-dict={FOLDER}/dictionaries/{harness.dictionary}.dict")
    outcome, started = Outcome(name), time.monotonic()
    # Freed memory is watched for a while; the default of 256 MiB only makes inputs slower.
    environment = {**environment, "ASAN_OPTIONS": environment["ASAN_OPTIONS"] + ":quarantine_size_mb=32"}
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        with open(log or os.devnull, "w", encoding="utf-8") as copy:
            for line in process.stdout:
                copy.write(line)
                _read_line(line, outcome)
                outcome.seconds = time.monotonic() - started
                tell(outcome)
        outcome.exit_code = process.wait()
    finally:
        process.kill()
        process.wait()
    return outcome


def _read_line(line: str, outcome: Outcome) -> None:
    if status := _STATUS.match(line):
        (outcome.executions, outcome.edges, outcome.features, outcome.corpus_files,
         outcome.executions_per_s) = map(int, status.groups())
    elif statistic := _STATISTIC.match(line):
        if statistic[1] == "number_of_executed_units":
            outcome.executions = int(statistic[2])
        elif statistic[1] == "average_exec_per_sec":
            outcome.executions_per_s = int(statistic[2])
    elif line.startswith("BROKEN PROPERTY: "):
        outcome.broken_property = line.removeprefix("BROKEN PROPERTY: ").strip()
    elif line.startswith("SUMMARY: ") and not outcome.broken_property:
        outcome.broken_property = line.removeprefix("SUMMARY: ").strip()
    elif "Test unit written to " in line:
        outcome.crash = line.split("Test unit written to ")[1].strip()


def save(outcome: Outcome, path: pathlib.Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"time": time.strftime("%Y-%m-%d %H:%M:%S %z"), **vars(outcome)}, indent=1) + "\n")
