"""Pictures of the tables, as SVG. A server has the same colour in all of them, and Duplex is bold."""

import re

from . import tables
from .scenarios import Family, size_text

OURS = ("#0b57d0", "#00897b", "#5e35b1", "#0288d1", "#33691e")
RAW = "#9aa0a6"
PEERS = {"Boost.Beast": "#e8710a", "libwebsockets": "#c5221f", "websocketpp": "#b8860b", "ws": "#d01884",
         "gorilla": "#7b6a58", "Bun": "#188038"}
OTHER = "#5f6368"
_KEYS = {  # what a kind of plot shows, and how its axis is called
    "messages": ("server_ns", "server CPU, ns per message"), "accept": ("server_ns", "server CPU, ns per connection"),
    "burst": ("open_s", "seconds until all are open"), "memory": ("opened_bytes", "bytes per idle connection"),
    "latency": ("p999_us", "p99.9, microseconds"), "stalled": ("server_ns", "server CPU, ns per delivery"),
    "publications": ("server_ns", "server CPU, ns per publication")}
_AXES = {  # what grows in a scenario, how its values are written, and how the axis is called
    "topics": ("{:,}".format, "topics, shared by 100 connections"),
    "connections": ("{:,}".format, "active connections, one message of 20 B in flight on each"),
    "size": (size_text, "size of a message, one connection, one in flight")}


def draw(family: Family, runs: list, servers: list, path) -> None:
    import matplotlib  # only who draws needs it

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "duplex", "svg.fonttype": "path", "font.size": 10,
                                "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    figure = (_growth if family.plot == "growth" else _bars)(pyplot, family, runs, servers)
    figure.patch.set_facecolor("white")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    # matplotlib ends lines with blanks.
    if path.suffix == ".svg":
        path.write_text(re.sub(r" +$", "", path.read_text(), flags=re.MULTILINE))
    pyplot.close(figure)


def colours(servers: list) -> dict:
    ours = [server.name for server in servers if _is_ours(server)]
    return {server.name: OURS[ours.index(server.name) % len(OURS)] if server.name in ours else
            PEERS.get(server.name, OTHER) if server.is_peer else RAW for server in servers}


def _is_ours(server) -> bool:
    return server.speaks_websocket and not server.is_peer


def _values(family, runs, scenario, servers) -> list:
    key, _ = _KEYS[family.figures]
    found = [(server, tables.median(runs, server.name, scenario, family.places[0], key)) for server in servers]
    return [(server, value) for server, value in found if value is not None]


def _bars(pyplot, family, runs, servers):
    """One panel for each scenario; a bar that is many times its neighbours is cut, with its figure beside it."""
    wanted = [scenario for scenario in family.scenarios if _values(family, runs, scenario, servers)]
    across = min(2, max(1, len(wanted)))
    down = max(1, -(-len(wanted) // across))
    figure, panels = pyplot.subplots(down, across, figsize=(5.2 * across, 0.4 + 3.1 * down), squeeze=False,
                                     layout="constrained")
    palette = colours(servers)
    for panel in panels.flat[len(wanted):]:
        panel.set_visible(False)
    for panel, scenario in zip(panels.flat, wanted):
        values = _values(family, runs, scenario, servers)
        middle = sorted(value for _, value in values)[len(values) // 2]
        cut = max(4 * middle, 1.2 * max((value for server, value in values if _is_ours(server)), default=0))
        panel.set_xlim(0, 1.22 * min(cut, max(value for _, value in values)) or 1)
        for place, (server, value) in enumerate(values):
            panel.barh(place, min(value, cut), color=palette[server.name], alpha=1 if _is_ours(server) else 0.75)
            panel.annotate(f" {_short(value)}" + (" (cut)" if value > cut else ""), (min(value, cut), place),
                           va="center", fontsize=9, weight="bold" if _is_ours(server) else "normal")
        panel.set_yticks(range(len(values)), [server.name for server, _ in values])
        for label, (server, _) in zip(panel.get_yticklabels(), values):
            label.set_weight("bold" if _is_ours(server) else "normal")
        panel.invert_yaxis()
        panel.set_title(str(scenario).replace(", compressed with", ",\ncompressed with"), fontsize=10, loc="left")
        panel.set_xlabel(_KEYS[family.figures][1])
    return figure


def _growth(pyplot, family, runs, servers):
    """What grows, on a logarithmic axis."""
    figure, panel = pyplot.subplots(figsize=(9, 5.4), layout="constrained")
    grows = next(axis for axis in _AXES if len({getattr(each, axis) for each in family.scenarios}) > 1)
    text_of, axis_title = _AXES[grows]
    palette = colours(servers)
    for server in sorted(servers, key=_is_ours):  # ours on top
        points = [(getattr(scenario, grows), value) for scenario in family.scenarios
                  for each, value in _values(family, runs, scenario, [server])]
        if points:
            panel.plot(*zip(*points), marker="o", label=server.name, color=palette[server.name],
                       linewidth=3 if _is_ours(server) else 1.4, markersize=6 if _is_ours(server) else 4,
                       linestyle="--" if palette[server.name] == RAW else "-")
    panel.set_xscale("log")
    ticks = [getattr(scenario, grows) for scenario in family.scenarios]
    panel.set_xticks(ticks, [text_of(tick) for tick in ticks])
    panel.minorticks_off()
    _scale_costs(pyplot.matplotlib.ticker, panel, [value for line in panel.lines for value in line.get_ydata()])
    panel.set_xlabel(axis_title)
    panel.set_ylabel(_KEYS[family.figures][1])
    panel.grid(alpha=0.25)
    panel.legend(frameon=False, ncols=2)
    return figure


def _scale_costs(ticker, panel, values) -> None:
    """Logarithmic, unless that would make a slope of what hardly grows."""
    if values and max(values) < 2 * min(values):
        panel.set_ylim(0, 1.25 * max(values))
    else:
        panel.set_yscale("log")
        marks = (1,) if values and max(values) > 100 * min(values) else (1, 2, 5)
        panel.yaxis.set_major_locator(ticker.LogLocator(subs=marks))
    panel.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
