"""Starts the programs of the project: `duplex echo`, and the client of this folder."""

import asyncio
import contextlib
import json
import os
import re

BINARY = os.environ["DUPLEX"]
CLIENT = os.path.join(os.path.dirname(BINARY), "interop_client")


class Echo:
    def __init__(self, process):
        self.process = process
        self.url = ""

    async def line(self, pattern):
        """The next line of the log that matches."""
        while line := (await self.process.stderr.readline()).decode():
            found = re.search(pattern, line.rstrip("\n"))
            if found:
                return found
        raise AssertionError(f"the log ended without {pattern!r}")


@contextlib.asynccontextmanager
async def start_echo(*flags):
    """`duplex echo` on a free port."""
    process = await asyncio.create_subprocess_exec(BINARY, "echo", "--port", "0", *flags,
                                                   stderr=asyncio.subprocess.PIPE)
    try:
        echo = Echo(process)
        echo.url = "ws://127.0.0.1:{}/".format((await echo.line(r"listening on http://127\.0\.0\.1:(\d+)/"))[1])
        yield echo
    finally:
        await end(process)


async def end(process):
    if process.returncode is None:
        process.kill()
        await process.wait()


async def run_client(url, *steps):
    """Runs our client to its end; returns what it saw."""
    process = await asyncio.create_subprocess_exec(CLIENT, url, *steps, stdout=asyncio.subprocess.PIPE)
    try:
        output, _ = await process.communicate()
    finally:
        await end(process)
    assert process.returncode == 0, f"interop_client ended with {process.returncode}"
    return [json.loads(line) for line in output.decode().splitlines()]
