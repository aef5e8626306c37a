"""Stands in for the fuzzing server of the Autobahn Testsuite: plays a few cases and keeps what the agent did."""

import base64
import hashlib
import socket
import struct
import threading
import urllib.parse

from duplex import TIMEOUT_S

CLOSE_NORMALLY = b"\x88\x02\x03\xe8"


def server_frame(first_byte, payload):
    """An unmasked frame; `first_byte` holds FIN, the reserved bits and the opcode."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first_byte, length) + payload
    if length < 65536:
        return struct.pack("!BBH", first_byte, 126, length) + payload
    return struct.pack("!BBQ", first_byte, 127, length) + payload


class Agent:
    """The connection of an agent, after the opening handshake."""

    def __init__(self, connection):
        self.socket = connection
        self.socket.settimeout(TIMEOUT_S)
        self.stream = connection.makefile("rb")
        request_line = self.stream.readline().decode("ascii")
        self.target = request_line.split(" ")[1]
        self.headers = {}
        while (line := self.stream.readline().decode("ascii").strip()) != "":
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()

    def accept(self):
        digest = hashlib.sha1((self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode())
        self.socket.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            b"Sec-WebSocket-Accept: " + base64.b64encode(digest.digest()) + b"\r\n\r\n")

    def receive(self):
        """The next frame: its first byte and its payload, unmasked. Nothing when the agent has ended."""
        head = self.stream.read(2)
        if len(head) < 2:
            return None
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack("!H", self.stream.read(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self.stream.read(8))[0]
        key = int.from_bytes((self.stream.read(4) * (length // 4 + 1))[:length], "big")
        payload = self.stream.read(length)
        return head[0], (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")

    def close(self):
        self.stream.close()
        self.socket.close()


class FuzzingServer:
    """Plays `cases`, one function of an Agent each. `case_count` is what it claims to have; `refused` targets get
    a 503. What was asked and what each case returned is kept in order."""

    def __init__(self, cases, case_count=None, refused=()):
        self.cases = cases
        self.case_count = str(len(cases)) if case_count is None else case_count
        self.refused = refused
        self.targets = []
        self.results = []
        self.failures = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(TIMEOUT_S)
        self._listener.close()
        if self.failures:
            raise self.failures[0]

    def _serve(self):
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            try:
                self._answer(Agent(connection))
            except Exception as failure:
                self.failures.append(failure)
                connection.close()

    def _answer(self, agent):
        self.targets.append(agent.target)
        target = urllib.parse.urlsplit(agent.target)
        if target.path in self.refused:
            agent.socket.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return agent.close()
        agent.accept()
        if target.path == "/runCase":
            number = int(urllib.parse.parse_qs(target.query)["case"][0])
            self.results.append(self.cases[number - 1](agent))
        elif target.path == "/getCaseCount":
            agent.socket.sendall(server_frame(0x81, self.case_count.encode()))
        if target.path != "/runCase":
            agent.socket.sendall(CLOSE_NORMALLY)
            agent.receive()
        return agent.close()
