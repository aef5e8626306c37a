"""Instructions per message on fixed traces: no noise of a machine touches them, so they guard against getting slower.

bench/instructions.tsv says what a message costs and under which conditions that was counted: the compiler, valgrind,
and whether the processor has AVX2, which some loops choose. Under others nothing can be compared.
"""

import os
import pathlib
import re
import subprocess

from .machine import ROOT, first_line

TABLE = ROOT / "bench" / "instructions.tsv"
TOLERANCE = 0.03
TIMES = 64  # and twice as often; the difference knows nothing of the first messages, which fill caches and pools
# glibc copies long blocks by one instruction that repeats; callgrind would count every repetition, a byte each.
_ENVIRONMENT = os.environ | {"GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1073741824"}
_COUNTED = "duplex::bench::serve_read*"
UPDATE = "bin/bench instructions --write"


class Failure(Exception):
    """A trace could not be counted."""


def conditions() -> str:
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return "; ".join((first_line("g++", "--version"), first_line("valgrind", "--version"),
                      "AVX2" if "avx2" in flags else "no AVX2"))


def traces(program) -> dict:
    """Messages at a time, by name."""
    listing = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {name: int(messages) for name, messages in (line.split("\t") for line in listing.splitlines())}


def count(program, trace: str, messages: int) -> float:
    """Instructions of the server for each message."""
    return (_collect(program, trace, 2 * TIMES) - _collect(program, trace, TIMES)) / TIMES / messages


def _collect(program, trace: str, times: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect={_COUNTED}",
               program, trace, str(times)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected or collected[1] == "0":
        raise Failure(f"{trace}: {(run.stderr.strip().splitlines() or ['no output'])[-1]}")
    return int(collected[1])


def write(counted: dict, under: str) -> None:
    lines = [f"# Written by `{UPDATE}`; counted with {under}", "trace\tinstructions/message",
             *(f"{name}\t{instructions:.0f}" for name, instructions in counted.items())]
    TABLE.write_text("\n".join(lines) + "\n")


def noted() -> tuple:
    """The conditions, and instructions by trace."""
    head, _, *lines = TABLE.read_text().splitlines()
    return (head.partition("counted with ")[2],
            {name: float(text) for name, text in (line.split("\t") for line in lines)})


def complaint(counted: float, expected) -> str:
    """Empty when they agree."""
    if expected is None:
        return f"is not in bench/instructions.tsv: {UPDATE}"
    change = counted / expected - 1
    if abs(change) <= TOLERANCE:
        return ""
    advice = "if that is meant" if change > 0 else "so that it stays like that"
    direction = "more" if change > 0 else "fewer"
    return (f"{counted:.0f} instructions for each message, {abs(change):.1%} {direction} than the {expected:.0f} "
            f"that are noted; {advice}: {UPDATE}")
