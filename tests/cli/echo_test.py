import json
import os
import secrets
import signal
import socket
import subprocess
import unittest
from contextlib import ExitStack

from duplex import BINARY, BINARY_MESSAGE, CLOSE, TEXT, TIMEOUT_S, EchoServer, Peer, run


class Echo(unittest.TestCase):
    def test_echoes(self):
        """every path echoes text as text and binary as binary"""
        with EchoServer() as server:
            for path in ("/", "/index.html", "/any/path?with=query"):
                with Peer(server.port, path) as peer:
                    self.assertEqual(peer.status, 101, path)
                    for message in ((TEXT, "grüß dich".encode()), (BINARY_MESSAGE, bytes(range(256))), (TEXT, b"")):
                        peer.send(*message)
                        self.assertEqual(peer.receive(), message)

    def test_fragments(self):
        """a message in fragments comes back whole"""
        with EchoServer() as server, Peer(server.port) as peer:
            peer.send(TEXT, b"Hel", fin=False)
            peer.send(0x0, b"lo")
            self.assertEqual(peer.receive(), (TEXT, b"Hello"))

    def test_modes(self):
        """every mode echoes, and agrees to the compression that it says"""
        both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        for mode, agreed in (("any", both), ("plain", None), ("pmd", both), ("pmdct", "permessage-deflate")):
            with EchoServer("--mode", mode) as server:
                with Peer(server.port, Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits") as peer:
                    self.assertEqual(peer.headers.get("sec-websocket-extensions"), agreed, mode)
                    peer.send(TEXT, b"hi")
                    self.assertEqual(peer.receive(), (TEXT, b"hi"))

    def test_subprotocol(self):
        """the first subprotocol offered is chosen, since browsers insist on one"""
        with EchoServer() as server:
            with Peer(server.port, Sec_WebSocket_Protocol="chat.v2, chat.v1") as peer:
                self.assertEqual(peer.headers["sec-websocket-protocol"], "chat.v2")
            with Peer(server.port) as peer:
                self.assertNotIn("sec-websocket-protocol", peer.headers)

    def test_message_bytes_max(self):
        """--message-bytes-max is inclusive; one byte more closes with 1009"""
        with EchoServer("--message-bytes-max", "1000") as server, Peer(server.port) as peer:
            peer.send(TEXT, b"x" * 1000)
            self.assertEqual(peer.receive(), (TEXT, b"x" * 1000))
            peer.send(TEXT, b"x" * 1001)
            self.assertEqual(peer.receive_close()[0], 1009)

    def test_large_message(self):
        """a message of 16 MiB is echoed by default"""
        payload = secrets.token_bytes(65536) * 256
        with EchoServer() as server, Peer(server.port) as peer:
            peer.send(BINARY_MESSAGE, payload)
            opcode, echo = peer.receive()
            self.assertEqual(opcode, BINARY_MESSAGE)
            self.assertTrue(echo == payload)

    def test_many_fragments(self):
        """a message of 100,000 fragments is echoed"""
        with EchoServer() as server, Peer(server.port) as peer:
            peer.send(TEXT, b"a", fin=False)
            peer.socket.sendall(b"\x00\x81\x00\x00\x00\x00a" * 99_998)
            peer.send(0x0, b"a")
            self.assertEqual(peer.receive(), (TEXT, b"a" * 100_000))


class Topics(unittest.TestCase):
    def test_fan_out(self):
        """--topics: a message on /pub goes to all on /sub and never back; other paths echo"""
        with EchoServer("--topics") as server, Peer(server.port, "/sub") as first, \
                Peer(server.port, "/sub") as second, Peer(server.port, "/pub") as publisher:
            publisher.send(TEXT, b"news")
            publisher.send(BINARY_MESSAGE, b"\x00\x01")
            for subscriber in (first, second):
                self.assertEqual(subscriber.receive(), (TEXT, b"news"))
                self.assertEqual(subscriber.receive(), (BINARY_MESSAGE, b"\x00\x01"))
            publisher.close()
            self.assertEqual(publisher.receive()[0], CLOSE)  # and not an echo
            with Peer(server.port, "/other") as other:
                other.send(TEXT, b"hi")
                self.assertEqual(other.receive(), (TEXT, b"hi"))

    def test_named_topics(self):
        """?topic= subscribes and publishes by name, to several too, and apart from those who name none"""
        with EchoServer("--topics") as server, Peer(server.port, "/sub") as unnamed, \
                Peer(server.port, "/sub?topic=news&topic=weather%2Fhere") as both, \
                Peer(server.port, "/sub?topic=weather/+") as weather, \
                Peer(server.port, "/sub?topic=%23") as everything, \
                Peer(server.port, "/pub?topic=news") as press, \
                Peer(server.port, "/pub?topic=weather/here") as station:
            for publisher, message, hearers in ((press, b"peace", (both, everything)),
                                                (station, b"rain", (both, weather, everything)),
                                                (press, b"more peace", (both, everything))):
                publisher.send(TEXT, message)
                for subscriber in hearers:
                    self.assertEqual(subscriber.receive(), (TEXT, message))
            with Peer(server.port, "/pub") as publisher:
                publisher.send(TEXT, b"to all without a name")
                self.assertEqual(unnamed.receive(), (TEXT, b"to all without a name"))
            for subscriber in (weather, everything):
                subscriber.close()
                self.assertEqual(subscriber.receive()[0], CLOSE)  # and nothing more before it

    def test_names_of_topics(self):
        """a name that is none is refused with 400, one that cannot be used closes with 1008"""
        with EchoServer("--topics") as server:
            for query in ("topic=", "topic=news&topic=%23%", "topic=%zz"):
                for path in ("/sub", "/pub"):
                    with Peer(server.port, f"{path}?{query}") as peer:
                        self.assertEqual(peer.status, 400, query)
            many = "&".join(f"topic={number}" for number in range(1025))
            for path in ("/sub?topic=a%23", "/sub?" + many):
                with Peer(server.port, path) as subscriber:
                    self.assertEqual(subscriber.receive_close()[0], 1008, path[:20])
            with Peer(server.port, "/pub?topic=a/%23") as publisher:
                publisher.send(TEXT, b"to whom?")
                self.assertEqual(publisher.receive_close()[0], 1008)

    def test_named_topics_are_apart(self):
        """nobody can name the topic on which the frames of watched connections are reported"""
        token = secrets.token_urlsafe(16)
        with EchoServer("--topics") as server, Peer(server.port, "/sub?topic=%23") as curious, \
                Peer(server.port, f"/.frames/{token}", Sec_WebSocket_Protocol="duplex.frames") as feed, \
                Peer(server.port, f"/.watched/{token}/chat") as watched:
            watched.send(TEXT, b"secret")
            self.assertIn("received", feed.receive()[1].decode())
            curious.close()
            self.assertEqual(curious.receive()[0], CLOSE)

    def test_loops(self):
        """--loops: whichever thread serves a connection, it is echoed, hears what is fanned out, and ends with 1001"""
        with EchoServer("--topics", "--loops", "3") as server, ExitStack() as stack:
            subscribers = [stack.enter_context(Peer(server.port, "/sub")) for _ in range(30)]
            publisher = stack.enter_context(Peer(server.port, "/pub"))
            echoed = stack.enter_context(Peer(server.port))
            echoed.send(TEXT, b"hi")
            self.assertEqual(echoed.receive(), (TEXT, b"hi"))
            publisher.send(TEXT, b"news")
            for subscriber in subscribers:
                self.assertEqual(subscriber.receive(), (TEXT, b"news"))
            with EchoServer() as ordinary:
                self.assertEqual(self.thread_count(server), self.thread_count(ordinary) + 2)
            server.process.send_signal(signal.SIGTERM)
            for peer in (*subscribers, publisher, echoed):
                self.assertEqual(peer.receive_close()[0], 1001)
                peer.close(1001)
            self.assertEqual(server.process.wait(TIMEOUT_S), 0)

    def test_loops_for_every_core(self):
        """--loops 0 takes one for each core"""
        with EchoServer("--loops", "0") as server, Peer(server.port) as peer:
            peer.send(TEXT, b"hi")
            self.assertEqual(peer.receive(), (TEXT, b"hi"))
            with EchoServer() as ordinary:
                self.assertEqual(self.thread_count(server), self.thread_count(ordinary) + os.cpu_count() - 1)

    def test_loops_share_no_port_with_others(self):
        """--loops: a port that another server has is an error, though its loops share it among them"""
        with EchoServer("--loops", "2") as server:
            result = run("echo", "--loops", "2", "--port", str(server.port))
            self.assertEqual(result.returncode, 1)
            self.assertIn("Address already in use", result.stderr)

    @staticmethod
    def thread_count(server):
        return len(os.listdir(f"/proc/{server.process.pid}/task"))

    def test_off_by_default(self):
        """without --topics /sub and /pub echo like any path"""
        with EchoServer() as server, Peer(server.port, "/pub") as peer:
            peer.send(TEXT, b"hi")
            self.assertEqual(peer.receive(), (TEXT, b"hi"))


class Origins(unittest.TestCase):
    def check(self, server, origin, status):
        with Peer(server.port, Origin=origin) as peer:
            self.assertEqual(peer.status, status, f"{origin}: {peer.body}")
            return peer.body

    def test_foreign(self):
        """a foreign origin gets a 403 that names the remedy, in the body and in the log"""
        with EchoServer() as server:
            body = self.check(server, "https://evil.example", 403)
            self.assertIn("https://evil.example", body)
            self.assertIn("--allow-origin", body)
            self.assertIn("https://evil.example", server.wait_for_line("--allow-origin").string)
            self.check(server, "null", 403)
            self.check(server, f"http://127.0.0.1:{server.port}", 101)

    def test_allowed(self):
        """--allow-origin may be repeated, takes null and *"""
        with EchoServer("--allow-origin", "https://a.example", "--allow-origin", "null") as server:
            self.check(server, "https://a.example", 101)
            self.check(server, "null", 101)
            self.check(server, "https://b.example", 403)
        with EchoServer("--allow-origin", "*") as server:
            self.check(server, "https://b.example", 101)


class Log(unittest.TestCase):
    def test_lines(self):
        """a connection is a line when it opens and one when it ends, with what peers chose escaped"""
        with EchoServer() as server, Peer(server.port, "/a%0ab") as peer:
            server.wait_for_line(r"127\.0\.0\.1:\d+ connected to /a\\x0ab$")
            peer.close(4001, "bye\x1b[2J")
            server.wait_for_line(r'127\.0\.0\.1:\d+ disconnected from /a\\x0ab: 4001 "bye\\x1b\[2J"$')

    def test_quiet(self):
        """--quiet prints nothing while all goes well"""
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        with EchoServer("--quiet", port=port) as server:
            with connect_when_ready(port) as peer:
                peer.send(TEXT, b"hi")
                peer.receive()
                peer.close()
                self.assertTrue(peer.receive_close())
            self.assertEqual(server.end(signal.SIGTERM), 0)
            self.assertEqual(server.process.stdout.read(), "")
            server.wait_for_end_of_log()


def connect_when_ready(port):
    """A quiet server does not say when it listens."""
    while True:
        try:
            return Peer(port)
        except ConnectionRefusedError:
            continue


class End(unittest.TestCase):
    def test_signals(self):
        """SIGTERM, SIGINT and SIGHUP close every connection with 1001 and end with 0"""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with EchoServer() as server, Peer(server.port) as peer:
                server.process.send_signal(number)
                self.assertEqual(peer.receive_close()[0], 1001)
                peer.close(1001)
                self.assertTrue(peer.ends())
                self.assertEqual(server.process.wait(8), 0)

    def test_second_signal(self):
        """a second signal cuts a peer that does not answer"""
        with EchoServer() as server, Peer(server.port) as peer:
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(peer.receive_close()[0], 1001)
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(2), 0)


