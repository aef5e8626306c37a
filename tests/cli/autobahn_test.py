import json
import os
import struct
import subprocess
import tempfile
import unittest

from duplex import run
from fuzzing_server import CLOSE_NORMALLY, FuzzingServer, server_frame

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
LARGE = bytes(range(256)) * 4096 * 17  # above the limit that the library has by default


def text(agent):
    agent.socket.sendall(server_frame(TEXT, "grüß dich".encode()))
    echo = agent.receive()
    agent.socket.sendall(CLOSE_NORMALLY)
    return echo, agent.receive()


def fragments_around_a_ping(agent):
    agent.socket.sendall(server_frame(0x02, b"\x00\x01") + server_frame(PING, b"?") + server_frame(0x80, b"\xff"))
    return agent.receive(), agent.receive()


def reserved_bit(agent):
    agent.socket.sendall(server_frame(TEXT | 0x40, b"Hello"))
    opcode, payload = agent.receive()
    return opcode, struct.unpack("!H", payload[:2])[0]


def large(agent):
    agent.socket.sendall(server_frame(BINARY, LARGE))
    opcode, payload = agent.receive()
    return opcode, payload == LARGE


CASES = (text, fragments_around_a_ping, reserved_bit, large)
RESULTS = [((TEXT, "grüß dich".encode()), (CLOSE, b"\x03\xe8")), ((PONG, b"?"), (BINARY, b"\x00\x01\xff")), (CLOSE, 1002),
           (BINARY, True)]


class Autobahn(unittest.TestCase):
    def check_failure(self, *arguments, says):
        ended = run("bench", "--autobahn", *arguments)
        self.assertEqual(ended.returncode, 1, ended)
        self.assertEqual(ended.stderr, f"duplex bench: {says}\n")
        self.assertEqual(ended.stdout, "")

    def test_all_cases(self):
        """bench --autobahn plays every case, however it ends, and asks for the report"""
        with FuzzingServer(CASES) as server:
            ended = run("bench", "--autobahn", server.url)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"^4 cases played with Duplex; .*\n$")
        self.assertEqual(server.results, RESULTS)
        self.assertEqual(server.targets, ["/getCaseCount"] +
                         [f"/runCase?case={number}&agent=Duplex" for number in range(1, 5)] +
                         ["/updateReports?agent=Duplex"])

    def test_one_case(self):
        """--case plays one case, --agent names the client in the report"""
        with FuzzingServer(CASES) as server:
            ended = run("bench", "--autobahn", server.url + "/", "--case", "2", "--agent", "a&b c")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"^1 case played with a&b c; .*\n$")
        self.assertEqual(server.results, RESULTS[1:2])
        self.assertEqual(server.targets, ["/getCaseCount", "/runCase?case=2&agent=a%26b%20c",
                                          "/updateReports?agent=a%26b%20c"])

    def test_missing_case(self):
        """a case that is not there is an error that says how many there are"""
        with FuzzingServer(CASES) as server:
            self.check_failure(server.url, "--case", "5", says="counting the cases: there are only 4")
        self.assertEqual(server.targets, ["/getCaseCount"])

    def test_other_server(self):
        """a server that does not count cases is no fuzzing server"""
        for answer in ("Hello", "", "-1", "3 cases", "99999999999999999999"):
            with FuzzingServer(CASES, case_count=answer) as server:
                self.check_failure(server.url,
                                   says="counting the cases: no number of cases came: is this a fuzzing server?")

    def test_refusal(self):
        """a case or report that the server refuses to begin ends the run with an error"""
        refusal = "the server answered 503 Service Unavailable instead of switching protocols"
        with FuzzingServer(CASES, refused=("/runCase",)) as server:
            self.check_failure(server.url, says=f"case 1 of 4: {refusal}")
        with FuzzingServer(CASES, refused=("/updateReports",)) as server:
            self.check_failure(server.url, says=f"asking for the report: {refusal}")
        self.assertEqual(len(server.results), 4)

    def test_no_cases(self):
        """a server that has selected no cases is asked for its report, nothing else"""
        with FuzzingServer(()) as server:
            ended = run("bench", "--autobahn", server.url)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(server.targets, ["/getCaseCount", "/updateReports?agent=Duplex"])


CHECK_REPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "autobahn", "check_report.py")


def case(behavior, closing="OK"):
    return {"behavior": behavior, "behaviorClose": closing, "duration": 2, "remoteCloseCode": 1000,
            "reportfile": "duplex_case.json"}


class Report(unittest.TestCase):
    def check(self, agents, code, *, says):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as index:
            json.dump(agents, index)
            index.flush()
            ended = subprocess.run([CHECK_REPORT, index.name], capture_output=True, text=True, check=False)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (code, says, ""))

    def test_good(self):
        """a report is good when every case is OK or INFORMATIONAL"""
        self.check({"Duplex": {"1.1.1": case("OK"), "7.1.6": case("INFORMATIONAL", "INFORMATIONAL")}}, 0,
                   says="Duplex: 1 OK, 1 INFORMATIONAL\n")

    def test_bad(self):
        """one case that is anything else, or closes so, fails the report and is named"""
        for behavior in ("FAILED", "NON-STRICT", "UNIMPLEMENTED", "WRONG CODE"):
            self.check({"Duplex": {"10.1.1": case(behavior), "2.1": case("OK")}}, 1,
                       says=f"Duplex: 1 {behavior}, 1 OK\n"
                            f"  10.1.1: {behavior}, closing: OK (see duplex_case.json)\n")
            self.check({"Other": {"1.1": case("OK")}, "Duplex": {"2.1": case("OK", behavior)}}, 1,
                       says="Other: 1 OK\nDuplex: 1 OK\n"
                            f"  2.1: OK, closing: {behavior} (see duplex_case.json)\n")

    def test_empty(self):
        """a report of nothing is not good"""
        self.check({}, 1, says="")
        self.check({"Duplex": {}}, 1, says="Duplex: no cases\n")
