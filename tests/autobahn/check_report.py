#!/usr/bin/python3
"""Fails unless a report of the Autobahn Testsuite is good: every case OK or INFORMATIONAL, its closing too."""

import argparse
import collections
import json
import sys

GOOD = {"OK", "INFORMATIONAL"}


def by_number(case_id):
    return [int(part) for part in case_id.split(".")]


def check(agent, cases):
    """Prints one line for the agent and one for each bad case; returns whether there was none."""
    tally = collections.Counter(case["behavior"] for case in cases.values())
    counts = ", ".join(f"{count} {behavior}" for behavior, count in tally.most_common())
    print(f"{agent}: {counts or 'no cases'}")
    bad = [case_id for case_id, case in cases.items() if not {case["behavior"], case["behaviorClose"]} <= GOOD]
    for case_id in sorted(bad, key=by_number):
        case = cases[case_id]
        print(f"  {case_id}: {case['behavior']}, closing: {case['behaviorClose']} (see {case['reportfile']})")
    return bool(cases) and not bad


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("index", type=argparse.FileType("r"), help="the index.json in the folder of the report")
    agents = json.load(arguments.parse_args().index)
    verdicts = [check(agent, cases) for agent, cases in agents.items()]
    return 0 if verdicts and all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