class Page(unittest.TestCase):
    def test_page(self):
        """the page is served with a policy that forbids everything foreign and inline"""
        with EchoServer() as server:
            page = server.get("/")
            self.assertEqual(page.status, 200)
            self.assertIn("<title>Duplex echo</title>", page.text)
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
            self.assertNotIn("<style", page.text)
            self.assertNotRegex(page.text, r"<script(?![^>]*src=)")
            self.assertEqual(server.get("/main.js").headers["Content-Type"], "text/javascript; charset=utf-8")
            self.assertEqual(server.get("/elsewhere").status, 426)
            self.assertEqual(server.get("/README.md").status, 426)

    def test_watched(self):
        """the frames of a watched connection are reported to whoever knows its token, and to nobody else"""
        token, other = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        with EchoServer() as server, \
                Peer(server.port, f"/.frames/{token}", Sec_WebSocket_Protocol="duplex.frames") as feed, \
                Peer(server.port, f"/.frames/{other}", Sec_WebSocket_Protocol="duplex.frames") as foreign, \
                Peer(server.port, f"/.watched/{token}/chat") as watched:
            watched.send(TEXT, b"Hello")
            received, sent = json.loads(feed.receive()[1]), json.loads(feed.receive()[1])
            self.assertEqual((received["direction"], received["number"], received["header"], received["payload"]),
                             ("received", 0, "818512345678", "5a513a147d"))
            self.assertEqual((sent["direction"], sent["number"], sent["header"], sent["payload"]),
                             ("sent", 1, "8105", b"Hello".hex()))
            watched.send(BINARY_MESSAGE, b"x" * 1000)
            large = json.loads(feed.receive()[1])
            self.assertEqual((large["payload_bytes"], len(large["payload"])), (1000, 512))
            foreign.close()
            self.assertEqual(foreign.receive()[0], CLOSE)  # the first that it hears

    def test_bad_tokens(self):
        """a token that could be guessed, or that is a pattern for all, is refused"""
        with EchoServer() as server:
            for token in ("short", "%2B", "%23", "a" * 65):
                for path in (f"/.frames/{token}", f"/.watched/{token}/"):
                    with Peer(server.port, path, Sec_WebSocket_Protocol="duplex.frames") as peer:
                        self.assertEqual(peer.status, 400, path)


