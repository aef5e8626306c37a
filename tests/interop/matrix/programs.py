"""Starts the programs of both ends: ours and the peers'."""

import asyncio
import contextlib
import json
import os
import re
import signal

DUPLEX = os.environ["DUPLEX"]
OUR_CLIENT = [os.path.join(os.path.dirname(DUPLEX), "interop_client")]
_LINE_BYTES_MAX = 1_048_576


class ProgramFailure(Exception):
    """A program did not do what its contract says."""


@contextlib.asynccontextmanager
async def start(command):
    """A process with its two outputs as pipes; it ends with the block."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE,
                                                   stderr=asyncio.subprocess.PIPE, limit=_LINE_BYTES_MAX)
    try:
        yield process
    finally:
        # asyncio learns of an end in a thread of its own, so returncode may be None although nobody is left.
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()


class OurServer:
    """`duplex echo`: every path echoes."""

    def __init__(self, process, port):
        self.port = port
        self._process = process
        self._drain = asyncio.ensure_future(process.stderr.read())  # its log must not fill the pipe

    def close_all(self):
        """Every connection is closed with 1001."""
        self._process.terminate()

    @staticmethod
    @contextlib.asynccontextmanager
    async def open(*flags):
        async with start([DUPLEX, "echo", "--port", "0", *flags]) as process:
            while line := (await process.stderr.readline()).decode():
                if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)/", line):
                    yield OurServer(process, int(found[1]))
                    return
            raise ProgramFailure("duplex echo does not listen")


@contextlib.asynccontextmanager
async def open_their_server(command, *flags):
    """A peer's server; its port."""
    async with start([*command, "server", *flags]) as process:
        line = await process.stdout.readline()
        if not line:
            raise ProgramFailure((await process.stderr.read()).decode(errors="replace").strip() or "it does not listen")
        drains = [asyncio.create_task(process.stdout.read()), asyncio.create_task(process.stderr.read())]
        yield json.loads(line)["port"]
        del drains


@contextlib.asynccontextmanager
async def run_client(command, url, *arguments):
    """A client of either side: the events it prints, as they come."""
    async with start([*command, url, *arguments]) as process:
        errors = asyncio.ensure_future(process.stderr.read())

        async def events():
            while line := await process.stdout.readline():
                with contextlib.suppress(json.JSONDecodeError):
                    yield json.loads(line)
            if await process.wait() != 0:
                lines = (await errors).decode(errors="replace").strip().splitlines()
                raise ProgramFailure(f"the client failed: {lines[-1] if lines else process.returncode}")
        yield events()
