"""A rule explains a difference. The tables stand in *_rules.py; a difference has to match exactly one of them."""

import re
from dataclasses import dataclass
from typing import Callable, Tuple

from cases import Case


@dataclass(frozen=True)
class Rule:
    """Why we and some peers take certain input differently, and how such a difference looks."""

    name: str
    reason: str
    peers: Tuple[str, ...]
    what: str  # of the difference
    ours: str  # a regular expression for how we took it
    theirs: str
    evidence: Callable[[Case], bool] = lambda case: True  # the cause, found in the input without any peer

    def explains(self, difference):
        return (difference.peer in self.peers and re.fullmatch(self.what, difference.what) is not None
                and re.match(self.ours, difference.ours, re.DOTALL) is not None
                and re.match(self.theirs, difference.theirs, re.DOTALL) is not None
                and self.evidence(difference.case))


def holds(pattern):
    """Evidence: the bytes hold this."""
    expression = re.compile(pattern, re.DOTALL | re.IGNORECASE | re.MULTILINE)
    return lambda case: expression.search(case.data) is not None

