"""What a suite runs: a list of programs."""

import functools
import json
import pathlib
import shutil
import subprocess
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LOGS = ROOT / "build" / "log" / "tests"


@dataclass(frozen=True)
class Program:
    name: str
    command: list
    folder: pathlib.Path = ROOT
    environment: dict = field(default_factory=dict)


def folder_program(name: str) -> list:
    """A folder of tests/ that keeps the convention of tests/README.md: an executable `run`."""
    folder = ROOT / "tests" / name
    binary = ROOT / "build" / "release" / "bin" / "duplex"
    return [Program(name, [str(folder / "run")], folder, {"DUPLEX": str(binary)})]


def runner_programs() -> list:
    return [Program("runner", ["/usr/bin/python3", "-m", "unittest", "-v", "runner.runner_test"],
                    ROOT / "tests")]


def web_programs() -> list:
    """The modules of the pages that need no browser. The files are named, as node 22 takes no folders."""
    files = sorted(str(file.relative_to(ROOT)) for top in ("web", "apps") for file in (ROOT / top).rglob("*.test.*js"))
    return [Program("web", ["node", "--test", "--test-reporter=tap", *files])] if files else []


def googletest_programs(preset: str) -> list:
    """What CMake knows as tests, so that a program left over from an older build does not count."""
    listing = subprocess.run(["ctest", "--test-dir", f"build/{preset}", "--show-only=json-v1"], cwd=ROOT,
                             stdout=subprocess.PIPE, check=True).stdout
    prefix, environment = sanitizer_setup() if preset != "release" else ([], {})
    # Where runner/execute.py looks for it.
    report = f"--gtest_output=json:{LOGS / preset}"
    return [Program(f"{preset}/{test['name']}", [*prefix, *test["command"], f"{report}-{test['name']}.json"],
                    environment=environment)
            for test in json.loads(listing)["tests"]]


@functools.lru_cache(maxsize=None)
def sanitizer_setup() -> tuple:
    """The sanitizers of clang 14 place their shadow memory where newer kernels may put a randomized program;
    without randomization they always find room. Containers may forbid to turn it off."""
    plain_addresses = ["setarch", "--addr-no-randomize"]
    allowed = subprocess.run([*plain_addresses, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    environment = {"ASAN_OPTIONS": "strict_string_checks=1:check_initialization_order=1",
                   "UBSAN_OPTIONS": "print_stacktrace=1", "TSAN_OPTIONS": "second_deadlock_stack=1"}
    symbolizer = shutil.which("llvm-symbolizer-14")
    if symbolizer:
        environment.update({f"{name}_SYMBOLIZER_PATH": symbolizer for name in ("ASAN", "UBSAN")})
        environment["TSAN_OPTIONS"] += f":external_symbolizer_path={symbolizer}"
    return (plain_addresses if allowed else [], environment)