class Bench(unittest.TestCase):
    def test_json(self):
        """bench measures an echo server and prints one JSON object"""
        with EchoServer() as server:
            ended = run("bench", f"ws://127.0.0.1:{server.port}/", "--connections", "3", "--depth", "4", "--size", "200",
                        "--secs", "0.2", "--warm-up", "0.05", "--server-pid", str(server.process.pid), "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        report = json.loads(ended.stdout)
        self.assertGreater(report["messages"], 0)
        self.assertGreaterEqual(report["p99_us"], report["p50_us"])
        self.assertGreater(report["server_cpu"]["ns_per_message"], 0)
        self.assertEqual(ended.stderr, "")

    def test_wrong_echo(self):
        """bench ends with an error when what comes back is not what was sent"""
        with EchoServer("--topics") as server, Peer(server.port, "/pub") as publisher:
            # A subscriber sends into the void and hears only what is published.
            with subprocess.Popen([BINARY, "bench", f"ws://127.0.0.1:{server.port}/sub"], stderr=subprocess.PIPE,
                                  text=True) as bench:
                server.wait_for_line("connected to /sub")
                publisher.send(TEXT, b"not an echo")
                self.assertEqual(bench.wait(10), 1)
                self.assertRegex(bench.stderr.read(), "differs")
