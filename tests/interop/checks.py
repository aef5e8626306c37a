"""Asynchronous tests: a name, a coroutine, a time limit, and one line each."""

import asyncio
import traceback

_LIMIT_S = 30
_tests = []


def check(name):
    """Registers the coroutine function below as the test of that name."""
    def register(function):
        _tests.append((name, function))
        return function
    return register


def check_each(name, values):
    """The same for each of the values, whose first part completes the name."""
    def register(function):
        for value in values:
            _tests.append((name.format(*value), lambda value=value: function(*value)))
        return function
    return register


def main():
    """Runs what was registered; the exit code."""
    failed = 0
    for number, (name, function) in enumerate(_tests, start=1):
        try:
            asyncio.run(asyncio.wait_for(function(), _LIMIT_S))
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # whatever a test throws is its failure
            failed += 1
            print(f"not ok {number} - {name}\n{traceback.format_exc()}", flush=True)
    return 1 if failed else 0
