"""Runs one program within its time, prints its line, and its output when it failed."""

import hashlib
import os
import pathlib
import re
import signal
import subprocess
import time
from typing import Callable, Optional

from runner.counts import Counts, judge
from runner.programs import LOGS, ROOT, Program

OUTPUT_LINES_MAX = 300  # of a failing program; the log has them all

# Lines about tests that passed, which only hide those that did not.
PASSED_LINES = re.compile(r"^(?:# Subtest: .*\n)?ok \d.*\n(?:  ---\n(?:  .*\n)*?  \.\.\.\n)?"
                          r"|^\[-{10}\].*\n|^\[ RUN      \].*\n\[       OK \].*\n", re.MULTILINE)

Count = Callable[[str, pathlib.Path], Optional[Counts]]


def run_command(command: list, folder: pathlib.Path, environment: dict, seconds_max: int, log) -> int:
    """The exit code. The program gets its own process group, so that nothing of it outlives its time."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        return process.wait(seconds_max)
    except subprocess.TimeoutExpired:
        log.write(f"\nStopped after {seconds_max} s.\n".encode())
        return 124
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def install_node_modules(folder: pathlib.Path, log) -> bool:
    """`npm ci` where the folder has a lock file and did not install that one already."""
    lock = folder / "package-lock.json"
    if folder == ROOT or not lock.exists():
        return True
    stamp = folder / "node_modules" / ".lock-sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return True
    if run_command(["npm", "ci", "--no-audit", "--no-fund"], folder, {}, 300, log) != 0:
        return False
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)
    return True


def run_program(program: Program, count: Count, seconds_max: int, logs: pathlib.Path = LOGS) -> Counts:
    """Runs one program and prints its line, and its output when it failed."""
    print(f"  {program.name:<24}", end="", flush=True)
    base = logs / program.name.replace("/", "-")
    log_file, report = base.with_suffix(".log"), base.with_suffix(".json")
    report.unlink(missing_ok=True)
    started = time.monotonic()
    with open(log_file, "wb") as log:
        try:
            installed = install_node_modules(program.folder, log)
            exit_code = run_command(program.command, program.folder, program.environment,
                                    seconds_max, log) if installed else 1
        except OSError as error:
            log.write(f"{program.command[0]} does not start: {error.strerror}\n".encode())
            exit_code = 127
    seconds = time.monotonic() - started
    output = log_file.read_text(errors="replace")
    counts = judge(count(output, report) if exit_code != 127 else None, exit_code)
    print(line(counts, seconds), flush=True)
    if counts.failed:
        print_output(output, log_file, exit_code)
    return counts


def line(counts: Counts, seconds: float) -> str:
    skipped = f"  {counts.skipped} skipped" if counts.skipped else ""
    return f"{counts.passed:>5} passed {counts.failed:>4} failed {seconds:>7.1f} s{skipped}"


def print_output(output: str, log_file: pathlib.Path, exit_code: int) -> None:
    lines = PASSED_LINES.sub("", output).splitlines()
    if len(lines) > OUTPUT_LINES_MAX:
        print(f"    | … {len(lines) - OUTPUT_LINES_MAX} lines more in {os.path.relpath(log_file, ROOT)}")
    for text in lines[-OUTPUT_LINES_MAX:]:
        print(f"    | {text}")
    print(f"    exit code {exit_code}, log in {os.path.relpath(log_file, ROOT)}", flush=True)
