#!/usr/bin/python3
"""What bin/bench prints of given runs."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from driver import document, servers, tables  # noqa: E402
from driver.scenarios import FAMILIES, Family, Scenario  # noqa: E402
from driver.servers import Server  # noqa: E402

SCENARIO = Scenario(1)
FAMILY = Family("one", "One", (SCENARIO,))
RAW = Server("raw", "raw", speaks_websocket=False)
OURS = Server("ours", "ours", tls_command="ours --tls")
PEERS = [Server("slow", "slow", is_peer=True), Server("quick", "quick", is_peer=True)]


def run(server, **figures):
    return {"server": server, "scenario": str(SCENARIO), "place": "cpu"} | figures


class Tables(unittest.TestCase):
    def test_a_figure_is_the_median_of_the_rounds(self):
        runs = [run("ours", server_ns=value) for value in (1.0, 9.0, 2.0)]
        self.assertEqual(tables.median(runs, "ours", SCENARIO, "cpu", "server_ns"), 2.0)
        self.assertIsNone(tables.median(runs, "other", SCENARIO, "cpu", "server_ns"))

    def test_ratios_are_to_the_bare_echo_and_to_the_best_peer(self):
        runs = [run("raw", server_ns=100.0), run("ours", server_ns=150.0), run("slow", server_ns=900.0),
                run("quick", server_ns=300.0)]
        ours = tables.table(FAMILY, runs, [RAW, OURS, *PEERS], "raw")[2]
        self.assertEqual(ours[1:], ["ours", "150", "1.50", "0.50"])

    def test_a_server_that_failed_has_a_row_without_figures_and_a_line_that_says_why(self):
        runs = [run("ours", error="does not listen")]
        self.assertEqual(tables.table(FAMILY, runs, [OURS], "raw")[1], [str(SCENARIO), "ours"])
        self.assertEqual(tables.failures(runs),
                         ["ours failed: 1 connection, 1 in flight, 20 B (cpu): does not listen"])

    def test_memory_is_for_each_connection(self):
        idle = Scenario(10, task="idle")
        runs = [{"server": "quick", "scenario": str(idle), "place": "cpu", "opened_bytes": 250.0,
                 "echoed_bytes": 300.0, "closed_bytes": 280.0}]
        self.assertEqual(tables.table(Family("memory", "", (idle,), ("cpu",), "memory"), runs, PEERS, "raw")[2],
                         [str(idle), "quick", "250", "300", "280", "1.00"])

    def test_memory_that_grew_is_in_mib(self):
        stalled = Scenario(10, task="stalled")
        runs = [{"server": "quick", "scenario": str(stalled), "place": "cpu", "server_ns": 120.0, "all_read_ns": 100.0,
                 "x_all_read": 1.2, "published_bytes": 2 * 2**20, "grown_bytes": -2**19, "cut": 0}]
        self.assertEqual(tables.table(Family("stalled", "", (stalled,), ("cpu",), "stalled"), runs, PEERS, "raw")[2],
                         [str(stalled), "quick", "120", "1.00", "100", "1.20", "2.0", "-0.5", "0"])

    def test_every_family_has_a_table_and_a_place_in_the_document(self):
        for family in FAMILIES.values():
            self.assertEqual(len(tables.table(family, [], [OURS], "raw")), 1 + len(family.scenarios))
            self.assertIn("what is new", document.replaced(document.DOCUMENT.read_text(), family.name, "what is new"))

    def test_a_part_of_the_document_is_replaced_and_nothing_else(self):
        text = "a\n<!-- bin/bench: echo -->\nold\n<!-- end of echo -->\nb\n"
        self.assertEqual(document.replaced(text, "echo", "\\1 new"),
                         "a\n<!-- bin/bench: echo -->\n\\1 new\n<!-- end of echo -->\nb\n")
        with self.assertRaises(document.NoMarkers):
            document.replaced(text, "large", "new")

    def test_a_server_is_not_asked_for_what_it_cannot_do(self):
        self.assertFalse(Server("plain", "", modes=("plain",)).can(Scenario(1, mode="pmd")))
        self.assertFalse(Server("echo", "", tasks=("echo",)).can(Scenario(1, task="fan-out")))
        self.assertFalse(Server("without TLS", "").can(Scenario(1, tls=True)))

    def test_a_server_may_hold_no_more_than_the_largest_message_of_its_load(self):
        ours = servers.duplex_coroutines("bin")[0]
        for size, expected in ((20, "1048576"), (67_108_864, "67108864")):
            command = ours.command_for(Scenario(1, size=size), 7)
            self.assertEqual(command[command.index("--message-bytes-max") + 1], expected)

    def test_the_line_below_a_table_tells_how_often_it_was_measured(self):
        about = {"time": "today now", "cpu": "c", "kernel": "k", "duplex": "d", "secs": 0.5, "load before": "0 0 0"}
        for count, expected in ((1, "one round of 0.5 s"), (3, "3 interleaved rounds of 0.5 s, medians")):
            runs = [run("ours", server_ns=1.0, round=number) for number in range(count)]
            self.assertIn(f"; {expected}; ", document.summary_of(about, document.method(about, runs)))

    def test_over_tls_a_server_is_started_with_certificate_and_key(self):
        plain, secured = (servers.peers("bin")[0].command_for(Scenario(1, tls=tls), 7) for tls in (False, True))
        self.assertEqual(secured, [*plain, "--tls-certificate", str(servers.CERTIFICATES / "server.crt"),
                                   "--tls-key", str(servers.CERTIFICATES / "server.key")])

    def test_it_is_markdown(self):
        self.assertEqual(tables.markdown([["a", "b", "c"], ["d", "e", "10"]]),
                         "| a | b |  c |\n|---|---|---:|\n| d | e | 10 |")


if __name__ == "__main__":
    unittest.main()
