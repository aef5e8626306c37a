"""The rows of catalogue.tsv: one requirement each."""

import re
from dataclasses import dataclass

PATH = "tests/requirements/catalogue.tsv"
HEADER = "ID\tlevel\twho\tscope\trule"
COVERED = "core"  # rows of this scope need a test
LATER = ("proxy", "idna", "reconnect", "http2", "http3")  # what the project does not have yet
NOTE = "note"  # facts that no test of ours could make true or false

ID = re.compile(r"(?:6455|7692|8441|9220|H1|WS)(?:-[0-9A-Z][0-9A-Z.]*)+-\d\d")
LEVEL = re.compile(r"(?:MUST|MUST NOT|SHOULD|SHOULD NOT|MAY)~?|-")
WHO = ("server", "client", "both", "browser", "proxy")


@dataclass(frozen=True)
class Row:
    id: str
    level: str
    who: str
    scope: str
    rule: str

    @property
    def identifier(self):
        """The ID as it stands in a name of C++."""
        return re.sub(r"[-.]", "_", self.id)


def read(tree):
    """(rows, complaints); a line that is complained about is no row."""
    lines = tree.text(PATH).splitlines() if PATH in tree else []
    complaints = [] if lines[:1] == [HEADER] else [f"{PATH}:1: has to be {HEADER!r}"]
    rows = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        wrong = _wrong_with(cells, rows)
        if wrong:
            complaints.append(f"{PATH}:{number}: {wrong}")
        else:
            rows[cells[0]] = Row(*cells)
    return list(rows.values()), complaints


def _wrong_with(cells, rows):
    if len(cells) != len(HEADER.split("\t")) or not all(cells):
        return "does not have five cells"
    row = Row(*cells)
    if not ID.fullmatch(row.id):
        return f"{row.id} is no ID"
    if row.id in rows:
        return f"{row.id} was there before"
    if not LEVEL.fullmatch(row.level) or row.who not in WHO:
        return f"nobody knows what {row.level} for {row.who} is"
    if row.scope not in (COVERED, NOTE, *LATER):
        return f"{row.scope} is no scope"
    return None
