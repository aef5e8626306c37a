"""A client that follows the rules of docs/chat-protocol.md and writes down what it was promised."""

import asyncio
import contextlib
import json
import uuid

import websockets

SUBPROTOCOL = "duplex.chat.v1"
RECONNECT_SECONDS = (0.01, 0.1)
REPLY_SECONDS_MAX = 10


class Lost(Exception):
    """The connection is gone; what was asked for may or may not have happened."""


class Refused(Exception):
    def __init__(self, error):
        super().__init__(error["code"])
        self.error = error


class Feed:
    """One room as this client saw it, live and replayed: rule 1 of the protocol."""

    def __init__(self, last):
        self.first = last
        self.last = last
        self.events = []
        self.repeated = 0

    def receive(self, event):
        if event["seq"] <= self.last:
            self.repeated += 1
        elif event["prev"] > self.last:
            raise AssertionError(f"a gap: {event['prev']} follows {self.last}")
        else:
            self.last = event["seq"]
            self.events.append(event)


class Person:
    """Connects for as long as run() runs, sends what write() gave it, in that order, until it is acknowledged."""

    def __init__(self, name, url, random):
        self.name = name
        self.url = url
        self.random = random
        self.feeds = {}        # room → Feed
        self.written = []      # (room, cid, body) in the order of writing
        self.acks = {}         # cid → (room, seq): the journal of promises
        self.complaints = []
        self.byes = []
        self.reconnects = 0
        self.online = asyncio.Event()
        self._token = None
        self._epoch = None
        self._socket = None
        self._outbox = asyncio.Queue()
        self._unconfirmed = None
        self._replies = {}
        self._next_id = 0

    # ---- what the test asks for

    def write(self, room, body):
        message = (room, str(uuid.UUID(int=self.random.getrandbits(128))), body)
        self.written.append(message)
        self._outbox.put_nowait(message)

    @property
    def is_idle(self):
        return self._outbox.empty() and self._unconfirmed is None

    async def ask(self, **message):
        """The `ok` of one request; waits out a rate limit."""
        while True:
            await self.online.wait()
            try:
                return await self._ask(message)
            except Refused as refused:
                if not refused.error["temporary"]:
                    raise
                await asyncio.sleep(refused.error.get("retry_ms", 100) / 1000)

    async def run(self):
        while True:
            with contextlib.suppress(OSError, asyncio.TimeoutError, Lost, websockets.WebSocketException):
                await self._live_once()
            self.reconnects += 1
            await asyncio.sleep(self.random.uniform(*RECONNECT_SECONDS))

    # ---- one connection

    async def _live_once(self):
        async with websockets.connect(self.url, subprotocols=[SUBPROTOCOL], compression=None, max_size=None,
                                      ping_interval=None, open_timeout=5, close_timeout=1) as socket:
            self._socket = socket
            tasks = [asyncio.ensure_future(work) for work in (self._read(socket), self._greet_and_send())]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                self.online.clear()
                self._lose_replies()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _greet_and_send(self):
        hello = {"t": "hello", "client": "faults/1",
                 "auth": {"token": self._token} if self._token else {"name": self.name}}
        if self._epoch:
            hello["resume"] = {"epoch": self._epoch, "rooms": {r: feed.last for r, feed in self.feeds.items()}}
        self._welcome(await self._ask(hello))
        self.online.set()
        while True:
            if self._unconfirmed is None:
                self._unconfirmed = await self._outbox.get()
            await self._send(*self._unconfirmed)
            self._unconfirmed = None

    def _welcome(self, ok):
        if self._epoch not in (None, ok["epoch"]):
            self.complaints.append("the epoch has changed")
        self._token, self._epoch = ok["token"], ok["epoch"]
        for room in ok["rooms"]:
            self.feeds.setdefault(room["r"], Feed(room["last"]))

    async def _send(self, room, cid, body):
        """The same cid until there is an answer, on whichever connection."""
        while True:
            try:
                ok = await self._ask({"t": "send", "r": room, "cid": cid, "body": body})
            except Refused as refused:
                if not refused.error["temporary"]:
                    self.complaints.append(f"a message was refused: {refused.error}")
                    return
                await asyncio.sleep(refused.error.get("retry_ms", 100) / 1000)
            else:
                self.acks[cid] = (room, ok["seq"])
                return

    async def _ask(self, message):
        self._next_id += 1
        reply = asyncio.get_running_loop().create_future()
        self._replies[self._next_id] = reply
        await self._socket.send(json.dumps({**message, "id": self._next_id}))
        return await asyncio.wait_for(reply, REPLY_SECONDS_MAX)

    async def _read(self, socket):
        async for text in socket:
            message = json.loads(text)
            if "re" in message:
                self._settle(message)
            elif message["t"] == "ping":
                await socket.send('{"t":"pong"}')
            else:
                self._receive_push(message)
        raise Lost

    def _settle(self, message):
        reply = self._replies.pop(message["re"], None)
        if reply is None or reply.done():
            self.complaints.append(f"an answer that nobody waits for: {message}")
        elif "ok" in message:
            if message["ok"].get("r") and "last" in message["ok"]:
                self.feeds[message["ok"]["r"]] = Feed(message["ok"]["last"])
            reply.set_result(message["ok"])
        else:
            reply.set_exception(Refused(message["err"]))

    def _receive_push(self, message):
        if message["t"] == "ev":
            try:
                self.feeds[message["r"]].receive(message)
            except AssertionError as gap:
                self.complaints.append(str(gap))
        elif message["t"] == "reset":
            self.complaints.append(f"a reset: {message}")
        elif message["t"] == "bye":
            self.byes.append(message)

    def _lose_replies(self):
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(Lost())
                reply.exception()  # nobody may be waiting any more
        self._replies.clear()
