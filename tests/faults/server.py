"""The server under test: a process that is killed and started again on the same port and the same data."""

import asyncio
import os
import signal
import socket
import subprocess
import time

START_SECONDS_MAX = 20
DRAIN_SECONDS_MAX = 10


class Server:
    def __init__(self, folder):
        self._data = folder / "data"
        self._log = open(folder / "server.log", "ab")
        self._process = None
        self.port = _free_port()
        self.url = f"ws://127.0.0.1:{self.port}/chat"

    async def start(self):
        self._process = subprocess.Popen(
            [os.environ["DUPLEX"], "chat", "--port", str(self.port), "--data", str(self._data)],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not await self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start; exit code {self._process.poll()}")
            await asyncio.sleep(0.01)

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    async def stop(self):
        """SIGTERM; the exit code, and how long it took."""
        begin = time.monotonic()
        self._process.terminate()
        while self._process.poll() is None:
            if time.monotonic() - begin > DRAIN_SECONDS_MAX:
                self.kill()
            await asyncio.sleep(0.01)
        return self._process.returncode, time.monotonic() - begin

    def end(self):
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self._log.close()

    async def _accepts(self):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
