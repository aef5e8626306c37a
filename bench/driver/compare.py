"""`bin/bench echo` and `bin/bench peers`: servers side by side in one run."""

import argparse
import json
import subprocess
import sys
import time

from . import machine, programs, scenarios, servers, tables
from .machine import ROOT
from .measure import Effort, measure

RESULTS = ROOT / "build" / "bench"
OWN_TARGETS = ("bin/duplex", "bench_load", "bench_raw_echo")
_PLACES = """
  CPU      server and generator share one core, as batch tasks that take turns: nanoseconds of the server's CPU for
           each message, user and system apart, and messages per second of that core
  latency  server and generator on a core each, the generator never sleeping: percentiles in microseconds
"""


def add_to(commands) -> None:
    for name, about in (("echo", "Duplex against the bare echo"), ("peers", "Duplex beside other libraries")):
        parser = commands.add_parser(name, help=about, description=f"{about}. Every run is in two places:\n{_PLACES}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=f"example: bin/bench {name} --rounds 9 --add other '/opt/other-echo {{port}}'")
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
    parser.add_argument("--duplex", default=str(programs.FOLDER / "duplex"), metavar="PATH",
                        help="measure this binary instead of the one that is built")
    parser.add_argument("--programs", default=str(programs.FOLDER), metavar="FOLDER",
                        help="where generator and peers are, when not built here")
    parser.add_argument("--no-build", action="store_true", help="measure what is there")
    parser.add_argument("--no-latency", action="store_true", help="CPU only")


def run(options) -> int:
    if options.rounds < 1 or options.secs <= 0:
        sys.exit("bin/bench: --rounds and --secs must be positive")
    if not options.no_build and not machine.is_isolated():  # once it is, there is no network to install from
        build(options.what)
    machine.isolate_network()
    machine.raise_open_files()
    who = choose_servers(options)
    effort = Effort(f"{options.programs}/bench_load", options.rounds, options.secs,
                    machine.places(not options.no_latency))
    about = describe(options)
    print("".join(f"{name + ':':<20}{text}\n" for name, text in about.items()), flush=True)
    runs = []
    for name, wanted in choose_scenarios(options).items():
        family_runs = measure(effort, who, wanted)
        print_family(name, family_runs, who, wanted)
        runs += family_runs
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{options.what}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"about": about, "runs": runs}, indent=1) + "\n")
    print(f"All runs: {path.relative_to(ROOT)}")
    return 1 if tables.failures(runs) else 0


def build(what: str) -> None:
    """And, of peers, what comes from npm."""
    if what == "echo":
        programs.build("build", *OWN_TARGETS)
        return
    programs.build("build bench", *OWN_TARGETS, "bench_coroutine_echo", "bench_peers", with_peers=True)
    subprocess.run(["npm", "--prefix", servers.PEERS, "ci", "--no-audit", "--no-fund"], check=True,
                   stdout=subprocess.DEVNULL)


def choose_scenarios(options) -> dict:
    """By family; families of which nothing is wanted are left out."""
    families = {"echo": scenarios.ECHO} if options.what == "echo" else {
        name: scenarios.FAMILIES[name] for name in options.families}
    chosen = {name: [each for each in family if options.scenarios in str(each)] for name, family in families.items()}
    if not any(chosen.values()):
        sys.exit(f"bin/bench: no scenario is called {options.scenarios!r}")
    return {name: family for name, family in chosen.items() if family}


def choose_servers(options) -> list:
    who = [servers.baseline(options.programs), servers.duplex(options.duplex)]
    if options.what == "peers":
        who += [servers.duplex_coroutine(options.programs), *servers.peers(options.programs)]
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
    about["method"] = f"{options.rounds} interleaved rounds of {options.secs} s, medians"
    return about


def print_family(name: str, runs: list, who: list, wanted: list) -> None:
    is_memory = wanted[0].task == "idle"
    rows = (tables.memory_table(runs, who, wanted) if is_memory
            else tables.message_table(runs, who, wanted, servers.BASELINE))
    print(f"### {name}\n\n{tables.markdown(rows)}\n")
    for line in tables.failures(runs):
        print(f"{line}\n")
    sys.stdout.flush()
