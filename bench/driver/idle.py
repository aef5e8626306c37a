"""`bin/bench idle`: a crowd of connections on one server, and one message to all of them."""

import argparse
import json
import os
import sys
import tempfile
import time

from . import compare, document, machine, programs, servers, tables
from .measure import Failure, end, free_port, run_load, start, wait_until_listening
from .scenarios import Scenario

OWN_FILES = 1_000  # beside the connections, of each of the two processes
SECONDS_MAX = 3_600
_HELP = """Opens connections to one server, from as many addresses of 127.0.0.0/8 as their number needs, and says what
each costs the server (proportional set size) and the kernel (both ends are on this machine). Then one message goes to
all of them. It ends early, and says why, before less memory than --leave-gib is available, or when the kernel allows no
more: RLIMIT_NOFILE (which CAP_SYS_RESOURCE may raise, up to fs.nr_open), fs.file-max, or the ports of an address."""


def add_to(commands) -> None:
    parser = commands.add_parser("idle", help="a crowd of idle connections, as far as memory goes", description=_HELP,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=100_000, metavar="N", help="(%(default)s)")
    parser.add_argument("--leave-gib", type=float, default=6, metavar="GIB", help="for others (%(default)s)")
    parser.add_argument("--size", type=int, default=128, metavar="BYTES", help="of the message to all (%(default)s)")
    parser.add_argument("--servers", nargs="+", metavar="NAME", help="only these, by their names in the tables")
    compare.add_programs(parser)
    parser.set_defaults(run=run)


def run(options) -> int:
    if not options.no_build and not machine.is_isolated():
        programs.build("build", *compare.OWN_TARGETS)
    machine.isolate_network()
    files = machine.raise_open_files(options.connections + OWN_FILES)
    wanted = min(options.connections, files - OWN_FILES)
    if wanted < 1:
        sys.exit(f"bin/bench: a process may have {files} files here, which is too few")
    who = [each for each in servers.duplex(options.duplex) if "cpu" in each.places]
    who = [each for each in who if not options.servers or each.name in options.servers]
    about = compare.describe(options)
    runs = [measure(options, server, wanted) for server in who]
    report(options, about, runs, why_fewer(options, wanted, files))
    return 1 if tables.failures(runs) else 0


def measure(options, server, connections: int) -> dict:
    port = free_port()
    cores = machine.places(True).get("latency", machine.places(False)["cpu"])
    scenario = Scenario(connections, size=options.size, task="fan-out")
    named = {"server": server.name, "scenario": f"{connections:,} connections, idle", "place": cores.name}
    complaints = tempfile.TemporaryFile("w+")
    process = start(server.command_for(scenario, port), cores.server, False, stderr=complaints)
    try:
        wait_until_listening(process, port, complaints)
        command = [f"{options.programs}/bench_load", "--task", "crowd", "--connections", str(connections), "--size",
                   str(options.size), "--port", str(port), "--server-pid", str(process.pid), "--leave-bytes",
                   str(int(options.leave_gib * 2**30))]
        return named | run_load(command, cores, SECONDS_MAX)
    except Failure as failure:
        return named | {"error": str(failure)}
    finally:
        end(process)


def why_fewer(options, wanted: int, files: int) -> list:
    if wanted == options.connections:
        return []
    return [f"{options.connections:,} were asked for, but a process may have {files:,} open files here: RLIMIT_NOFILE, "
            "which only CAP_SYS_RESOURCE may raise (up to fs.nr_open), and this process does not have it or is "
            "there already."]


def report(options, about: dict, runs: list, notes: list) -> None:
    rows = [["server", "connections", "refused", "s to open all", "bytes/connection", "kernel bytes/connection",
             "GiB for a million", "s until the last has the message"]]
    for run in (each for each in runs if "error" not in each):
        both_bytes = run["server_bytes"] + run["kernel_bytes"]
        rows.append([run["server"], f"{run['connections']:,}", str(run["refused"]), f"{run['open_s']:.1f}",
                     f"{run['server_bytes']:,.0f}", f"{run['kernel_bytes']:,.0f}", f"{both_bytes * 1e6 / 2**30:.1f}",
                     f"{run['broadcast_s']:.2f}"])
        if run["stopped_by"]:
            notes.append(f"{run['server']} ended at {run['connections']:,}: {run['stopped_by']}.")
        if run["served"] < run["connections"]:
            notes.append(f"{run['server']}: only {run['served']:,} got the message.")
    notes += tables.failures(runs)
    text = "\n".join([tables.markdown(rows, 1), "", document.summary_of(about, "one run"),
                      f"*Limits of the kernel: {about['kernel limits']}.*", *(f"\n{note}" for note in notes)])
    print(text)
    compare.RESULTS.mkdir(parents=True, exist_ok=True)
    path = compare.RESULTS / f"idle-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"about": about, "runs": runs}, indent=1) + "\n")
    print(f"\nAll runs: {os.path.relpath(path, machine.ROOT)}")
    if options.write_docs:
        document.write_part("idle", text)
