"""Opening handshakes as clients send them: valid ones in all their forms, and slightly broken ones."""

from cases import Case, chance, random_cuts
from heads import (KEY, SUBPROTOCOLS, break_head, double_field, field, fields_of_list, insert_line, remove_field,
                   replace_field)

METHODS = ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "PROPFIND", "get", "G", "GETT",
           "", "GE T", "G\0T", "M-SEARCH", "QUERY", "A" * 40]
TARGETS = ["*", "", "chat", "http://server.example.com/chat", "http://server.example.com",
           "https://server.example.com/", "ws://server.example.com/chat", "server.example.com:80", "/a b", "/%zz",
           "/%", "/%00", "/..", "/a/../b", "/%2e%2e/", "/a#b", "/\\", "/\x7f", "/caf\xe9", "//a", "/" + "a" * 9000,
           "/" + "a" * 17000, "/<>", "/^`{|}", "/\"", "http://user@server.example.com/", "http:///", "http://[::1]/",
           "http://a:b/"]
VALID_TARGETS = ["/", "/chat", "/chat?room=1", "/a/b/c", "/%C3%A9", "/?", "/a;b=c,d", "/~a_b-c.d", "/a?b?c/d"]
VERSIONS = ["HTTP/1.0", "HTTP/1.2", "HTTP/0.9", "HTTP/2.0", "HTTP/2", "HTTP/1.", "HTTP/1.11", "http/1.1", "HTTP/11",
            "HTTP", "", "HTTPS/1.1", "HTTP/1.1 ", " HTTP/1.1", "HTTP/01.1", "ICE/1.0"]
HOSTS = ["", "server.example.com:80", "[::1]", "[::1]:80", "[::1", "a b", "a,b", "user@server.example.com", "a:b",
         "a:99999", "a/b", "%41", "%zz", "caf\xe9", "a:"]
UPGRADES = ["WebSocket", "WEBSOCKET", "websocket, foo", "foo, websocket", "websocket/13", "h2c, websocket",
            "web socket", "", "websocket,", ",websocket", "foo", "websocketx", "\"websocket\"", "websocket;q=1",
            "h2c", "websocket, websocket"]
CONNECTIONS = ["upgrade", "UPGRADE", "keep-alive, Upgrade", "Upgrade, keep-alive", "upgrade,keep-alive", "keep-alive",
               "close", "close, Upgrade", "Upgrade, close", "", "Upgradex", "\"Upgrade\"", "Upgrade;q=1", "Upgrade,",
               ",Upgrade", "a b, Upgrade", "Upgrade, Upgrade", "Upgrade @", "keep-alive Upgrade",
               "HTTP2-Settings, Upgrade"]
