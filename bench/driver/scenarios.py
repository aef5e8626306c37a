"""What is measured."""

from dataclasses import dataclass

MODES = {"plain": "", "pmd": ", compressed", "pmdct": ", compressed with takeover"}


@dataclass(frozen=True)
class Scenario:
    connections: int
    depth: int = 1
    size: int = 20
    task: str = "echo"  # echo, fan-out or idle
    mode: str = "plain"  # plain, pmd or pmdct
    payload: str = "text"

    def __str__(self):
        connections = "1 connection" if self.connections == 1 else f"{self.connections:,} connections"
        if self.task == "idle":
            return f"{connections}, idle"
        if self.task == "fan-out":
            return f"1 to {self.connections:,}, {size_text(self.size)}"
        payload = " JSON" if self.payload == "json" else ""
        return f"{connections}, {self.depth} in flight, {size_text(self.size)}{payload}{MODES[self.mode]}"


def size_text(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size // 1024} KiB" if size < 1024 * 1024 else f"{size // 1024 // 1024} MiB"


ECHO = [Scenario(connections, depth, size) for connections in (1, 100) for size in (20, 1024) for depth in (1, 16)]

FAMILIES = {
    "echo": [Scenario(1), Scenario(100), Scenario(100, depth=16), Scenario(100, size=1024)],
    "large": [Scenario(20, size=16 * 1024), Scenario(8, size=1024 * 1024)],
    "compression": [Scenario(100, size=1024, mode=mode, payload="json") for mode in ("pmd", "pmdct")],
    "fan-out": [Scenario(1000, size=128, task="fan-out")],
    "memory": [Scenario(5000, task="idle")],
}
