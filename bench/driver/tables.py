"""What is printed of the runs: medians, and ratios of medians."""

import statistics

TEXT_COLUMNS = 2  # the first columns are not numbers
HEAD = ["scenario", "server", "CPU ns/message", "user", "system", "x raw TCP", "x best peer", "messages/s",
        "wire bytes", "p50 us", "p99 us", "p99.9 us"]
MEMORY_HEAD = ["scenario", "server", "bytes/connection", "after one echo", "x best peer", "MB at start"]
NOTHING = "–"


def median(runs: list, server: str, scenario, place: str, key: str):
    """None when the server has no such run."""
    found = [run[key] for run in runs if run["server"] == server and run["scenario"] == str(scenario) and
             run["place"] == place and key in run]
    return statistics.median(found) if found else None


def best_peer(runs: list, servers: list, scenario, key: str):
    found = [median(runs, server.name, scenario, "cpu", key) for server in servers if server.is_peer]
    return min((value for value in found if value is not None), default=None)


def number(value, pattern: str) -> str:
    return NOTHING if value is None else format(value, pattern)


def ratio(value, base) -> str:
    return NOTHING if value is None or not base or base <= 0 else f"{value / base:.2f}"


def message_table(runs: list, servers: list, scenarios: list, baseline: str) -> list:
    rows = [HEAD]
    for scenario in scenarios:
        raw = median(runs, baseline, scenario, "cpu", "server_ns")
        best = best_peer(runs, servers, scenario, "server_ns")
        for server in (each for each in servers if each.can(scenario)):
            cpu = lambda key: median(runs, server.name, scenario, "cpu", key)
            latency = lambda key: median(runs, server.name, scenario, "latency", key)
            rows.append([str(scenario), server.name, number(cpu("server_ns"), ",.0f"),
                         number(cpu("server_user_ns"), ",.0f"), number(cpu("server_system_ns"), ",.0f"),
                         ratio(cpu("server_ns"), raw), ratio(cpu("server_ns"), best),
                         number(cpu("messages_per_s"), ",.0f"), number(cpu("received_bytes"), ",.0f"),
                         *(number(latency(key), ",.1f") for key in ("p50_us", "p99_us", "p999_us"))])
    return rows


def memory_table(runs: list, servers: list, scenarios: list) -> list:
    rows = [MEMORY_HEAD]
    for scenario in scenarios:
        best = best_peer(runs, servers, scenario, "opened_bytes")
        for server in (each for each in servers if each.can(scenario)):
            value = lambda key: median(runs, server.name, scenario, "cpu", key)
            start_bytes = value("start_bytes")
            rows.append([str(scenario), server.name, number(value("opened_bytes"), ",.0f"),
                         number(value("echoed_bytes"), ",.0f"), ratio(value("opened_bytes"), best),
                         number(start_bytes and start_bytes / 1e6, ",.1f")])
    return rows


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
