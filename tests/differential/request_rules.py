"""Where we and others take opening handshakes differently, and why."""

import re

from head_faults import (TOKEN, either, elements_of, first_line, has, has_empty_element, has_no_valid_host,
                         has_odd_target, has_twice, is_large, is_no_list_of_tokens, is_not)
from rules import Rule, holds

ANY = ""
NODE = ("Node", "ws")  # ws stands on Node's parser
WS, WEBSOCKETS, ALL = ("ws",), ("websockets",), ("Node", "ws", "websockets")
VERDICT = "head|end|class"
METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH")


def offers_twice(case):
    offers = elements_of(case, rb"Sec-WebSocket-Protocol")
    return len(offers) != len(set(offers))


WE_REFUSE = [
    Rule(name="request line: one space between its parts",
         reason="RFC 9112 §3: what is no request line is refused, and never repaired. Node takes more spaces, "
                "websockets an empty target.",
         peers=ALL, what=VERDICT, ours="refused 400 The request line is malformed", theirs=ANY,
         evidence=lambda case: not re.fullmatch(TOKEN + rb" [^ ]+ HTTP/\d\.\d\r", first_line(case))),
    Rule(name="request line: printable ASCII",
         reason="A byte that no request line can hold (TLS on a plain port, a NUL) is refused before the line is "
                "complete.",
         peers=ALL, what=VERDICT, ours="refused 400 The request line holds a byte", theirs=ANY,
         evidence=lambda case: re.search(rb"[^ -~\r]", first_line(case)) is not None),
    Rule(name="request line: ends with CRLF",
         reason="RFC 9112 §2.2 lets a recipient take a bare LF for a line end; where two recipients disagree, "
                "requests can be smuggled.",
         peers=ALL, what=VERDICT, ours="refused 400 The request line has a bare", theirs=ANY,
         evidence=holds(rb"\A(\r\n)*[^\n]*([^\r\n]\n|\r[^\n])|\A(\r\n)*\n")),
    Rule(name="request line: at most four empty lines before it",
         reason="RFC 9112 §2.2 asks to ignore at least one; Node ignores any number.",
         peers=NODE, what=VERDICT, ours="refused 400 Too many empty lines", theirs=ANY,
         evidence=holds(rb"\A(\r\n){5}")),
    Rule(name="request line: HTTP/1",
         reason="Node reads HTTP/0.9 and HTTP/2.0 in the form of HTTP/1.1; here they get a 505.",
         peers=NODE, what=VERDICT, ours="refused 505", theirs=ANY,
         evidence=lambda case: re.search(rb"HTTP/[^1]\.\d\r\Z", first_line(case)) is not None),
    Rule(name="methods that nobody serves",
         reason="RFC 9110 §9.1: 501 for a method that is not known. Node knows many more, and answers 400 to the "
                "rest.",
         peers=NODE, what=VERDICT, ours="refused 501 This method is not known", theirs=ANY,
         evidence=lambda case: first_line(case).split(b" ")[0] not in METHODS),
    Rule(name="targets: checked in full",
         reason="RFC 9112 §3.2, RFC 3986: origin-form or absolute-form with http, valid escapes; after decoding no "
                "NUL, no backslash, no dot segments. Others leave the target to the application.",
         peers=ALL, what=VERDICT, ours="refused 400 The request target", theirs=ANY, evidence=has_odd_target),
    Rule(name="targets: Host is one valid authority",
         reason="RFC 9112 §3.2: 400 without Host, with more than one, and with an invalid one. Node lets upgrades "
                "do without, and never looks at the value; websockets leaves it to its callers.",
         peers=ALL, what=VERDICT, ours="refused 400 There has to be one valid Host", theirs=ANY,
         evidence=has_no_valid_host),
    Rule(name="fields: how many, how large",
         reason="Every implementation has bounds of its own; ours are Limits::request_line_bytes_max, "
                "header_bytes_max and header_count_max.",
         peers=ALL, what=VERDICT, ours="refused (414|431)", theirs=ANY, evidence=is_large),
    Rule(name="fields: singletons come once",
         reason="RFC 9110 §5.3: Origin, Authorization and Content-Type hold one value. Node keeps the first Origin.",
         peers=NODE, what=VERDICT, ours="refused 400 (Origin|Authorization|Content-Type) came more than once",
         theirs=ANY, evidence=has_twice(rb"Origin", rb"Authorization", rb"Content-Type")),
    Rule(name="fields: Connection is a list of tokens",
         reason="RFC 9110 §7.6.1. Node looks for the word in anything.",
         peers=NODE, what=VERDICT, ours="refused 400 Connection is not a list", theirs=ANY,
         evidence=is_no_list_of_tokens(rb"Connection")),
    Rule(name="fields: Expect is 100-continue",
         reason="RFC 9110 §10.1.1: 417 for another expectation. Node answers so only where nothing is upgraded, "
                "websockets does not look.",
         peers=ALL, what=VERDICT, ours="refused 417", theirs=ANY, evidence=has(rb"Expect")),
    Rule(name="bodies: framing that can be read in one way only",
         reason="RFC 9112 §6: one Content-Length of digits, or one Transfer-Encoding that ends with chunked, and "
                "not both. Node upgrades before it looks at them.",
         peers=ALL, what=VERDICT,
         ours="refused (400 (Content-Length|The last transfer coding|There is more than one Transfer"
              "|The body is chunked|HTTP/1.0)|501 The only transfer)",
         theirs=ANY, evidence=has(rb"Content-Length", rb"Transfer-Encoding")),
    Rule(name="handshake: no body",
         reason="Nobody could tell a body from the first frames. Node hands both to the application as what follows "
                "the head.",
         peers=WS, what="end", ours="refused 400 A WebSocket handshake has no body", theirs="accepted",
         evidence=has(rb"Content-Length", rb"Transfer-Encoding")),
    Rule(name="handshake: HTTP/1.1",
         reason="RFC 6455 §4.2.1: HTTP/1.1 or higher; in HTTP/1.0 nothing is upgraded (RFC 9110 §7.8). ws does not "
                "look.",
         peers=WS, what="end", ours="refused 426 This resource speaks WebSocket only", theirs="accepted",
         evidence=lambda case: first_line(case).endswith(b"HTTP/1.0\r")),
    Rule(name="handshake: version 13",
         reason="RFC 6455 §4.2.1: the value is 13. ws takes 8 as well, and every way in which JavaScript writes "
                "these numbers.",
         peers=WS, what="end",
         ours="refused (426 The WebSocket version|400 There has to be one valid Sec-WebSocket-Version)",
         theirs="accepted", evidence=is_not(rb"Sec-WebSocket-Version", b"13")),
    Rule(name="handshake: subprotocols are different tokens",
         reason="RFC 6455 §4.1: tokens, all different. websockets looks only where the server speaks some, and lets "
                "them repeat.",
         peers=WEBSOCKETS, what="end",
         ours="refused 400 (A subprotocol is offered twice|Sec-WebSocket-Protocol is not)", theirs="accepted",
         evidence=either(offers_twice, is_no_list_of_tokens(rb"Sec-WebSocket-Protocol"))),
    Rule(name="handshake: extensions are well-formed",
         reason="RFC 6455 §9.1: a field that breaks the grammar fails the handshake. Others do not look without "
                "compression.",
         peers=("ws", "websockets"), what="end", ours="refused 400 Sec-WebSocket-Extensions is malformed",
         theirs="accepted", evidence=has(rb"Sec-WebSocket-Extensions")),
]

