"""What the generators share: a case, how it is cut into reads, and damage that knows nothing of the grammar."""

import json
import random

KINDS = ("request", "response", "frames", "inflate", "deflate")


class Case:
    """Bytes for a peer, as parts that mean something (lines of a head, frames), cut into reads anywhere."""

    def __init__(self, kind, parts, settings, cuts=()):
        self.kind, self.parts, self.settings, self.cuts = kind, parts, settings, cuts

    @property
    def data(self):
        return b"".join(self.parts)

    def pieces(self):
        if self.kind == "deflate":  # what goes out is cut by us
            return self.parts
        ends = [cut for cut in sorted(set(self.cuts)) if 0 < cut < len(self.data)] + [len(self.data)]
        return [self.data[begin:end] for begin, end in zip([0] + ends, ends)]

    def with_parts(self, parts):
        return Case(self.kind, parts, self.settings, self.cuts)

    def with_cuts(self, cuts):
        return Case(self.kind, self.parts, self.settings, cuts)

    def line_for_peers(self):
        return json.dumps({"kind": self.kind, **self.settings, "pieces": [piece.hex() for piece in self.pieces()]})

    def line(self):
        """For the eye and for --case; `from_line` reads it."""
        return json.dumps({"kind": self.kind, **self.settings, "parts": [part.decode("latin-1") for part in self.parts],
                           "cuts": list(self.cuts)})

    @staticmethod
    def from_line(line):
        fields = json.loads(line)
        parts = [part.encode("latin-1") for part in fields.pop("parts")]
        return Case(fields.pop("kind"), parts, cuts=fields.pop("cuts"), settings=fields)


def chance(rng, probability):
    return rng.random() < probability


def random_cuts(rng, size):
    """Mostly few reads; sometimes byte by byte, where that is not too much."""
    if size < 300 and chance(rng, 0.05):
        return list(range(1, size))
    return sorted(rng.randrange(1, max(size, 2)) for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 5])))


def damage_bytes(rng, parts):
    """One byte changed, gone, doubled or added, anywhere."""
    parts = list(parts)
    index = rng.randrange(len(parts))
    part = bytearray(parts[index])
    place = rng.randrange(len(part) + 1)
    kind = rng.choice(["change", "remove", "double", "add"])
    if kind == "add" or place == len(part):
        part.insert(place, odd_byte(rng))
    elif kind == "change":
        part[place] = odd_byte(rng)
    elif kind == "remove":
        del part[place]
    else:
        part.insert(place, part[place])
    parts[index] = bytes(part)
    return parts


def odd_byte(rng):
    """A byte on which parsers stumble, or any."""
    return rng.choice(b"\0\t\n\r \"#%,:;=/\\\x7f\x80\xff") if chance(rng, 0.6) else rng.randrange(256)


def damage_parts(rng, parts):
    """One part gone, doubled, moved or cut off."""
    parts = list(parts)
    index = rng.randrange(len(parts))
    kind = rng.choice(["remove", "double", "move", "truncate"])
    if kind == "truncate":
        return parts[:index] + [parts[index][:rng.randrange(len(parts[index]) + 1)]]
    part = parts.pop(index)
    if kind == "double":
        parts.insert(index, part)
    if kind != "remove":
        parts.insert(rng.randrange(len(parts) + 1), part)
    return parts or [part]


def random_for(seed, kind, number):
    """Every case has its own source of chance, so that it can be made again without those before it."""
    return random.Random(f"{seed}/{kind}/{number}")
