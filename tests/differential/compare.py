"""Holds two reactions to one case against each other."""

import zlib
from dataclasses import dataclass

from cases import Case
from deflated import inflate_messages
from frame_cases import CLOSE, PONG, apply_mask
from frame_faults import walk


@dataclass(frozen=True)
class Difference:
    case: Case
    peer: str
    what: str  # end, class, accept, subprotocol, fields, events, code, reason, or output (ours against itself)
    ours: str
    theirs: str

    def __str__(self):
        return f"{self.case.kind}, {self.what}: Duplex '{self.ours}', {self.peer} '{self.theirs}'"


def find_differences(case, reactions):
    ours, node, websockets = reactions
    if case.kind == "deflate":
        found = [check_deflated(case, ours)]
    elif case.kind in ("frames", "inflate"):
        found = [compare_frames(case, "ws", ours, node), compare_frames(case, "websockets", ours, websockets),
                 check_events(case, ours), check_output(case, ours)]
    elif case.kind == "request":
        found = [compare_heads(case, "Node", ours, node), compare_ends(case, "ws", ours, node),
                 compare_ends(case, "websockets", ours, websockets)
                 or compare_fields(case, "websockets", ours, websockets)]
    else:
        found = [compare_ends(case, "ws", ours, node), compare_ends(case, "websockets", ours, websockets)]
    return [difference for difference in found if difference]


def describe_end(reaction):
    if reaction["end"] != "refused":
        return reaction["end"]
    return " ".join(str(reaction[name]).strip() for name in ("end", "status", "why") if reaction.get(name))


def describe_head(reaction):
    return describe_end({**reaction, "end": "refused"}) if reaction["head"] == "refused" else reaction["head"]


def compare_heads(case, peer, ours, theirs):
    """The HTTP parser alone."""
    if ours["head"] != theirs["head"]:
        return Difference(case, peer, "head", describe_head(ours), describe_head(theirs))
    return compare_fields(case, peer, ours, theirs)


def compare_fields(case, peer, ours, theirs):
    if "fields" not in ours or "fields" not in theirs or ours["fields"] == theirs["fields"]:
        return None
    return Difference(case, peer, "fields", *(show_hex(reaction["fields"]) for reaction in (ours, theirs)))


def compare_ends(case, peer, ours, theirs):
    """Accepted with what, or refused in which class of status; some refuse without a status."""
    texts = describe_end(ours), describe_end(theirs)
    if ours["end"] != theirs["end"]:
        return Difference(case, peer, "end", *texts)
    if ours["end"] == "refused" and ours["status"] and theirs["status"]:
        return Difference(case, peer, "class", *texts) if ours["status"] // 100 != theirs["status"] // 100 else None
    for name in ("accept", "subprotocol"):
        if ours.get(name) != theirs.get(name):
            return Difference(case, peer, name, ours.get(name, "none"), theirs.get(name, "none"))
    return None


def describe_stream(reaction):
    return " ".join(str(reaction[name]) for name in ("end", "code", "why") if name in reaction)


def compare_frames(case, peer, ours, theirs):
    """Messages, Pings and Pongs in their order, and how the stream ended."""
    texts = describe_stream(ours), describe_stream(theirs)
    shared = min(len(ours["events"]), len(theirs["events"]))
    if ours["events"][:shared] != theirs["events"][:shared]:
        return Difference(case, peer, "events", show_events(ours), show_events(theirs))
    if ours["end"] != theirs["end"]:
        return Difference(case, peer, "end", *texts)
    if ours.get("code") != theirs.get("code"):
        return Difference(case, peer, "code", *texts)
    if len(ours["events"]) != len(theirs["events"]):
        return Difference(case, peer, "events", *(f"{text} after {show_events(reaction)}"
                                                  for text, reaction in zip(texts, (ours, theirs))))
    if ours.get("reason") != theirs.get("reason"):
        return Difference(case, peer, "reason", show_hex(ours["reason"]), show_hex(theirs["reason"]))
    return None


def check_events(case, ours):
    """Ours against the walk that finds the evidence for the rules."""
    expected = walk(case)
    if ours["events"] != expected.events:
        return Difference(case, "the walk", "events", show_events(ours), show_events({"events": expected.events}))
    if (ours["end"] == "failed") != (expected.fault is not None):
        return Difference(case, "the walk", "end", describe_stream(ours), str(expected.fault))
    return None


def check_deflated(case, ours):
    """Ours against plain zlib: what was compressed comes out again, within the window that was agreed on."""
    expected = [part[1:] for part in case.parts]
    try:
        received = inflate_messages(bytes.fromhex(ours["output"]), case.settings)
    except (zlib.error, ValueError) as error:
        return Difference(case, "zlib", "output", ours["output"], str(error))
    shown = [message.hex() for message in received], [message.hex() for message in expected]
    return None if received == expected else Difference(case, "zlib", "output", *map(str, shown))


def check_output(case, ours):
    """Ours against itself: every Ping has its Pong, a Close is answered with its code, a failure says its code."""
    expected = [[PONG, payload] for kind, payload in ours["events"] if kind == "ping"]
    if ours["end"] != "open":
        expected.append([CLOSE, "" if ours["code"] == 1005 else f"{ours['code']:04x}"])
    written = [[opcode, payload[:4] if opcode == CLOSE else payload]
               for opcode, payload in read_short_frames(ours["output"])]
    return None if written == expected else Difference(case, "Duplex", "output", str(written), str(expected))


def read_short_frames(digits):
    """Control frames as we write them, unmasked."""
    data, frames = bytes.fromhex(digits), []
    while data:
        size, key_size = data[1] & 0x7F, 4 if data[1] & 0x80 else 0
        key, payload = data[2:2 + key_size], data[2 + key_size:2 + key_size + size]
        frames.append([data[0] & 0x0F, (apply_mask(payload, key) if key else payload).hex()])
        data = data[2 + key_size + size:]
    return frames


def show_hex(digits):
    return bytes.fromhex(digits).decode("latin-1")


def show_events(reaction):
    return ", ".join(f"{kind} {payload[:20]}" for kind, payload in reaction["events"])
