"""The matrix as Markdown, between two marks of a document."""

from checks import COLUMNS
from peers import CLIENT, SERVER

_BEGIN = "<!-- made by bin/interop: begin -->\n"
_END = "<!-- made by bin/interop: end -->\n"
_TITLES = {CLIENT: "Their client, `duplex echo`", SERVER: "Our client, their server"}


def write(path, peers, results):
    """Replaces what stands between the marks."""
    text = path.read_text()
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    path.write_text(f"{before}{_BEGIN}{_matrix(peers, results)}{_END}{after}")


def _matrix(peers, results):
    tables = [_table(role, [peer for peer in peers if role in peer.roles], results) for role in (CLIENT, SERVER)]
    meanings = "\n".join(f"- **{column}**: {about}" for column, about in COLUMNS.items())
    notes = "\n".join(f"- {peer.name}: {note}" for peer in peers for note in peer.notes)
    return ("\n✓ works, ✗ does not, – cannot be asked of that library.\n\n" + "\n".join(tables) + f"\n{meanings}\n" +
            (f"\nNotes:\n\n{notes}\n" if notes else "") + "\n")


def _table(role, peers, results):
    rows = [[_TITLES[role], *COLUMNS]]
    rows += [[f"{peer.name} {peer.version()}".replace("|", "\\|"),
              *(_mark(results[peer.name, role].get(column)) for column in COLUMNS)] for peer in peers]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" + ":-:|" * len(COLUMNS))
    return "\n".join(lines) + "\n"


def _mark(verdict):
    if verdict is None:
        return "–"
    return "✗" if verdict else "✓"
