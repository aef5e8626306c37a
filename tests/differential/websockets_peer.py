#!/usr/bin/python3
"""Debian's python3-websockets without its I/O, as a peer: reads one case per line, prints how it takes it."""

import json
import logging
import sys

from websockets.client import ClientConnection
from websockets.connection import OPEN
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import OP_BINARY, OP_CLOSE, OP_CONT, OP_PING, OP_TEXT, Close
from websockets.http11 import Request
from websockets.server import ServerConnection
from websockets.uri import parse_uri

logging.disable(logging.CRITICAL)  # it logs what it refuses


def pieces_of(case):
    return [bytes.fromhex(piece) for piece in case["pieces"]]


def encode_fields(headers):
    """What a parser made of the header section, as the probe prints it."""
    text = "".join(f"{name}:{value}\r\n" for name, value in headers.raw_items())
    return text.encode("ascii", "surrogateescape").hex()


def refused(status, why):
    return {"end": "refused", "status": status, "why": why}


def describe(exception):
    return f"{type(exception).__name__}: {exception}"


def receive_request(case):
    # Its own choice weighs the server's order too; the client's order is what all others take.
    connection = ServerConnection(subprotocols=case["subprotocols"] or None)
    connection.select_subprotocol = lambda offered, spoken: next((one for one in offered if one in spoken), None)
    try:
        for piece in pieces_of(case):
            connection.receive_data(piece)
            requests = [event for event in connection.events_received() if isinstance(event, Request)]
            if requests:
                return answer(connection, requests[0])
    except Exception as exception:  # how it refuses what is no request: it answers nothing
        return {"head": "refused", **refused(0, describe(exception))}
    if connection.handshake_exc:
        return {"head": "refused", **refused(0, describe(connection.handshake_exc))}
    return {"head": "waiting", "end": "waiting"}


def answer(connection, request):
    head = {"head": "read", "fields": encode_fields(request.headers)}
    response = connection.accept(request)
    if response.status_code != 101:
        return {**head, **refused(response.status_code, describe(connection.handshake_exc))}
    return {**head, "end": "accepted", "accept": response.headers["Sec-WebSocket-Accept"],
            "subprotocol": response.headers.get("Sec-WebSocket-Protocol", "")}


def receive_response(case):
    connection = ClientConnection(parse_uri("ws://server.example.com/chat"), subprotocols=case["subprotocols"] or None)
    connection.key = case["key"]
    connection.connect()
    try:
        for piece in pieces_of(case):
            connection.receive_data(piece)
            if connection.state is OPEN or connection.handshake_exc:
                break
        else:
            connection.receive_eof()
    except Exception as exception:  # how it refuses what is no response
        return refused(0, describe(exception))
    if connection.handshake_exc:
        return refused(0, describe(connection.handshake_exc))
    if connection.state is OPEN or connection.events_received():
        return {"end": "accepted", "subprotocol": connection.subprotocol or ""}
    return refused(0, "closed")


class FrameCase:
    """Frames to messages, as the layers above this one do it: fragments are joined, then text is decoded."""

    def __init__(self, case):
        make = ServerConnection if case["role"] == "server" else lambda **options: ClientConnection(
            parse_uri("ws://server.example.com/"), **options)
        self.connection = make(state=OPEN, max_size=case["message_bytes_max"])
        if "window_bits" in case:
            is_reset = not case["context_takeover"]
            self.connection.extensions = [PerMessageDeflate(is_reset, False, case["window_bits"], 15)]
        self.pieces = pieces_of(case)
        self.reaction = {"end": "open", "events": []}
        self.opcode, self.message = OP_BINARY, b""

    def run(self):
        for piece in self.pieces:
            self.connection.receive_data(piece)
            for frame in self.connection.events_received():
                if self.reaction["end"] == "open":
                    self.receive(frame)
            if self.connection.parser_exc and self.reaction["end"] == "open":
                sent = self.connection.close_sent
                self.reaction.update(end="failed", code=sent.code, why=describe(self.connection.parser_exc))
            if self.reaction["end"] != "open":
                break
        return self.reaction

    def receive(self, frame):
        if frame.opcode is OP_CLOSE:
            close = Close.parse(frame.data)
            self.reaction.update(end="closed", code=close.code, reason=close.reason.encode().hex())
        elif frame.opcode in (OP_TEXT, OP_BINARY, OP_CONT):
            self.receive_data(frame)
        else:
            self.note("ping" if frame.opcode is OP_PING else "pong", frame.data)

    def receive_data(self, frame):
        if frame.opcode is not OP_CONT:
            self.opcode, self.message = frame.opcode, b""
        self.message += frame.data
        if not frame.fin:
            return
        if self.opcode is OP_TEXT:
            try:
                self.message.decode()
            except UnicodeDecodeError as exception:
                self.reaction.update(end="failed", code=1007, why=describe(exception))
                return
        self.note("text" if self.opcode is OP_TEXT else "binary", self.message)

    def note(self, kind, payload):
        self.reaction["events"].append([kind, bytes(payload).hex()])


def react(case):
    if case["kind"] == "request":
        return receive_request(case)
    if case["kind"] == "response":
        return receive_response(case)
    if case["kind"] == "deflate":
        return {}  # plain zlib reads what we compress
    return FrameCase(case).run()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(react(json.loads(line))), flush=True)
