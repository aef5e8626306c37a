"""`bin/bench echo` and `bin/bench peers`: servers side by side in one run."""

import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import time

from . import document, machine, programs, scenarios, servers, tables
from .machine import ROOT
from .measure import Effort, measure

RESULTS = ROOT / "build" / "bench"
OPEN_FILES = 20_000  # more than the largest scenario; some libraries make tables for as many as are allowed
OWN_TARGETS = ("bin/duplex", "bench_load", "bench_raw_echo", "bench_raw_tls_echo", "bench_certificate")
_PLACES = """
  CPU      server and generator share one core, as batch tasks that take turns: nanoseconds of the server's CPU for
           each message, user and system apart, and messages per second of that core
  latency  server and generator on a core each, the generator never sleeping: percentiles in microseconds
"""


def add_to(commands) -> None:
    for name, about in (("echo", "Duplex against the bare echo"), ("peers", "Duplex beside other libraries")):
        parser = commands.add_parser(name, help=about, description=f"{about}. Every run is in two places:\n{_PLACES}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=f"example: bin/bench {name} --rounds 9 "
                                            "--add other '/opt/other-echo {port}'")
        add_flags(parser)
        parser.set_defaults(run=run)


def add_flags(parser) -> None:
    parser.add_argument("--families", nargs="+", choices=scenarios.FAMILIES, default=list(scenarios.FAMILIES),
                        metavar="NAME", help=f"of peers: {', '.join(scenarios.FAMILIES)}; all unless some are named")
    parser.add_argument("--scenarios", default="", metavar="TEXT", help="only those whose name contains this")
    parser.add_argument("--servers", nargs="+", metavar="NAME", help="only these, by their names in the tables")
    parser.add_argument("--rounds", type=int, default=3, help="runs of which the median is taken (%(default)s)")
    parser.add_argument("--secs", type=float, default=1.0, help="length of a run (%(default)s)")
    parser.add_argument("--add", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"),
                        help="also measure another WebSocket echo server; {port} becomes its port on 127.0.0.1, and "
                             "{mode} plain, pmd or pmdct, as in `duplex echo --help`")
    add_programs(parser)
    parser.add_argument("--from", dest="runs", metavar="FILE",
                        help="measure nothing: show the runs that an earlier time kept in build/bench/")
    parser.add_argument("--no-latency", action="store_true", help="CPU only")


def add_programs(parser) -> None:
    """What all commands that measure need to know."""
    parser.add_argument("--duplex", default=str(programs.FOLDER / "duplex"), metavar="PATH",
                        help="measure this binary instead of the one that is built")
    parser.add_argument("--programs", default=str(programs.FOLDER), metavar="FOLDER",
                        help="where generator and peers are, when not built here")
    parser.add_argument("--no-build", action="store_true", help="measure what is there")
    parser.add_argument("--write-docs", action="store_true",
                        help="also write the tables and pictures into docs/performance.md and docs/images/bench/")


def run(options) -> int:
    if options.rounds < 1 or options.secs <= 0:
        sys.exit("bin/bench: --rounds and --secs must be positive")
    if options.runs:
        return show_kept(options)
    if not options.no_build and not machine.is_isolated():  # once it is, there is no network to install from
        build(options.what)
    servers.make_certificate(options.programs)
    machine.isolate_network()
    machine.raise_open_files(OPEN_FILES)
    who = choose_servers(options)
    effort = Effort(f"{options.programs}/bench_load", options.rounds, options.secs,
                    machine.places(not options.no_latency))
    about = describe(options) | {"rounds": options.rounds, "secs": options.secs}
    print("".join(f"{name + ':':<20}{text}\n" for name, text in about.items()), flush=True)
    runs = []
    for family in choose_families(options):
        family_runs = measure(effort, who, family)
        show(options, family, family_runs, who, about)
        runs += family_runs
    keep(options, about, runs)
    return 1 if tables.failures(runs) else 0


def show_kept(options) -> int:
    """The runs of an earlier time, so that a table can be changed without measuring again."""
    kept = json.loads(pathlib.Path(options.runs).read_text())
    measured = {run["server"] for run in kept["runs"]}
    who = [each for each in choose_servers(options) if each.name in measured]
    for family in choose_families(options):
        runs = [run for run in kept["runs"] if run["family"] == family.name]
        if runs:
            show(options, family, runs, who, kept["about"])
    return 0


def show(options, family, runs: list, who: list, about: dict) -> None:
    if not runs:
        print(f"### {family.title}\n\nNot measured: {why_not(family, options)}.\n")
        return
    print(f"### {family.title}\n\n{tables.markdown(tables.table(family, runs, who, servers.BASELINE))}\n")
    for line in tables.failures(runs):
        print(f"{line}\n")
    sys.stdout.flush()
    if options.write_docs:
        document.write_family(family, runs, who, about)


def why_not(family, options) -> str:
    if not any(place in machine.places(not options.no_latency) for place in family.places):
        return "it takes two cores" if not options.no_latency else "it is about latency"
    return "none of the servers can do it"


def keep(options, about: dict, runs: list) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{options.what}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"about": about, "runs": runs}, indent=1) + "\n")
    print(f"All runs: {path.relative_to(ROOT)}")


def build(what: str) -> None:
    """And, of peers, what comes from npm."""
    if what == "echo":
        programs.build("build", *OWN_TARGETS)
        return
    programs.build("build bench", *OWN_TARGETS, "bench_coroutine_echo", "bench_peers", with_peers=True)
    subprocess.run(["npm", "--prefix", servers.PEERS, "ci", "--no-audit", "--no-fund"], check=True,
                   stdout=subprocess.DEVNULL)


def choose_families(options) -> list:
    """Families of which nothing is wanted are left out."""
    families = [scenarios.ECHO] if options.what == "echo" else [scenarios.FAMILIES[name] for name in options.families]
    chosen = [dataclasses.replace(family, scenarios=tuple(each for each in family.scenarios
                                                          if options.scenarios in str(each)))
              for family in families]
    if not any(family.scenarios for family in chosen):
        sys.exit(f"bin/bench: no scenario is called {options.scenarios!r}")
    return [family for family in chosen if family.scenarios]


def choose_servers(options) -> list:
    who = [servers.baseline(options.programs), *servers.duplex(options.duplex)]
    if options.what == "peers":
        who += [*servers.duplex_coroutines(options.programs), *servers.peers(options.programs)]
    who += [servers.added(name, command) for name, command in options.add]
    unknown = set(options.servers or ()) - {each.name for each in who}
    if unknown:
        sys.exit(f"bin/bench: no server is called {', '.join(sorted(unknown))}")
    return [each for each in who if not options.servers or each.name in options.servers]


def describe(options) -> dict:
    about = machine.describe()
    commit = machine.first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    about["duplex"] = f"{machine.first_line(options.duplex, '--version')}, {commit}"
    if options.what == "peers":
        about["peers"] = servers.versions()
    about["kernel limits"] = ", ".join(f"{name} {value}" for name, value in machine.limits().items())
    return about
