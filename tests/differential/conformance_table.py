"""The rules as a section of docs/conformance.md, between two comments."""

import os

from frame_rules import COMPRESSION_RULES, FRAME_RULES, PREVAILING_RULES
from request_rules import REQUEST_RULES
from response_rules import RESPONSE_RULES

DOCUMENT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/conformance.md"))
BEGIN = "<!-- differential: begin; written by tests/differential/run --write-table -->"
END = "<!-- differential: end -->"
SECTIONS = {
    "Opening handshakes, as a server": REQUEST_RULES,
    "Opening handshakes, as a client": RESPONSE_RULES,
    "Frames": FRAME_RULES,
    "Compressed messages": COMPRESSION_RULES + PREVAILING_RULES,
}


def render():
    lines = [BEGIN]
    for heading, rules in SECTIONS.items():
        lines += ["", f"### {heading}", "", "| Difference | Why | Others |", "|---|---|---|"]
        lines += [f"| {escape(rule.name)} | {escape(rule.reason)} | {', '.join(rule.peers)} |" for rule in rules]
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
