"""What is measured: families of scenarios, each with a table and a plot of its own."""

from dataclasses import dataclass

MODES = {"plain": "", "pmd": ", compressed", "pmdct": ", compressed with takeover"}
PAYLOADS = {"text": "", "utf8": " mixed UTF-8", "binary": " binary", "json": " JSON"}
LARGE_BYTES_MIN = 65_536  # from here on the bare echo reads with a large buffer, too


@dataclass(frozen=True)
class Scenario:
    connections: int
    depth: int = 1
    size: int = 20
    task: str = "echo"  # echo, fan-out, stalled, topics, idle, accept or burst
    mode: str = "plain"  # plain, pmd or pmdct
    payload: str = "text"
    tls: bool = False
    large_connections: int = 0  # beside them, with 1 MiB in flight on each
    topics: int = 1  # subscribed to in all
    published_bytes: int = 0  # at least, to each subscriber, while a tenth of them does not read

    def __str__(self):
        connections = "1 connection" if self.connections == 1 else f"{self.connections:,} connections"
        tls = ", TLS" if self.tls else ""
        if self.task == "idle":
            return f"{connections}, idle{tls}"
        if self.task == "accept":
            return f"{self.connections:,} opening at a time{tls}"
        if self.task == "burst":
            return f"{connections} at once"
        if self.task == "fan-out":
            return f"1 to {self.connections:,}, {size_text(self.size)}"
        if self.task == "stalled":
            return f"1 to {self.connections:,}, {size_text(self.size)}{PAYLOADS[self.payload]}, a tenth does not read"
        if self.task == "topics":
            return f"{self.topics:,} {'topic' if self.topics == 1 else 'topics'}, {connections}, {size_text(self.size)}"
        beside = f", beside {self.large_connections} with 1 MiB" if self.large_connections else ""
        return (f"{connections}, {self.depth} in flight, {size_text(self.size)}{PAYLOADS[self.payload]}"
                f"{MODES[self.mode]}{tls}{beside}")


@dataclass(frozen=True)
class Family:
    """`figures` names the table (tables.TABLES), `plot` the kind of picture (plots.PLOTS)."""
    name: str
    title: str
    scenarios: tuple
    places: tuple = ("cpu", "latency")
    figures: str = "messages"
    plot: str = "bars"
    rounds_max: int = 1_000  # what takes long, and hardly varies, is measured less often


def size_text(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size // 1024} KiB" if size < 1024 * 1024 else f"{size // 1024 // 1024} MiB"


KIB, MIB = 1024, 1024 * 1024
ECHO = Family("echo", "Echo", tuple(Scenario(connections, depth, size) for connections in (1, 100)
                                    for size in (20, KIB) for depth in (1, 16)))

FAMILIES = {family.name: family for family in (
    Family("echo", "Echo", (Scenario(1), Scenario(100), Scenario(100, depth=16), Scenario(100, size=KIB))),
    Family("large", "Large messages", (Scenario(20, size=16 * KIB, payload="binary"),
                                       Scenario(20, size=16 * KIB, payload="utf8"),
                                       Scenario(8, size=MIB, payload="binary"))),
    Family("compression", "Compression", tuple(Scenario(100, size=KIB, mode=mode, payload="json")
                                               for mode in ("pmd", "pmdct"))),
    Family("fan-out", "Fan-out", tuple(Scenario(subscribers, size=128, task="fan-out")
                                       for subscribers in (1_000, 10_000)), rounds_max=2),
    # Of the larger one not as much is published: 100 GB would cross the loopback.
    Family("stalled", "Fan-out when a tenth does not read",
           tuple(Scenario(subscribers, size=16 * KIB, task="stalled", payload="binary", published_bytes=published)
                 for subscribers, published in ((1_000, 6 * MIB), (10_000, 512 * KIB))), ("cpu",), "stalled",
           rounds_max=1),
    Family("memory", "Memory of idle connections", (Scenario(5_000, task="idle"), Scenario(2_000, task="idle", tls=True)),
           ("cpu",), "memory", "memory", 2),
    Family("accept", "Opening connections", (Scenario(64, task="accept"),), figures="accept"),
    Family("tls", "TLS", (Scenario(100, tls=True), Scenario(20, size=16 * KIB, payload="binary", tls=True))),
    Family("tls-accept", "TLS handshakes", (Scenario(1, task="accept", tls=True),), ("cpu",), "accept"),
    Family("burst", "A burst of connections", (Scenario(10_000, task="burst"),), ("latency",), "burst", "burst", 2),
    Family("connections", "Growth: active connections",
           tuple(Scenario(connections) for connections in (1, 10, 100, 1_000, 10_000)), ("cpu",), plot="growth",
           rounds_max=1),
    Family("sizes", "Growth: size of messages",
           tuple(Scenario(1, size=size, payload="binary")
                 for size in (20, KIB, 16 * KIB, 256 * KIB, 4 * MIB, 64 * MIB)), ("cpu",), plot="growth", rounds_max=1),
    Family("topics", "Growth: topics",
           tuple(Scenario(100, size=128, task="topics", topics=10**power) for power in range(6)), ("cpu",),
           "publications", "growth"),
    Family("threads", "Two cores", (Scenario(100), Scenario(100, size=16 * KIB, payload="binary")), ("both",)),
    Family("mixed", "Small messages beside large ones", (Scenario(100, large_connections=4),), ("latency",), "latency",
           "latency"),
)}

