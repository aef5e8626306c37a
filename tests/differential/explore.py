"""Cases to all peers, differences to the rules; what no rule explains is a failure, made small."""

from collections import Counter

import compression_cases
import frame_cases
import request_cases
import response_cases
from cases import random_for
from compare import find_differences
from frame_rules import FRAME_RULES, INFLATE_RULES
from request_rules import REQUEST_RULES
from response_rules import RESPONSE_RULES

GENERATORS = {"request": request_cases.make_case, "response": response_cases.make_case, "frames": frame_cases.make_case,
              "inflate": compression_cases.make_inflate_case, "deflate": compression_cases.make_deflate_case}
RULES = {"request": REQUEST_RULES, "response": RESPONSE_RULES, "frames": FRAME_RULES,
         "inflate": INFLATE_RULES, "deflate": []}

BATCH = 200  # cases that all peers work on at the same time
FAILURES_MAX = 5  # after which the rest would say the same


class Outcome:
    def __init__(self, kind):
        self.kind, self.ends, self.explained, self.failures = kind, Counter(), Counter(), []

    def unused_rules(self):
        return [rule.name for rule in RULES[self.kind] if not self.explained[rule.name]]


def explore(peers, kind, seed, count):
    """`peers` answers react(cases); see peers.py."""
    outcome = Outcome(kind)
    for begin in range(0, count, BATCH):
        cases = [GENERATORS[kind](random_for(seed, kind, number)) for number in range(begin, min(begin + BATCH, count))]
        for case, reactions in zip(cases, peers.react(cases)):
            outcome.ends[reactions[0].get("end", "sent")] += 1
            judge(peers, case, reactions, outcome)
        if len(outcome.failures) >= FAILURES_MAX:
            break
    return outcome


def judge(peers, case, reactions, outcome):
    for difference in find_differences(case, reactions):
        rules = rules_for(difference)
        if len(rules) == 1:
            outcome.explained[rules[0].name] += 1
        elif len(outcome.failures) < FAILURES_MAX:
            outcome.failures.append(describe(shrink(peers, difference)))


def rules_for(difference):
    return [rule for rule in RULES[difference.case.kind] if rule.explains(difference)]


def unexplained(case, reactions):
    return [difference for difference in find_differences(case, reactions) if len(rules_for(difference)) != 1]


def describe(difference):
    rules = ", ".join(rule.name for rule in rules_for(difference)) or "none"
    return f"{difference}\nrules: {rules}\ntests/differential/run --case '{quote(difference.case.line())}'"


def quote(text):
    """For a shell, between single quotes."""
    return text.replace("'", "'\\''")


def shrink(peers, difference):
    """A smaller case that the same peer takes differently, without explanation."""
    while True:
        for smaller in smaller_cases(difference.case):
            found = unexplained(smaller, peers.react([smaller])[0])
            again = [other for other in found if other.peer == difference.peer]
            if again:
                difference = again[0]
                break
        else:
            return difference


def smaller_cases(case):
    """Without reads, without each part, and with each part cut in half."""
    if case.cuts:
        yield case.with_cuts([])
    for index, part in enumerate(case.parts):
        if len(case.parts) > 1:
            yield case.with_parts(case.parts[:index] + case.parts[index + 1:])
        if len(part) > 100:
            yield case.with_parts([*case.parts[:index], part[:len(part) // 2], *case.parts[index + 1:]])
