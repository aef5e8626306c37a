"""The result of a whole run as Markdown, between two marks of a document."""

import sys
import textwrap

from table import TABLES
from verdict import CAUGHT

_BEGIN = "<!-- made by bin/mutate: begin -->\n"
_END = "<!-- made by bin/mutate: end -->\n"
_COLUMNS = 120


def write(path, verdicts):
    """Replaces what stands between the marks."""
    text = path.read_text()
    if _BEGIN not in text or _END not in text:
        sys.exit(f"{path} has no place for the mutations")
    before, rest = text.split(_BEGIN, 1)
    path.write_text(before + _BEGIN + _section(verdicts) + _END + rest.split(_END, 1)[1])


def _section(verdicts):
    caught = sum(verdict.kind == CAUGHT for verdict in verdicts.values())
    lines = ["", f"{caught} caught, {len(verdicts) - caught} survived.", "",
             "| Rules of | Mutations | Caught | Requirements |", "|---|--:|--:|---|"]
    for title, mutations in TABLES.items():
        caught = sum(verdicts[mutation].kind == CAUGHT for mutation in mutations)
        ids = sorted({requirement for mutation in mutations for requirement in mutation.ids()})
        lines.append(f"| {title} | {len(mutations)} | {caught} | {len(ids)} |")
    for title, mutations in TABLES.items():
        names = ", ".join(f"`{mutation.name}`" for mutation in mutations)
        lines += ["", textwrap.fill(f"**{title}**: {names}.", _COLUMNS, break_on_hyphens=False)]
    return "\n".join(lines) + "\n\n"