WE_ACCEPT = [
    Rule(name="fields: empty list elements",
         reason="RFC 9110 §5.6.1.2: a recipient MUST parse and ignore a reasonable number of them. ws refuses any, "
                "websockets a line of nothing else.",
         peers=("ws", "websockets"), what="end", ours="accepted",
         theirs="refused 400 (Invalid Sec-WebSocket-Protocol"
                "|InvalidHeaderFormat: invalid (Sec-WebSocket-Protocol|Connection) header: expected token at)",
         evidence=either(has_empty_element(rb"Sec-WebSocket-Protocol"), has_empty_element(rb"Connection"))),
    Rule(name="handshake: Upgrade is a list",
         reason="RFC 9110 §7.8: protocols in order of preference; websocket has to be one of them (RFC 6455 "
                "§4.2.1). Others want it alone.",
         peers=("ws", "websockets"), what="end", ours="accepted",
         theirs="refused (400 Invalid Upgrade header|426 InvalidUpgrade|400 InvalidHeaderFormat: invalid Upgrade"
                "|UnicodeEncodeError)",
         evidence=is_not(rb"Upgrade", b"websocket")),
    Rule(name="fields: a tab behind Upgrade",
         reason="RFC 9110 §5.6.3: a tab is whitespace. Node does not find Upgrade in Connection with a tab behind "
                "it.",
         peers=WS, what="end", ours="accepted", theirs="refused 426 answered 426",
         evidence=holds(rb"^Connection:[^\n]*upgrade *\t")),
    Rule(name="fields: a tab behind Content-Length",
         reason="As behind Upgrade; Node takes it for a part of the number.",
         peers=NODE, what=VERDICT, ours="read|accepted", theirs="refused 400 HPE_INVALID_CONTENT_LENGTH",
         evidence=holds(rb"^Content-Length:[^\n]*\d *\t")),
    Rule(name="request line: HTTP/1.2",
         reason="RFC 9110 §6.2: a higher minor version is answered as one's own. Others refuse it.",
         peers=ALL, what=VERDICT, ours="read|accepted",
         theirs="refused (400 HPE_INVALID_VERSION|ValueError: unsupported HTTP)",
         evidence=lambda case: re.search(rb"HTTP/1\.[2-9]\r\Z", first_line(case)) is not None),
    Rule(name="request line: an empty line before it",
         reason="RFC 9112 §2.2: a server SHOULD ignore at least one. websockets takes it for the request line.",
         peers=WEBSOCKETS, what="end", ours="accepted", theirs=r"refused ValueError: invalid HTTP request line:\Z",
         evidence=holds(rb"\A\r\n")),
    Rule(name="fields: an empty Expect",
         reason="RFC 9110 §10.1.1: a list without elements expects nothing. Node answers 417.",
         peers=NODE, what=VERDICT, ours="read|accepted", theirs="refused 417", evidence=has(rb"Expect")),
    Rule(name="bodies: an announced body of no bytes",
         reason="Content-Length: 0 announces nothing. websockets refuses the field itself.",
         peers=WEBSOCKETS, what="end", ours="accepted", theirs="refused ValueError: unsupported request body",
         evidence=has(rb"Content-Length")),
    Rule(name="fields: longer lines than others take",
         reason="websockets takes 8 KiB for a line, Node 16 KiB for the head; see Limits for ours.",
         peers=ALL, what=VERDICT, ours="read|accepted|waiting", theirs="refused (SecurityError|431)",
         evidence=is_large),
]

