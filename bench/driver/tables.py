"""What is printed of the runs: medians, and ratios of medians."""

import statistics

from .scenarios import Family

TEXT_COLUMNS = 2  # the first columns are not numbers
NOTHING = "–"
RAW, BEST = "x raw TCP", "x best peer"
MIB = "MiB"


def median(runs: list, server: str, scenario, place: str, key: str):
    """None when the server has no such run."""
    found = [run[key] for run in runs if run["server"] == server and run["scenario"] == str(scenario) and
             run["place"] == place and key in run]
    return statistics.median(found) if found else None


def best_peer(runs: list, servers: list, scenario, place: str, key: str):
    found = [median(runs, server.name, scenario, place, key) for server in servers if server.is_peer]
    return min((value for value in found if value is not None), default=None)


def number(value, pattern: str) -> str:
    return NOTHING if value is None else format(value, pattern)


def ratio(value, base) -> str:
    return NOTHING if value is None or not base or base <= 0 else f"{value / base:.2f}"


def _messages(place: str) -> list:
    """Columns: head, place, key, and a pattern, a unit, or what the figure is divided by."""
    return [("CPU ns/message", place, "server_ns", ",.0f"), ("user", place, "server_user_ns", ",.0f"),
            ("system", place, "server_system_ns", ",.0f"), (RAW, place, "server_ns", RAW),
            (BEST, place, "server_ns", BEST), ("messages/s", place, "messages_per_s", ",.0f"),
            ("wire bytes", place, "received_bytes", ",.0f")]


_PERCENTILES = [(f"{head} us", "latency", key, ",.1f")
                for head, key in (("p50", "p50_us"), ("p99", "p99_us"), ("p99.9", "p999_us"))]
_TABLES = {
    "messages": lambda place: [*_messages(place), ("messages/s, 2 cores", "latency", "messages_per_s", ",.0f"),
                               *_PERCENTILES],
    "latency": lambda place: [*_PERCENTILES, ("messages/s", "latency", "messages_per_s", ",.0f")],
    "accept": lambda place: [
        ("CPU ns/connection", place, "server_ns", ",.0f"), (RAW, place, "server_ns", RAW),
        (BEST, place, "server_ns", BEST), ("connections/s", place, "messages_per_s", ",.0f"),
        ("connections/s, 2 cores", "latency", "messages_per_s", ",.0f"), *_PERCENTILES],
    "burst": lambda place: [
        ("s until all are open", place, "open_s", ",.3f"), (BEST, place, "open_s", BEST),
        ("p50 us", place, "p50_us", ",.0f"), ("p99 us", place, "p99_us", ",.0f"),
        ("refused", place, "refused", ",.0f"), ("missing", place, "missing", ",.0f"),
        ("overflows of the backlog", place, "overflows", ",.0f")],
    "publications": lambda place: [
        ("CPU ns/publication", place, "server_ns", ",.0f"), ("user", place, "server_user_ns", ",.0f"),
        ("system", place, "server_system_ns", ",.0f"), ("publications/s", place, "messages_per_s", ",.0f")],
    "stalled": lambda place: [
        ("CPU ns/delivery", place, "server_ns", ",.0f"), (BEST, place, "server_ns", BEST),
        ("when all read", place, "all_read_ns", ",.0f"), ("x when all read", place, "x_all_read", ".2f"),
        ("deliveries/s", place, "messages_per_s", ",.0f"), ("MiB published to each", place, "published_bytes", MIB),
        ("MiB more memory", place, "grown_bytes", MIB), ("cut", place, "cut", ",.0f")],
    "memory": lambda place: [
        ("bytes/connection", place, "opened_bytes", ",.0f"), ("after one echo", place, "echoed_bytes", ",.0f"),
        ("after close", place, "closed_bytes", ",.0f"), (BEST, place, "opened_bytes", BEST),
        ("bytes at start", place, "start_bytes", ",.0f")],
}


def table(family: Family, runs: list, servers: list, baseline: str) -> list:
    """One row for each scenario and server; columns in which nobody has a figure are left out."""
    place = family.places[0]
    columns = _TABLES[family.figures](place)
    rows = [["scenario", "server", *(head for head, *_ in columns)]]
    for scenario in family.scenarios:
        for server in servers:
            if any(server.can(scenario, each) for each in family.places):
                rows.append([str(scenario), server.name, *(_cell(runs, servers, server, scenario, column, baseline)
                                                           for column in columns)])
    used = [index for index in range(len(rows[0]))
            if index < TEXT_COLUMNS or any(row[index] != NOTHING for row in rows[1:])]
    return [[row[index] for index in used] for row in rows]


def _cell(runs, servers, server, scenario, column, baseline) -> str:
    _, place, key, pattern = column
    value = median(runs, server.name, scenario, place, key)
    if pattern == RAW:
        return ratio(value, median(runs, baseline, scenario, place, key))
    if pattern == BEST:
        return ratio(value, best_peer(runs, servers, scenario, place, key))
    if pattern == MIB:
        return number(value and value / 2**20, ",.1f")
    return number(value, pattern)


def failures(runs: list) -> list:
    """One line for each scenario that a server failed."""
    return sorted({f"{run['server']} failed: {run['scenario']} ({run['place']}): {run['error']}"
                   for run in runs if "error" in run})


def markdown(rows: list, text_columns: int = TEXT_COLUMNS) -> str:
    """The first row is the head, the first columns are text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row):
        cells = [cell.ljust(width) if column < text_columns else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        return f"| {' | '.join(cells)} |"

    rule = "|" + "|".join("-" * (width + 1) + ("-" if column < text_columns else ":")
                          for column, width in enumerate(widths)) + "|"
    return "\n".join([line(rows[0]), rule, *map(line, rows[1:])])
