// The WebSocket of browsers as undici has it, which is the global one in Node.js 22, against `duplex echo`.

import assert from "node:assert/strict";
import test from "node:test";

import { WebSocket } from "undici";

import { startEcho } from "./programs.js";

const limits = { timeout: 30_000 };

/** An open connection until the test `t` ends. */
async function connect(t, url, options) {
  const socket = new WebSocket(url, options);
  socket.binaryType = "arraybuffer";
  const closed = nextEvent(socket, "close");
  await Promise.race([nextEvent(socket, "open"), closed.then(() => assert.fail("closed instead of opened"))]);
  t.after(() => socket.close());
  return { socket, closed };
}

function nextEvent(socket, name) {
  return new Promise((resolve) => socket.addEventListener(name, resolve, { once: true }));
}

async function echoOf({ socket }, data) {
  const message = nextEvent(socket, "message");
  socket.send(data);
  return (await message).data;
}

test("undici client: strings and buffers of all length forms come back (6455-5.2-04, 6455-5.6-03, WS-3-11)", limits,
  async (t) => {
    const client = await connect(t, (await startEcho(t)).url);
    for (const size of [0, 1, 125, 126, 65535, 65536, 1_048_576]) {
      assert.equal(await echoOf(client, "x".repeat(size)), "x".repeat(size));
      const bytes = Buffer.alloc(size, "0123456789abc");
      assert.ok(Buffer.from(await echoOf(client, bytes)).equals(bytes));
    }
  });

test("undici client: lone surrogates arrive as U+FFFD (WS-3-07)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  assert.equal(await echoOf(client, "a\ud800b"), "a\ufffdb");
});

test("undici client: the subprotocol that a browser insists on is chosen (WS-3-06)", limits, async (t) => {
  const { socket } = await connect(t, (await startEcho(t)).url, ["chat.v2", "chat.v1"]);
  assert.equal(socket.protocol, "chat.v2");
  assert.match(socket.extensions, /^permessage-deflate/);
});

for (const [code, reason] of [[1000, "done"], [3000, ""], [4999, "auf Wiedersehen – ü"]]) {
  test(`undici client: close(${code}) is clean at both ends (WS-3-03, WS-4-01)`, limits, async (t) => {
    const echo = await startEcho(t);
    const { socket, closed } = await connect(t, echo.url);
    socket.close(code, reason);
    const event = await closed;
    assert.deepEqual([event.code, event.wasClean], [code, true]);
    await echo.log.find(new RegExp(`disconnected from /: ${code}`));
  });
}

test("undici client: close() is 1005 at both ends (WS-3-05)", limits, async (t) => {
  const echo = await startEcho(t);
  const { socket, closed } = await connect(t, echo.url);
  socket.close();
  const { code, wasClean } = await closed;
  assert.deepEqual([code, wasClean], [1005, true]);
  await echo.log.find(/disconnected from \/: 1005$/);
});

test("undici client: a foreign origin is an error (6455-4.2.2-03, WS-2.2-02)", limits, async (t) => {
  const { url } = await startEcho(t);
  const socket = new WebSocket(url, { headers: { Origin: "https://evil.example" } });
  socket.addEventListener("open", () => assert.fail("connected"));
  const { message } = await nextEvent(socket, "error");
  assert.match(message, /101/);
});
