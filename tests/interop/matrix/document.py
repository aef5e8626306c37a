"""The matrix as Markdown, between two marks of a document."""

import re
import sys

from checks import COLUMNS
from peers import CLIENT, SERVER

_BEGIN = "<!-- made by bin/interop: begin -->\n"
_END = "<!-- made by bin/interop: end -->\n"
_TITLES = {CLIENT: "Their client, `duplex echo`", SERVER: "Our client, their server"}
_NOT_ASKED = "–"
_REQUIREMENT_IDS = re.compile(r" \([\w., -]+\)$")


def write(path, peers, results):
    """Replaces what stands between the marks."""
    text = path.read_text()
    if _BEGIN not in text or _END not in text:
        sys.exit(f"{path} has no place for the matrix")
    before, rest = text.split(_BEGIN, 1)
    path.write_text(before + _BEGIN + _matrix(peers, results) + _END + rest.split(_END, 1)[1])


def _matrix(peers, results):
    tables = "\n".join(_table(role, [peer for peer in peers if role in peer.roles], results) for role in _TITLES)
    notes = "\n".join(f"- {peer.name}: {note}" for peer in peers for note in peer.notes)
    return f"\n✓ works, ✗ does not, – cannot be asked of that library.\n\n{tables}\n{notes}\n\n"


def _table(role, peers, results):
    """A row for each check, a column for each peer."""
    rows = [[_TITLES[role], *(f"{peer.name} {peer.version()}".replace("|", "\\|") for peer in peers)]]
    for column, about in COLUMNS.items():
        marks = [_mark(results[peer.name, role].get(column)) for peer in peers]
        if set(marks) != {_NOT_ASKED}:
            rows.append([_REQUIREMENT_IDS.sub("", about), *marks])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---|" + ":-:|" * len(peers))
    return "\n".join(lines) + "\n"


def _mark(verdict):
    if verdict is None:
        return _NOT_ASKED
    return "✗" if verdict else "✓"
