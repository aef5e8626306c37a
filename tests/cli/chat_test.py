import os
import signal
import socket
import tempfile
import unittest

from duplex import Peer, Server, run


class Chat(unittest.TestCase):
    def test_serves(self):
        """chat serves its page, its health and its protocol, and ends with 0"""
        with tempfile.TemporaryDirectory() as data, Server("chat", "--data", data) as server:
            self.assertEqual(server.get("/").status, 200)
            self.assertEqual(server.get("/healthz").text, "ok\n")
            with Peer(server.port, "/chat", Sec_WebSocket_Protocol="duplex.chat.v1") as peer:
                self.assertEqual(peer.status, 101)
            self.assertEqual(server.end(signal.SIGTERM), 0)
            self.assertTrue(os.listdir(data))

    def test_busy_port(self):
        """chat says in one line that its port is busy"""
        with socket.create_server(("127.0.0.1", 0)) as busy, tempfile.TemporaryDirectory() as data:
            port = busy.getsockname()[1]
            ended = run("chat", "--port", str(port), "--data", data)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr, f"duplex chat: cannot listen on 127.0.0.1:{port}: Address already in use\n")

    def test_bad_data_folder(self):
        """chat says in one line that its data folder cannot be one"""
        with tempfile.NamedTemporaryFile() as file:
            ended = run("chat", "--port", "0", "--data", file.name)
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, rf"^duplex chat: .*{file.name}.*\n$")

    def test_bad_web_folder(self):
        """chat refuses a page folder that is not there"""
        ended = run("chat", "--web", "/nowhere/at/all")
        self.assertEqual(ended.returncode, 2)
        self.assertRegex(ended.stderr, r"^duplex chat: --web.*\n$")
