import os
import socket
import unittest

from duplex import run


class CommandLine(unittest.TestCase):
    def check_refused(self, *arguments, says):
        ended = run(*arguments)
        self.assertEqual(ended.returncode, 2, ended)
        self.assertRegex(ended.stderr, says)
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
        self.assertEqual(ended.stdout, "")

    def test_help(self):
        """--help teaches: commands, flags, examples"""
        ended = run("--help")
        self.assertEqual(ended.returncode, 0)
        for word in ("echo", "bench", "Examples:"):
            self.assertIn(word, ended.stdout)
        for command, flag in (("echo", "--allow-origin"), ("bench", "--depth"), ("bench", "--autobahn")):
            ended = run(command, "--help")
            self.assertEqual(ended.returncode, 0)
            self.assertIn(flag, ended.stdout)
            self.assertIn("Examples:", ended.stdout)

    def test_version(self):
        """--version names the program and its version"""
        ended = run("--version")
        self.assertEqual(ended.returncode, 0)
        self.assertRegex(ended.stdout, r"^duplex \d+\.\d+\.\d+\n$")

    def test_unknown(self):
        """an unknown flag or command is refused in one line"""
        self.check_refused("echo", "--nope", says=r"^duplex echo: .*--nope")
        self.check_refused("nope", says=r"^duplex: .*nope")
        self.check_refused(says=r"^duplex: a command is needed")

    def test_values(self):
        """a value that cannot be right is refused in one line that names the flag"""
        self.check_refused("echo", "--port", "65536", says="--port")
        self.check_refused("echo", "--port", "http", says="--port")
        self.check_refused("echo", "--mode", "zip", says="--mode")
        self.check_refused("echo", "--message-bytes-max", "-1", says="--message-bytes-max")
        self.check_refused("echo", "--loops", "257", says="--loops")
        self.check_refused("echo", "--loops", "-1", says="--loops")
        self.check_refused("bench", says="url")
        self.check_refused("bench", "ws://127.0.0.1/", "--depth", "0", says="--depth")
        self.check_refused("bench", "ws://127.0.0.1/", "--secs", "0", says="--secs")
        self.check_refused("bench", "--autobahn", "ws://127.0.0.1/", "--case", "0", says="--case")

    def test_combinations(self):
        """bench measures or plays the Autobahn Testsuite; flags of the other are refused"""
        self.check_refused("bench", "--autobahn", "ws://127.0.0.1/", "ws://127.0.0.1/", says="url excludes --autobahn")
        self.check_refused("bench", "--autobahn", "ws://127.0.0.1/", "--json", says="--json excludes --autobahn")
        self.check_refused("bench", "ws://127.0.0.1/", "--agent", "Me", says="--agent requires --autobahn")
        self.check_refused("bench", "ws://127.0.0.1/", "--case", "1", says="--case requires --autobahn")

    def test_busy_port(self):
        """a busy port is an error that names the address and the reason"""
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            ended = run("echo", "--port", str(port))
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr, f"duplex echo: cannot listen on 127.0.0.1:{port}: Address already in use\n")

    def test_bench_without_server(self):
        """bench says in one line that nobody listens"""
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        ended = run("bench", f"ws://127.0.0.1:{port}/")
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^duplex bench: .*Connection refused\n$")
        ended = run("bench", "--autobahn", f"ws://127.0.0.1:{port}")
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^duplex bench: counting the cases: .*Connection refused\n$")

    def test_bench_bad_url(self):
        """bench refuses what is no ws:// URL"""
        ended = run("bench", "http://127.0.0.1/")
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^duplex bench: .*\n$")

    def test_bench_pid(self):
        """bench refuses to measure a process that is not there"""
        ended = run("bench", "ws://127.0.0.1/", "--server-pid", str(2**22 + os.getpid()))
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^duplex bench: no process \d+ to measure\n$")
