"""`bin/bench`: that it measures, not what comes out of it."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

from duplex import BINARY, EchoServer

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = os.path.dirname(BINARY)
RUN_S_MAX = 60


def bench(*arguments):
    return subprocess.run([str(ROOT / "bin" / "bench"), *arguments], capture_output=True, text=True,
                          timeout=RUN_S_MAX, check=False)


def measure(what, *arguments):
    return bench(what, "--no-build", "--no-latency", "--rounds", "1", "--secs", "0.05", "--programs", PROGRAMS,
                 "--duplex", BINARY, *arguments)


class Bench(unittest.TestCase):
    def test_explains_itself_without_arguments(self):
        result = bench()
        self.assertEqual(result.returncode, 0)
        self.assertIn("bin/bench echo", result.stdout)

    def test_compares_duplex_with_the_bare_echo(self):
        result = measure("echo", "--scenarios", "1 connection, 1 in flight, 20 B")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"\| raw TCP +\| +[\d,]+ ")
        self.assertRegex(result.stdout, r"\| Duplex, epoll +\| +[\d,]+ ")

    def test_checks_compressed_messages_and_a_fan_out(self):
        result = measure("peers", "--families", "compression", "fan-out", "--servers", "Duplex, epoll")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(len(re.findall(r"\| Duplex, epoll +\| +[\d,]+ ", result.stdout)), 4, result.stdout)

    def test_measures_the_coroutine_by_both_ways_through_the_kernel(self):
        names = [f"Duplex, {way}, coroutine" for way in ("epoll", "io_uring")]
        result = measure("peers", "--families", "echo", "--scenarios", "100 connections, 16", "--servers", *names)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for name in names:
            self.assertRegex(result.stdout, rf"\| {name} +\| +[\d,]+ ")

    def test_measures_publications_among_many_topics(self):
        result = measure("peers", "--families", "topics", "--servers", "Duplex, epoll")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for topics in ("1 topic", "100 topics", "100,000 topics"):
            self.assertRegex(result.stdout, rf"\| {topics}, 100 connections, 128 B +\| Duplex, epoll +\| +[\d,]+ ")

    def test_measures_readers_beside_those_who_do_not_read(self):
        with EchoServer("--topics", "--message-bytes-max", "65536") as server:
            result = subprocess.run([f"{PROGRAMS}/bench_load", "--port", str(server.port), "--server-pid",
                                     str(server.process.pid), "--task", "stalled", "--connections", "20", "--size",
                                     "65536", "--publish-bytes", "6000000", "--secs", "0.05", "--warm-up", "0.05"],
                                    capture_output=True, text=True, timeout=RUN_S_MAX, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        figures = json.loads(result.stdout)
        self.assertEqual(figures["cut"], 2)
        self.assertGreaterEqual(figures["published_bytes"], 6_000_000)
        self.assertGreater(figures["all_read_ns"], 0)

    def test_opens_connections_one_after_the_other_and_all_at_once(self):
        result = bench("peers", "--no-build", "--rounds", "1", "--secs", "0.05", "--programs", PROGRAMS, "--duplex",
                       BINARY, "--families", "accept", "burst", "--servers", "Duplex, epoll")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"opening at a time \| Duplex, epoll +\| +[\d,]+ ")

    def test_measures_over_tls_beside_the_bare_echo_of_openssl(self):
        result = measure("peers", "--families", "tls", "tls-accept", "--servers", "raw TCP", "Duplex, epoll")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(len(re.findall(r", TLS +\| (?:raw TCP|Duplex, epoll) +\| +[\d,]+ ", result.stdout)), 6,
                         result.stdout)

    def test_opens_a_crowd_and_publishes_to_all_of_it(self):
        result = bench("idle", "--no-build", "--programs", PROGRAMS, "--duplex", BINARY, "--connections", "300",
                       "--leave-gib", "0")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"\| Duplex[^|]*\| +300 \| +0 \|")
        self.assertNotIn("got the message.", result.stdout)

    def test_ends_a_crowd_before_memory_runs_out(self):
        result = bench("idle", "--no-build", "--programs", PROGRAMS, "--duplex", BINARY, "--connections", "300",
                       "--leave-gib", "1000000")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no connection could be opened: no more than", result.stdout)

    def test_says_that_a_server_is_not_one(self):
        result = measure("echo", "--scenarios", "1 connection, 1 in flight, 20 B", "--add", "none", "true",
                         "--servers", "none")
        self.assertEqual(result.returncode, 1)
        self.assertIn("none failed: 1 connection, 1 in flight, 20 B (cpu): does not listen", result.stdout)

    def test_tables_hold_what_was_measured(self):
        result = subprocess.run([sys.executable, str(ROOT / "bench" / "driver" / "tables_test.py")],
                                capture_output=True, text=True, timeout=RUN_S_MAX, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, re.compile(r"^Ran [1-9]", re.MULTILINE))