KEYS = ["", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==",
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBsZSBub25jZQ==A", "AAAAAAAAAAAAAAAAAAAAAA==",
        "////////////////////////", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25-_Q==",
        "dGhlIHNhbXBsZSBub25jZQ== x", "dGhl IHNhbXBsZSBub25jZQ==", "+++++++++++++++++++++w==", "YQ==",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="]
WEBSOCKET_VERSIONS = ["8", "7", "0", "14", "25", "255", "256", "013", "13.0", "+13", "-13", "0x0d", "13, 8", "8, 13",
                      "", "1 3", "thirteen", "1e1", "13;", "\"13\""]
SUBPROTOCOL_LISTS = ["", ",", "chat,", ",chat", "chat,,superchat", "chat superchat", "chat, chat", "ch@t", "\"chat\"",
                     "chat;q=1", "CHAT", "unknown", "a/b, chat", "chat, caf\xe9", "chat ,superchat", "(chat)"]
EXTENSIONS = ["permessage-deflate", "permessage-deflate; client_max_window_bits", "x-webkit-deflate-frame",
              "permessage-deflate; server_no_context_takeover; client_max_window_bits=15", "foo; bar=\"baz\"",
              "foo; bar=\"b az\"", "foo; =", "foo;", ";", "", ",", "foo, , bar", "foo bar", "foo=bar", "foo; a=",
              "foo; a=\"", "foo;a=1;a=2", "foo; a = 1", "foo, foo", "f\xf6\xf6",
              ", ".join(f"x{number}" for number in range(20))]
ORIGINS = ["http://server.example.com", "https://elsewhere.example", "null", "", "http://a b", "file://", "caf\xe9"]
BODIES = [b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Content-Length: +5\r\n", b"Content-Length: 5, 5\r\n",
          b"Content-Length: -1\r\n", b"Content-Length:\r\n", b"Content-Length: 0x5\r\n", b"Content-Length: 00\r\n",
          b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n",
          b"Transfer-Encoding: gzip\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
          b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"Transfer-Encoding: chunked, chunked\r\n",
          b"Content-Length: 5\r\nContent-Length: 5\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n",
          b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding:\r\n", b"Transfer-Encoding: xchunked\r\n",
          b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"]
EXPECTATIONS = [b"Expect: 100-continue\r\n", b"Expect: 100-Continue\r\n", b"Expect: 200-ok\r\n", b"Expect:\r\n"]


def make_case(rng):
    parts = valid_head(rng)
    for _ in range(rng.choice([0, 0, 1, 1, 1, 2])):
        parts = break_request(rng, parts)
    spoken = rng.sample(SUBPROTOCOLS, rng.randrange(0, 3))
    return Case("request", parts, {"subprotocols": spoken}, random_cuts(rng, sum(map(len, parts))))


def valid_head(rng):
    upgrades = ["websocket"]
    connections = rng.choice([["Upgrade"], ["upgrade"], ["keep-alive", "Upgrade"], ["Upgrade", "keep-alive"]])
    groups = [
        [field(rng, "Host", rng.choice(["server.example.com", "server.example.com:8080", "127.0.0.1", "[::1]:80"]))],
        fields_of_list(rng, "Upgrade", upgrades),
        fields_of_list(rng, "Connection", connections),
        [field(rng, "Sec-WebSocket-Key", KEY)],
        [field(rng, "Sec-WebSocket-Version", "13")],
    ]
    if chance(rng, 0.5):
        offered = rng.sample(SUBPROTOCOLS, rng.randrange(1, len(SUBPROTOCOLS) + 1))
        groups.append(fields_of_list(rng, "Sec-WebSocket-Protocol", offered))
    if chance(rng, 0.3):
        groups.append([field(rng, "Sec-WebSocket-Extensions", rng.choice(EXTENSIONS[:4]))])
    if chance(rng, 0.3):
        groups.append([field(rng, "Origin", rng.choice(ORIGINS[:3]))])
    if chance(rng, 0.3):
        groups.append([field(rng, "User-Agent", "a (b; c) d/1.0")])
    rng.shuffle(groups)
    line = f"GET {rng.choice(VALID_TARGETS)} HTTP/1.1\r\n".encode("latin-1")
    return [line, *[part for group in groups for part in group], b"\r\n"]


def break_request(rng, parts):
    """One thing changed, to something that is wrong, unusual, or just another valid form."""
    kind = rng.choice(["head", "head", "line", "value", "value", "value", "without", "twice", "body", "add"])
    if kind == "head":
        return break_head(rng, parts)
    if kind == "line":
        return break_request_line(rng, parts)
    if kind == "value":
        name, values = rng.choice([
            ("Host", HOSTS), ("Upgrade", UPGRADES), ("Connection", CONNECTIONS), ("Sec-WebSocket-Key", KEYS),
            ("Sec-WebSocket-Version", WEBSOCKET_VERSIONS), ("Sec-WebSocket-Protocol", SUBPROTOCOL_LISTS),
            ("Sec-WebSocket-Extensions", EXTENSIONS), ("Origin", ORIGINS)])
        return replace_field(rng, parts, name, values)
    name = rng.choice(["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
                       "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin"])
    if kind == "without":
        return remove_field(parts, name)
    if kind == "twice":
        return double_field(parts, name)
    if kind == "body":
        return insert_line(rng, parts, BODIES) + rng.choice([[], [b"hello"], [b"0\r\n\r\n"]])
    return insert_line(rng, parts, EXPECTATIONS)


def break_request_line(rng, parts):
    method, target, version = "GET", "/chat", "HTTP/1.1"
    kind = rng.choice(["method", "target", "version", "separator", "before"])
    if kind == "method":
        method = rng.choice(METHODS)
    if kind == "target":
        target = rng.choice(TARGETS)
    if kind == "version":
        version = rng.choice(VERSIONS)
    separator = rng.choice(["  ", "\t", "\r", "\0", "\x0b"]) if kind == "separator" else " "
    before = rng.choice(["\r\n", "\n", "\r\n\r\n", " ", "\r\n" * 6]) if kind == "before" else ""
    return [f"{before}{method} {target}{separator}{version}\r\n".encode("latin-1"), *parts[1:]]
