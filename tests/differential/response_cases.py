"""Answers to our opening handshake as servers send them: valid ones in all their forms, and slightly broken ones."""

from cases import Case, chance, random_cuts
from heads import (ACCEPT, KEY, SUBPROTOCOLS, break_head, double_field, field, fields_of_list, insert_line, list_of,
                   remove_field, replace_field)

STATUS_LINES = ["HTTP/1.1 101", "HTTP/1.1 101 ", "HTTP/1.1 101 Switching", "HTTP/1.1 101 caf\xe9",
                "HTTP/1.0 101 Switching Protocols", "HTTP/1.2 101 Switching Protocols",
                "HTTP/2 101 Switching Protocols", "HTTP/2.0 101 a", "http/1.1 101 a", "HTTP/1.1  101 a",
                "HTTP/1.1 0101 a", "HTTP/1.1 10 a", "HTTP/1.1 1O1 a", "HTTP/1.1 +101 a", "HTTP/1.1 101\ta",
                "HTTP/1.1 101 a\0b", "HTTP/1.1 200 OK", "HTTP/1.1 302 Found", "HTTP/1.1 400 Bad Request",
                "HTTP/1.1 401 a", "HTTP/1.1 426 Upgrade Required", "HTTP/1.1 500 a", "HTTP/1.1 999 a",
                "HTTP/1.1 099 a", "HTTP/1.1 100 Continue", "HTTP/1.1 204 No Content", "HTTP/1.1",
                "101 Switching Protocols", "HTTP/1.1 101Switching", "ICY 200 OK", ""]
INTERIM = [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
           b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20,
           b"HTTP/1.0 100 Continue\r\n\r\n"]
UPGRADES = ["WebSocket", "WEBSOCKET", "websocket, foo", "foo, websocket", "websocket/13", "web socket", "",
            "websocket,", ",websocket", "foo", "\"websocket\"", "websocket, websocket", "websocket;q=1"]
CONNECTIONS = ["upgrade", "keep-alive, Upgrade", "Upgrade, keep-alive", "keep-alive", "close", "close, Upgrade", "",
               "Upgradex", "Upgrade,", ",Upgrade", "\"Upgrade\"", "Upgrade;q=1", "a b, Upgrade", "Upgrade, Upgrade",
               "keep-alive Upgrade"]
ACCEPTS = ["", ACCEPT[:-1], ACCEPT.lower(), ACCEPT + "=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOp=", f"{ACCEPT}, {ACCEPT}",
           f"\"{ACCEPT}\"", KEY, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="]
CHOICES = ["", "chat", "superchat", "unknown", "CHAT", "chat, superchat", "chat,", ",chat", "\"chat\"", "chat;q=1",
           "a", "caf\xe9"]
EXTENSIONS = ["permessage-deflate", "foo", "", ",", "foo; bar=\"baz\"", "foo bar", "foo;", "permessage-deflate; foo"]
BODIES = [b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Content-Length: x\r\n",
          b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n",
          b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding: gzip\r\n",
          b"Content-Length: 5\r\nContent-Length: 5\r\n", b"Content-Length: 99999999999999999999\r\n"]


def make_case(rng):
    asked = rng.sample(SUBPROTOCOLS, rng.choice([0, 0, 1, 2]))
    parts = valid_head(rng, asked)
    for _ in range(rng.choice([0, 0, 1, 1, 1, 2])):
        parts = break_response(rng, parts)
    settings = {"subprotocols": asked, "key": KEY}
    return Case("response", parts, settings, random_cuts(rng, sum(map(len, parts))))


def valid_head(rng, asked):
    groups = [
        [field(rng, "Upgrade", "websocket")],
        fields_of_list(rng, "Connection", rng.choice([["Upgrade"], ["upgrade"], ["keep-alive", "Upgrade"]])),
        [field(rng, "Sec-WebSocket-Accept", ACCEPT)],
    ]
    if asked and chance(rng, 0.8):
        groups.append([field(rng, "Sec-WebSocket-Protocol", rng.choice(asked))])
    if chance(rng, 0.3):
        groups.append([field(rng, "Server", "a/1.0 (b)")])
    if chance(rng, 0.1):
        groups.append([field(rng, "Vary", list_of(rng, ["Origin", "Cookie"]))])
    rng.shuffle(groups)
    return [b"HTTP/1.1 101 Switching Protocols\r\n", *[part for group in groups for part in group], b"\r\n"]


def break_response(rng, parts):
    kind = rng.choice(["head", "head", "line", "value", "value", "value", "without", "twice", "body", "interim", "add"])
    if kind == "head":
        return break_head(rng, parts)
    if kind == "line":
        return [f"{rng.choice(STATUS_LINES)}\r\n".encode("latin-1"), *parts[1:]]
    if kind == "value":
        name, values = rng.choice([("Upgrade", UPGRADES), ("Connection", CONNECTIONS),
                                   ("Sec-WebSocket-Accept", ACCEPTS), ("Sec-WebSocket-Protocol", CHOICES)])
        return replace_field(rng, parts, name, values)
    name = rng.choice(["Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol"])
    if kind == "without":
        return remove_field(parts, name)
    if kind == "twice":
        return double_field(parts, name)
    if kind == "body":
        return insert_line(rng, parts, BODIES) + rng.choice([[], [b"hello"]])
    if kind == "interim":
        return [rng.choice(INTERIM), *parts]
    lines = [f"Sec-WebSocket-Protocol: {choice}\r\n".encode("latin-1") for choice in CHOICES]
    lines += [f"Sec-WebSocket-Extensions: {extension}\r\n".encode() for extension in EXTENSIONS]
    return insert_line(rng, parts, lines)
