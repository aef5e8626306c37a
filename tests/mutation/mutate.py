#!/usr/bin/python3
"""Switches off one rule of the standards after the other and shows that a test notices.

  bin/mutate                       all of them, which takes minutes
  bin/mutate bare-lf 'close-*'     some of them, by name
  bin/mutate --list                names, requirements and files

Works in a copy of the sources in build/mutate. First the unmutated tests have to pass. Then each mutation changes one
place of the copy, the unit tests of that folder are built and run, and one line says what came of it:

  caught    NAME  (by TEST)        that test failed first; a crash and a hang count, too
  SURVIVED  NAME                   nobody noticed: a test is missing, or the code is not needed
  BROKEN    NAME                   the table is wrong: it does not compile, or its text is not there

The last line is `N caught, M survived`. The exit code is 0 only when every mutation was caught. The table is in
tests/mutation.
"""

import argparse
import fcntl
import fnmatch
import os
import pathlib
import queue
import sys
import threading
import time

sys.dont_write_bytecode = True
FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent / "hygiene"))

import document
from bench import FOLDER as BUILD, Bench, CannotStart
from table import MUTATIONS
from verdict import BROKEN, CAUGHT, SURVIVED


def main():
    options = parse_arguments()
    mutations = chosen(options.names)
    if options.list:
        for mutation in mutations:
            print(f"{mutation.name:<44}{mutation.requirements:<28}{mutation.file}")
        return 0
    os.nice(10)
    started = time.monotonic()
    with take_lock():
        verdicts = judge_all(mutations, options.jobs)
    kinds = [verdict.kind for verdict in verdicts.values()]
    if options.write:
        document.write(options.write, verdicts)
    print(f"{time.monotonic() - started:.0f} seconds" + (f", {kinds.count(BROKEN)} broken" if BROKEN in kinds else ""))
    print(f"{kinds.count(CAUGHT)} caught, {kinds.count(SURVIVED)} survived")
    return 0 if set(kinds) == {CAUGHT} else 1


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bin/mutate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a mutation, or a pattern like 'close-*'; else all")
    parser.add_argument("--list", action="store_true", help="name the mutations and leave")
    parser.add_argument("--jobs", type=int, default=1, metavar="N",
                        help="mutations at a time, each with a copy of its own (%(default)s)")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="put the result into this document, too")
    options = parser.parse_args()
    if options.jobs < 1:
        parser.error("--jobs has to be positive")
    if options.write and options.names:
        parser.error("--write is for a run of all mutations")
    for name in options.names:
        if not any(fnmatch.fnmatchcase(mutation.name, name) for mutation in MUTATIONS):
            parser.error(f"no mutation is called {name}; --list names them")
    return options


def take_lock():
    """Two runs would mutate under each other's tests. It is held until the file is closed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    lock = open(BUILD / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart("Another bin/mutate is at work in build/mutate.") from None
    return lock


def chosen(names):
    return [mutation for mutation in MUTATIONS
            if not names or any(fnmatch.fnmatchcase(mutation.name, name) for name in names)]


def judge_all(mutations, jobs):
    """A verdict for each mutation, in the order of the table; lines come as they are known."""
    jobs = min(jobs, len(mutations))
    programs = sorted({mutation.program for mutation in mutations})
    print(f"{len(mutations)} mutations of {len(programs)} programs; building them unmutated …", flush=True)
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()
    for mutation in sorted(mutations, key=lambda each: (each.program, each.file)):
        waiting.put(mutation)
    for number in range(1, jobs + 1):
        bench = Bench(number, max(1, os.cpu_count() // jobs))
        threading.Thread(target=work, args=(bench, programs, waiting, done), daemon=True).start()
    verdicts = {}
    while len(verdicts) < len(mutations):
        mutation, verdict = done.get()
        if isinstance(verdict, Exception):
            raise verdict
        verdicts[mutation] = verdict
        print(f"[{len(verdicts)}/{len(mutations)}] {verdict.line(mutation.name)}", flush=True)
    return {mutation: verdicts[mutation] for mutation in mutations}


def work(bench, programs, waiting, done):
    try:
        bench.prepare(programs)
        while True:
            mutation = waiting.get_nowait()
            done.put((mutation, bench.judge(mutation)))
    except queue.Empty:
        pass
    except Exception as error:  # whatever it is, the main thread would wait for ever
        done.put((None, error))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotStart as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
