"""What became of a mutated program."""

import re
from dataclasses import dataclass

CAUGHT, SURVIVED, BROKEN = "caught", "SURVIVED", "BROKEN"


@dataclass(frozen=True)
class Verdict:
    kind: str
    detail: str = ""  # the test that noticed, or what is wrong with the mutation
    how: str = ""  # crash, or out of time; nothing for a test that failed

    def line(self, name):
        if self.kind == CAUGHT:
            return f"caught    {name}  (by {self.detail}{self.how and ': '}{self.how})"
        return f"{self.kind:<8}  {name}{self.detail and ': '}{self.detail}"


def first_failed(output):
    """The first test of a GoogleTest program that failed, else the one it was in when it ended."""
    failed = re.search(r"^\[  FAILED  \] (\w[^\s,]*)", output, re.MULTILINE)
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    return failed[1] if failed else begun[-1] if begun else "no test: it did not even begin"
