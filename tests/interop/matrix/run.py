#!/usr/bin/python3
"""Runs every check with every peer in both directions; one line per cell of the matrix.

Usage: DUPLEX=… run.py [--all] [--only NAME…] [--write FILE]
"""

import argparse
import asyncio
import os
import pathlib
import sys
import time

sys.dont_write_bytecode = True

import document
from checks import COLUMNS, Pair, fill
from peers import PEERS

AT_ONCE = max(2, os.cpu_count() or 2)


async def run_all(peers):
    permits = asyncio.Semaphore(AT_ONCE)
    rows = [(peer, role) for peer in peers for role in peer.roles]
    pairs = [Pair(peer, role) for peer, role in rows]
    await asyncio.gather(*(fill(pair, permits) for pair in pairs))
    return {(peer.name, role): pair.verdicts for (peer, role), pair in zip(rows, pairs)}


def print_lines(results):
    """The lines of tests/README.md; whether all are ok."""
    number = failed = 0
    for (name, role), verdicts in results.items():
        for column, about in COLUMNS.items():
            if column in verdicts:
                number += 1
                wrong = verdicts[column]
                failed += bool(wrong)
                print(f"{'not ok' if wrong else 'ok'} {number} - {name} {role}: {about}" +
                      (f"\n  {wrong}" if wrong else ""))
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description="Other people's WebSocket programs against Duplex.")
    parser.add_argument("--all", action="store_true", help="also the peers that bin/test leaves out")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these peers")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="put the matrix into this document")
    arguments = parser.parse_args()
    peers = [peer for peer in PEERS if (peer.name in arguments.only if arguments.only else
                                        arguments.all or peer.in_bin_test)]
    started = time.monotonic()
    results = asyncio.run(run_all(peers))
    good = print_lines(results)
    print(f"{time.monotonic() - started:.1f} s")
    if arguments.write:
        document.write(arguments.write, peers, results)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
