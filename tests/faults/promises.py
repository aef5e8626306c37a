"""What the chat promises, as checks on what the clients wrote down. Each returns its complaints."""

import collections


def digest(event):
    """Everything of an event that all clients see alike."""
    return hash((event["r"], event["seq"], event["prev"], event["ts"], event["k"], event["from"]["id"],
                 event["from"]["name"], event.get("body"), event.get("target")))


def digests(history):
    return {room: [digest(event) for event in events] for room, events in history.items()}


def acknowledged_once(person, history):
    """Every acknowledged message stands in history exactly once, where the acknowledgement said."""
    places = collections.defaultdict(list)
    for room, events in history.items():
        for event in events:
            if "cid" in event:
                places[event["cid"]].append((room, event["seq"]))
    return [f"{person.name}: {cid} was acknowledged at {place} and stands at {places[cid]}"
            for cid, place in person.acks.items() if places[cid] != [place]]


def nothing_twice(history):
    """No message stands in history twice, acknowledged or not: all bodies are different."""
    bodies = collections.Counter(event["body"] for events in history.values() for event in events if "body" in event)
    return [f"{body!r} stands there {count} times" for body, count in bodies.items() if count > 1]


def chain_unbroken(history):
    """Each event names the one before it, from the first on, and time does not run backwards."""
    complaints = []
    for room, events in history.items():
        last, ts = 0, 0
        for event in events:
            if event["prev"] != last or event["seq"] <= last or event["ts"] < ts:
                complaints.append(f"{room}: {event['seq']} (prev {event['prev']}) follows {last}")
            last, ts = event["seq"], event["ts"]
    return complaints


def same_for(person, history):
    """What this client saw live and replayed is history from where it came in, in the same order."""
    complaints = []
    for room, feed in person.feeds.items():
        stored = [digest(event) for event in history[room] if event["seq"] > feed.first]
        seen = [digest(event) for event in feed.events]
        if seen != stored:
            at = next((i for i, pair in enumerate(zip(seen, stored)) if pair[0] != pair[1]),
                      min(len(seen), len(stored)))
            complaints.append(f"{person.name} in {room}: saw {len(seen)} events of {len(stored)}, "
                              f"the first difference is at place {at}")
    return complaints


def as_written(person, history):
    """An author's messages stand in each room in the order in which they were written."""
    complaints = []
    for room, events in history.items():
        stored = [event["cid"] for event in events if "cid" in event]
        written = [cid for where, cid, _ in person.written if where == room]
        if stored != written:
            complaints.append(f"{person.name} in {room}: {len(stored)} stored, {len(written)} written, "
                              "or another order")
    return complaints
