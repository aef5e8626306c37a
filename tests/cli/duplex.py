"""Starts the binary under test, and speaks to it over bare sockets."""

import http.client
import os
import queue
import re
import socket
import struct
import subprocess
import threading

BINARY = os.environ["DUPLEX"]
TIMEOUT_S = 10

TEXT, BINARY_MESSAGE, CLOSE = 0x1, 0x2, 0x8
MASKING_KEY = b"\x12\x34\x56\x78"


def run(*arguments):
    """A command that ends by itself."""
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


class Server:
    """A command that serves, on a free port unless it is told one; its log lines can be waited for."""

    def __init__(self, command, *arguments, port=0):
        self.process = subprocess.Popen([BINARY, command, "--port", str(port), *arguments], stderr=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines = []
        self._incoming = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = port or int(self.wait_for_line(r"on https?://(?:127\.0\.0\.1|localhost):(\d+)/").group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def _read(self):
        for line in self.process.stderr:
            self._incoming.put(line.rstrip("\n"))
        self._incoming.put(None)

    def wait_for_line(self, pattern):
        while True:
            line = self._incoming.get(timeout=TIMEOUT_S)
            if line is None:
                raise AssertionError(f"the log ended without {pattern!r}: {self.lines}")
            self.lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found

    def wait_for_end_of_log(self):
        """Fails when there is another line."""
        line = self._incoming.get(timeout=TIMEOUT_S)
        if line is not None:
            raise AssertionError(f"another line: {line}")

    def end(self, signal):
        """Sends the signal; returns the exit code."""
        self.process.send_signal(signal)
        return self.process.wait(TIMEOUT_S)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        connection.request("GET", path)
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        return response


class EchoServer(Server):
    def __init__(self, *arguments, port=0):
        super().__init__("echo", *arguments, port=port)


class Peer:
    """A WebSocket client that does only what it is told."""

    def __init__(self, port, path="/", **headers):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        fields = {"Host": f"127.0.0.1:{port}", "Upgrade": "websocket", "Connection": "Upgrade",
                  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        self.stream = self.socket.makefile("rb")
        self.status_line = self.stream.readline().decode().strip()
        self.headers = self._read_headers()
        self.status = int(self.status_line.split()[1])
        self.body = "" if self.status == 101 else self.stream.read(int(self.headers["content-length"])).decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def _read_headers(self):
        headers = {}
        while (line := self.stream.readline().decode().strip()) != "":
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return headers

    def send(self, opcode, payload, fin=True):
        self.socket.sendall(frame(opcode, payload, fin))

    def receive(self):
        """The next frame: opcode and payload."""
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            length = struct.unpack("!H", self._exactly(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._exactly(8))[0]
        return first & 0x0F, self._exactly(length)

    def receive_close(self):
        """Skips what comes before it; returns code and reason."""
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                return struct.unpack("!H", payload[:2])[0], payload[2:].decode()

    def close(self, code=1000, reason=""):
        self.send(CLOSE, struct.pack("!H", code) + reason.encode())

    def ends(self):
        return self.stream.read(1) == b""

    def _exactly(self, count):
        payload = self.stream.read(count)
        if len(payload) != count:
            raise AssertionError("the connection ended inside a frame")
        return payload


def frame(opcode, payload, fin=True):
    """A masked frame."""
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", opcode | fin << 7, 0x80 | length)
    elif length < 65536:
        head = struct.pack("!BBH", opcode | fin << 7, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", opcode | fin << 7, 0x80 | 127, length)
    key = int.from_bytes((MASKING_KEY * (length // 4 + 1))[:length], "big")
    return head + MASKING_KEY + (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")
