"""The rules as a section of docs/conformance.md, between two comments."""

import os

from explore import RULES

DOCUMENT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/conformance.md"))
BEGIN = "<!-- differential: begin; written by tests/differential/run --write-table -->"
END = "<!-- differential: end -->"
HEADINGS = {
    "request": "Opening handshakes, as a server",
    "response": "Opening handshakes, as a client",
    "frames": "Frames",
}


def render():
    lines = [BEGIN]
    for kind, heading in HEADINGS.items():
        lines += ["", f"### {heading}", "", "| Difference | Why | Others |", "|---|---|---|"]
        lines += [f"| {escape(rule.name)} | {escape(rule.reason)} | {', '.join(rule.peers)} |" for rule in RULES[kind]]
    return "\n".join([*lines, "", END])


def escape(text):
    return text.replace("|", "\\|")


def is_current():
    with open(DOCUMENT, encoding="utf-8") as document:
        return render() in document.read()


def write():
    with open(DOCUMENT, encoding="utf-8") as document:
        text = document.read()
    before, _, rest = text.partition(BEGIN)
    behind = rest.partition(END)[2]
    with open(DOCUMENT, "w", encoding="utf-8") as document:
        document.write(before + render() + behind)