OTHERS = [
    Rule(name="heads are judged line by line",
         reason="A line is judged when it is complete, and what several lines say together when all are here. "
                "Others judge byte by byte, or the method alone; so a head that is cut off may wait here, and be "
                "refused there.",
         peers=ALL, what="head|end", ours="waiting", theirs="refused (400 HPE_|ValueError)"),
    Rule(name="no proxy",
         reason="RFC 9110 §9.3.6: CONNECT asks a proxy, and is refused by its first line. Node reads the head "
                "before it closes.",
         peers=NODE, what="head|end", ours="refused (501 This server is no proxy|400 The target of CONNECT)",
         theirs="waiting", evidence=lambda case: first_line(case).startswith(b"CONNECT ")),
    Rule(name="fields: bytes beyond ASCII in a key",
         reason="They are no base64: 400. websockets answers 500, by an exception of its own.",
         peers=WEBSOCKETS, what="class",
         ours=r"refused \d+ (There has to be one (valid )?Sec-WebSocket|The WebSocket version|\S+ came more than once)",
         theirs="refused 500 UnicodeEncodeError", evidence=holds(rb"^Sec-WebSocket-Key:[^\n]*[\x80-\xff]")),
]

REQUEST_RULES = WE_REFUSE + WE_ACCEPT + OTHERS
