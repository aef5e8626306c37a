"""Writes what was measured into docs/performance.md, between the markers of each family, and its picture beside it."""

import re

from . import plots, servers, tables
from .machine import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "images" / "bench"


class NoMarkers(Exception):
    """The document has no place for what is to be written."""


def write_family(family, runs: list, who: list, about: dict) -> None:
    lines = [tables.markdown(tables.table(family, runs, who, servers.BASELINE)), "",
             summary_of(about, method(about, runs)), *(f"\n{line}" for line in tables.failures(runs))]
    if any("error" not in run for run in runs):
        picture = PICTURES / f"{family.name}.svg"
        plots.draw(family, runs, who, picture)
        lines = [f"![{family.title}]({picture.relative_to(DOCUMENT.parent)})", "", *lines]
    write_part(family.name, "\n".join(lines))


def method(about: dict, runs: list) -> str:
    """A family may have been measured in fewer rounds than were asked for."""
    rounds = len({run["round"] for run in runs})
    return (f"one round of {about['secs']} s" if rounds == 1 else
            f"{rounds} interleaved rounds of {about['secs']} s, medians")


def summary_of(about: dict, how: str) -> str:
    return (f"*{about['time'].split()[0]}; {about['cpu']}; Linux {about['kernel']}; {about['duplex']}; "
            f"{how}; load before {about['load before']}.*")


def write_part(name: str, text: str) -> None:
    DOCUMENT.write_text(replaced(DOCUMENT.read_text(), name, text))


def replaced(document: str, name: str, text: str) -> str:
    begin, end = f"<!-- bin/bench: {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(document):
        raise NoMarkers(f"{DOCUMENT.name} has no line {begin}")
    return pattern.sub(lambda _: f"{begin}\n{text}\n{end}", document)
