"""Proof that the promises can be broken: small histories with one fault each, which has to be noticed."""

import types

import promises


def faults_unnoticed():
    """The faults that no promise complained about, and good histories that one did complain about."""
    good = _events()
    cases = [("a lost message", good[:1], promises.acknowledged_once),
             ("a message that stands twice", good + [{**good[1], "seq": 3, "prev": 2}], promises.acknowledged_once),
             ("a message at another place", [good[0], {**good[1], "seq": 3}], promises.acknowledged_once),
             ("a body that stands twice", good + [{**good[1], "seq": 3, "prev": 2}], _without(promises.nothing_twice)),
             ("a broken chain", [good[1]], _without(promises.chain_unbroken)),
             ("another order", [{**good[1], "seq": 1, "prev": 0}, {**good[0], "seq": 2, "prev": 1}], promises.as_written),
             ("an event that nobody saw", good + [{**good[1], "seq": 3, "prev": 2}], promises.same_for),
             ("another body than was seen", [good[0], {**good[1], "body": "other"}], promises.same_for)]
    unnoticed = [name for name, events, promise in cases if not promise(_person(), {"lobby": events})]
    return unnoticed + [f"nothing ({promise.__name__})" for _, _, promise in cases if promise(_person(), {"lobby": good})]


def _without(promise):
    """A promise that is about history alone."""
    def checked(_, history):
        return promise(history)
    return checked


def _events():
    author = {"id": "a", "name": "A"}
    return [{"r": "lobby", "seq": seq, "prev": seq - 1, "ts": seq, "k": "msg", "from": author, "cid": f"cid {seq}",
             "body": f"body {seq}"} for seq in (1, 2)]


def _person():
    events = _events()
    return types.SimpleNamespace(
        name="canary", acks={event["cid"]: ("lobby", event["seq"]) for event in events},
        written=[("lobby", event["cid"], event["body"]) for event in events],
        feeds={"lobby": types.SimpleNamespace(first=0, events=events)})
