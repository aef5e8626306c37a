"""How many tests a program ran, read from what it left: a function of its output and of the report that it may
have written, which returns None when neither says."""

import json
import pathlib
import re
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def count_lines(output: str, report: pathlib.Path) -> Optional[Counts]:
    """The convention of tests/README.md: `N passed, M failed` as the last line, else ok and not ok lines."""
    last_line = output.rstrip().rsplit("\n", 1)[-1]
    summary = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", last_line)
    if summary:
        return Counts(*(int(number or 0) for number in summary.groups()))
    skipped = len(re.findall(r"^ok\b.*# SKIP", output, re.MULTILINE | re.IGNORECASE))
    passed = len(re.findall(r"^ok\b", output, re.MULTILINE)) - skipped
    return Counts(passed, len(re.findall(r"^not ok\b", output, re.MULTILINE)), skipped)


def count_node(output: str, report: pathlib.Path) -> Optional[Counts]:
    """The summary at the end of `node --test --test-reporter=tap`."""
    numbers = dict(re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", output, re.MULTILINE))
    if "pass" not in numbers:
        return None
    number = {name: int(text) for name, text in numbers.items()}
    return Counts(number["pass"], number["fail"] + number["cancelled"], number["skipped"] + number["todo"])


def count_unittest(output: str, report: pathlib.Path) -> Optional[Counts]:
    """The end of what Python's unittest prints."""
    summary = re.search(r"^Ran (\d+) tests? in [\d.]+s\n\n(?:OK|FAILED)(?: \((.*)\))?\s*\Z", output, re.MULTILINE)
    if not summary:
        return None
    number = {name: int(text) for name, text in re.findall(r"(\w+)=(\d+)", summary[2] or "")}
    failed = number.get("failures", 0) + number.get("errors", 0)
    skipped = number.get("skipped", 0)
    return Counts(int(summary[1]) - failed - skipped, failed, skipped)


def count_googletest(output: str, report: pathlib.Path) -> Optional[Counts]:
    """The JSON report, which a program that crashed did not get to write."""
    if not report.exists():
        return None
    tests = [test for suite in json.loads(report.read_text())["testsuites"] for test in suite["testsuite"]]
    failed = sum(1 for test in tests if test.get("failures"))
    passed = sum(1 for test in tests if test["result"] == "COMPLETED" and not test.get("failures"))
    return Counts(passed, failed, len(tests) - passed - failed)


def judge(counts: Optional[Counts], exit_code: int) -> Counts:
    """A program that crashed, complained through its exit code alone, or ran no test has failed."""
    counts = counts or Counts()
    if counts.failed == 0 and (exit_code != 0 or counts.passed == 0):
        return Counts(counts.passed, 1, counts.skipped)
    return counts
