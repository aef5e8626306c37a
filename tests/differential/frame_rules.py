"""Where we and others take frames differently, and why."""

from dataclasses import replace

from frame_faults import (first_fault, has_control_beyond_room, has_final_block, has_first_fault, has_large_frames,
                          has_unused_code, reaches_beyond_window)
from rules import Rule

ANY = ""
BOTH = ("ws", "websockets")

HEADER_FAULTS = ("reserved bit", "unknown opcode", "fragmented control frame", "unexpected continuation",
                 "interrupted message", "long control frame")
# What is found in the content of one message; which comes first, depends on how much is inflated at once.
CONTENT_FAULTS = ("text", "deflate", "large message")
LATER_FAULTS = ("mask", "large message", "one byte close", "close code", "close reason")

FRAME_RULES = [
    Rule(name="lengths in their shortest form",
         reason="RFC 6455 §5.2: the minimal number of bytes MUST be used to encode a length. Others take longer "
                "forms.",
         peers=BOTH, what="end|code|events", ours="failed 1002 payload length not in its shortest form", theirs=ANY,
         evidence=has_first_fault("overlong length")),
    Rule(name="lengths above 63 bits",
         reason="RFC 6455 §5.2: the most significant bit MUST be 0, so this breaks the protocol (1002), told by the "
                "first byte of the length; others call the message too big (1009).",
         peers=BOTH, what="end|code", ours="failed 1002 payload length above 63 bits", theirs="failed 1009|open",
         evidence=has_first_fault("length above 63 bits")),
    Rule(name="text fails at its first impossible byte",
         reason="RFC 6455 §8.1 lets an endpoint fail as soon as a text cannot become valid. Others look when the "
                "message is complete, and may by then have met more frames, or another fault.",
         peers=BOTH, what="end|code|events", ours="failed 1007 text is not UTF-8", theirs=ANY,
         evidence=has_first_fault(*CONTENT_FAULTS)),
    Rule(name="headers fail before their payload",
         reason="What the first two bytes of a frame forbid fails at once. websockets reads the payload first, "
                "which may be missing, too big, or no valid close reason.",
         peers=("websockets",), what="end|code|events",
         ours="failed 1002 (reserved|unknown|fragmented|control frame above|continuation|new message)", theirs=ANY,
         evidence=has_first_fault(*HEADER_FAULTS)),
    Rule(name="headers fail at their first byte",
         reason="ws waits for the second byte of a frame before it looks at the first.",
         peers=("ws",), what="end", ours="failed 1002 (reserved|unknown|fragmented|continuation|new message)",
         theirs="open", evidence=has_first_fault(*HEADER_FAULTS)),
    Rule(name="close code before close reason",
         reason="A Close whose code is illegal and whose reason is not UTF-8 breaks two rules; we name the first.",
         peers=("websockets",), what="code", ours="failed 1002 close code", theirs="failed 1007",
         evidence=has_first_fault("close code")),
    Rule(name="a Close inside a fragmented message",
         reason="RFC 6455 §5.4: control frames MAY be injected in the middle of a fragmented message, and Close is "
                "one. websockets fails the connection (1002).",
         peers=("websockets",), what="end", ours="closed",
         theirs="failed 1002 ProtocolError: incomplete fragmented message",
         evidence=lambda case: first_fault(case) is None),
    Rule(name="a Close of one byte fails when it is complete",
         reason="It is told by the length in its header, which is where ws fails; the reaction is the same.",
         peers=("ws",), what="end", ours="open",
         theirs="failed 1002 Invalid WebSocket frame: invalid payload length 1",
         evidence=lambda case: first_fault(case) is None),
    Rule(name="control frames do not count as message bytes",
         reason="A control frame inside a message has a bound of its own. websockets holds it against what the "
                "message has left.",
         peers=("websockets",), what="end|code|events", ours="open|closed|failed", theirs="failed 1009",
         evidence=lambda case: has_control_beyond_room(case) and first_fault(case) in (None, *LATER_FAULTS)),
]

COMPRESSION_RULES = [
    Rule(name="what is no DEFLATE data",
         reason="RFC 7692 §7.2.2, RFC 1951: behind the stripped tail a stream stands between two blocks, or the "
                "message was cut off. Others take what came out so far; or fail with 1002, or later.",
         peers=BOTH, what="end|code|events", ours="failed 1007 compressed message is not DEFLATE data", theirs=ANY,
         evidence=has_first_fault(*CONTENT_FAULTS)),
]

# The first of these that holds for a case explains all that is different in it.
PREVAILING_RULES = [
    Rule(name="codes that DEFLATE never uses",
         reason="RFC 1951 §3.2.6: the length codes 286 and 287 never occur. libdeflate, which inflates whole messages "
                "without context here, takes them for lengths; zlib refuses them.",
         peers=(*BOTH, "the walk"), what="end|code|events", ours=ANY, theirs=ANY, evidence=has_unused_code),
    Rule(name="messages with a final block",
         reason="RFC 7692 §7.2.3.4 permits them, and the window goes on behind them. websockets loses what follows in "
                "all messages with this context, ws in this message and the context for the next.",
         peers=BOTH, what="end|code|events", ours=ANY, theirs=ANY, evidence=has_final_block),
    Rule(name="what reaches beyond the window",
         reason="RFC 7692 §7.2.1 forbids it, and whether a receiver looks is left to it. It is seen where a window "
                "of that size is kept, and at the end of what zlib writes at once.",
         peers=(*BOTH, "the walk"), what="end|code|events", ours=ANY, theirs=ANY, evidence=reaches_beyond_window),
    Rule(name="compressed messages larger than their content",
         reason="message_bytes_max is about content. Of what cannot be compressed the frames may be an eighth larger; "
                "others hold them against the same bound.",
         peers=BOTH, what="end|code|events", ours=ANY, theirs="failed 1009", evidence=has_large_frames),
]


def unless(earlier, rule):
    return replace(rule, evidence=lambda case: rule.evidence(case)
                   and not any(other.evidence(case) for other in earlier))


INFLATE_RULES = [unless(PREVAILING_RULES, rule) for rule in FRAME_RULES + COMPRESSION_RULES]
INFLATE_RULES += [unless(PREVAILING_RULES[:index], rule) for index, rule in enumerate(PREVAILING_RULES)]
