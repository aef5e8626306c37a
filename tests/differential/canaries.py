"""Peers that answer wrongly on purpose: a comparison that does not see them compares nothing."""

from explore import explore

OURS, NODE, WEBSOCKETS = range(3)


class LyingPeers:
    """The real peers, one of which gets its reactions changed."""

    def __init__(self, peers, index, lie):
        self.peers, self.index, self.lie = peers, index, lie

    def react(self, cases):
        return [[self.lie(reaction) if index == self.index else reaction for index, reaction in enumerate(reactions)]
                for reactions in self.peers.react(cases)]


def accepts_everything(reaction):
    return {**reaction, "end": "accepted", "accept": "", "subprotocol": ""}


def miscounts_the_key(reaction):
    return {**reaction, "accept": reaction["accept"][::-1]} if reaction.get("accept") else reaction


def chooses_another_subprotocol(reaction):
    return {**reaction, "subprotocol": "other"} if reaction.get("subprotocol") else reaction


def loses_a_field(reaction):
    return {**reaction, "fields": reaction["fields"][2:]} if reaction.get("fields") else reaction


def loses_a_message(reaction):
    return {**reaction, "events": [event for event in reaction["events"] if event[0] != "text"]}


def changes_a_byte(reaction):
    return {**reaction, "events": [[kind, payload[:-1] + "0"] for kind, payload in reaction["events"]]}


def fails_with_another_code(reaction):
    return {**reaction, "code": 1008} if reaction["end"] == "failed" else reaction


def never_fails(reaction):
    return {**reaction, "end": "open"}


def forgets_to_answer(reaction):
    return {**reaction, "output": ""}


def flips_a_bit(reaction):
    """In the last byte but two of the output, which is payload."""
    digits = reaction["output"]
    if len(digits) < 20:
        return reaction
    return {**reaction, "output": f"{digits[:-5]}{int(digits[-5], 16) ^ 1:x}{digits[-4:]}"}


CANARIES = [("request", OURS, accepts_everything), ("request", NODE, accepts_everything),
            ("request", WEBSOCKETS, accepts_everything), ("request", OURS, miscounts_the_key),
            ("request", OURS, chooses_another_subprotocol), ("request", OURS, loses_a_field),
            ("response", OURS, accepts_everything), ("response", OURS, chooses_another_subprotocol),
            ("frames", OURS, loses_a_message), ("frames", NODE, changes_a_byte),
            ("frames", OURS, fails_with_another_code), ("frames", OURS, never_fails),
            ("frames", OURS, forgets_to_answer),
            ("inflate", OURS, loses_a_message), ("inflate", OURS, never_fails), ("deflate", OURS, flips_a_bit)]


def undetected(peers, cases):
    """The names of the lies that were believed."""
    believed = []
    for kind, index, lie in CANARIES:
        if not explore(LyingPeers(peers, index, lie), kind, "canary", cases).failures:
            believed.append(f"{kind}: peer {index} {lie.__name__}")
    return believed
