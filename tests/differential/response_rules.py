"""Where we and others take the answer to an opening handshake differently, and why."""

from head_faults import either, final_head_begins, has, has_empty_element, is_large, is_no_list_of_tokens
from rules import Rule, holds

ANY = ""
WS, WEBSOCKETS, BOTH = ("ws",), ("websockets",), ("ws", "websockets")

RESPONSE_RULES = [
    Rule(name="status line: HTTP/1.1 and three digits",
         reason="RFC 9112 §4. Node takes HTTP/2.0 in the form of HTTP/1.1 and skips empty lines, websockets takes "
                "every number that Python reads.",
         peers=BOTH, what="end", ours="refused the server's answer is not HTTP/1.1", theirs="accepted",
         evidence=lambda case: case.data[:1] in b"\r\n" or not final_head_begins(rb"HTTP/1\.\d \d{3}( |\r)")(case)),
    Rule(name="status line: switching needs HTTP/1.1",
         reason="RFC 9110 §7.8: nothing is upgraded in HTTP/1.0.",
         peers=WS, what="end", ours="refused the server switched protocols in HTTP/1.0", theirs="accepted",
         evidence=final_head_begins(rb"HTTP/1\.0 101")),
    Rule(name="interim responses: at most sixteen",
         reason="Everything that a server can send without end has a bound here.",
         peers=WS, what="end", ours="refused the server sent too many interim responses", theirs="accepted",
         evidence=holds(rb"(HTTP/1\.1 10[023][^\n]*\r\n([^\r\n]+\r\n)*\r\n){17}")),
    Rule(name="fields: how many, how large",
         reason="Every implementation has bounds of its own; ours are Limits::header_bytes_max and "
                "header_count_max.",
         peers=BOTH, what="end", ours="refused the server's answer is malformed: (There are more|The header section)",
         theirs="accepted", evidence=is_large),
    Rule(name="the subprotocol is one token",
         reason="RFC 6455 §11.3.4: in a response the field is no list. websockets takes one with empty elements.",
         peers=WEBSOCKETS, what="end", ours="refused the server chose a subprotocol", theirs="accepted",
         evidence=has_empty_element(rb"Sec-WebSocket-Protocol")),
    Rule(name="interim responses are skipped",
         reason="RFC 9110 §15.2: a client MUST be able to parse 1xx before the final response. websockets fails.",
         peers=WEBSOCKETS, what="end", ours="accepted", theirs="refused InvalidStatus",
         evidence=holds(rb"\AHTTP/1\.[01] 10[0-9]")),
    Rule(name="no subprotocol chosen",
         reason="RFC 6455 §4.1 lets a client go on without; MissingSubprotocol::fail does as browsers and ws do.",
         peers=WS, what="end", ours="accepted", theirs="refused Server sent no subprotocol",
         evidence=lambda case: not has(rb"Sec-WebSocket-Protocol")(case)),
    Rule(name="status line: no reason",
         reason="RFC 9112 §4: the reason may be empty, and many servers leave out its space too. websockets insists "
                "on the space.",
         peers=WEBSOCKETS, what="end", ours="accepted", theirs="refused ValueError: invalid HTTP status line",
         evidence=final_head_begins(rb"HTTP/1\.1 101\r")),
    Rule(name="status line: any reason",
         reason="RFC 9112 §4: a client SHOULD ignore its content. websockets wants UTF-8 without control "
                "characters.",
         peers=WEBSOCKETS, what="end", ours="accepted",
         theirs="refused (ValueError: invalid HTTP reason|UnicodeDecodeError)",
         evidence=final_head_begins(rb"HTTP/1\.1 101 [^\n]*[\0-\x08\x0b-\x1f\x7f-\xff]")),
    Rule(name="status line: other minor versions",
         reason="RFC 9110 §6.2: a higher minor version is read as one's own, and 1xx may come as HTTP/1.0. Others "
                "refuse them.",
         peers=BOTH, what="end", ours="accepted",
         theirs="refused (ValueError: unsupported HTTP version"
                "|Parse Error: (Invalid HTTP version|Data after `Connection: close`))",
         evidence=holds(rb"^HTTP/1\.[02-9]")),
    Rule(name="fields: folded lines are joined",
         reason="RFC 9112 §5.2: a user agent MUST replace a line folding in a response with a space. Others refuse "
                "it.",
         peers=BOTH, what="end", ours="accepted",
         theirs="refused (ValueError: invalid HTTP header"
                "|Parse Error: (Invalid header value char|Unexpected whitespace))",
         evidence=holds(rb"\r\n[ \t]")),
    Rule(name="fields: Connection holds Upgrade",
         reason="RFC 6455 §4.1: the field has to contain the token; what else is in it, does not matter. A comma "
                "inside of quotes separates nothing (RFC 9110 §5.6.1). websockets wants a list of tokens, Node "
                "looks for the word.",
         peers=BOTH, what="end", ours="accepted|refused the server's Connection",
         theirs="accepted|refused InvalidHeaderFormat: invalid Connection",
         evidence=either(is_no_list_of_tokens(rb"Connection"), has_empty_element(rb"Connection"))),
    Rule(name="fields: a tab behind Upgrade",
         reason="RFC 9110 §5.6.3: a tab is whitespace. Node does not find Upgrade in Connection with a tab behind "
                "it.",
         peers=WS, what="end", ours="accepted", theirs="refused Unexpected server response: 101",
         evidence=holds(rb"^Connection:[^\n]*upgrade *\t")),
    Rule(name="fields: empty list elements",
         reason="RFC 9110 §5.6.1.2: a recipient MUST parse and ignore a reasonable number of them. Others want the "
                "bare word.",
         peers=BOTH, what="end", ours="accepted",
         theirs="refused (Invalid Upgrade header|InvalidHeaderFormat: invalid Upgrade header: expected protocol)",
         evidence=has_empty_element(rb"Upgrade")),
    Rule(name="fields: longer lines than others take",
         reason="websockets takes 8 KiB for a line, Node 16 KiB for the head; see Limits for ours.",
         peers=BOTH, what="end", ours="accepted", theirs="refused (SecurityError|Parse Error: Header overflow)",
         evidence=is_large),
    Rule(name="bodies: a 101 has none",
         reason="RFC 9112 §6.3: whatever Content-Length and Transfer-Encoding say, frames follow the head. Others "
                "check these fields.",
         peers=BOTH, what="end", ours="accepted",
         theirs="refused (NotImplementedError|Parse Error: .*(Content-Length|Transfer-Encoding))",
         evidence=has(rb"Content-Length", rb"Transfer-Encoding")),
]
