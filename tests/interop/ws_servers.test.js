// Our client against servers of ws.

import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";

import { WebSocketServer } from "ws";

import { runBench, runClient, runClientFor } from "./programs.js";
import { frame, opcodes, startSplitter } from "./wire.js";
import { sendRaw } from "./ws_client.js";

const limits = { timeout: 30_000 };

/** How the only connection of a server ends there. */
function endOf(server) {
  return new Promise((resolve) => {
    server.on("connection", (socket) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  });
}

/** A server on a free port until the test `t` ends; `serve` gets each connection and its request. */
async function startServer(t, serve, options = {}) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  server.on("connection", serve);
  await once(server, "listening");
  const { port } = server.address();
  return { port, url: `ws://127.0.0.1:${port}/`, ended: endOf(server) };
}

function serveEcho(socket) {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
}

/** Echoes each message in pieces with a ping before the last. */
function serveFragments(socket) {
  socket.on("message", (data, binary) => {
    const third = Math.ceil(data.length / 3);
    socket.send(data.subarray(0, third), { binary, fin: false });
    socket.send(data.subarray(third, 2 * third), { binary, fin: false });
    socket.ping("between");
    socket.send(data.subarray(2 * third), { binary, fin: true });
  });
}

const sizes = [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, 1_048_576, 16_777_216];
const everySize = sizes.flatMap((size) => [`echo:text:${size}`, `echo:binary:${size}`]);

function assertAllSame(events, count) {
  const echoes = events.filter(({ event }) => event === "echo");
  assert.equal(echoes.length, count);
  assert.deepEqual(echoes.filter(({ same }) => !same), []);
}

test("ws server: every size goes there and back, masked (6455-5.1-01, 6455-5.2-04, 6455-5.3-02)", limits, async (t) => {
  const { url } = await startServer(t, serveEcho);
  assertAllSame(await runClient(url, ...everySize, "close:1000"), everySize.length);
});

test("ws server: its fragments become messages, its pings between them are answered (6455-5.4-01, 6455-5.4-05)",
  limits, async (t) => {
    let pongs = 0;
    const { url } = await startServer(t, (socket) => {
      serveFragments(socket);
      socket.on("pong", (payload) => (pongs += payload.toString() === "between"));
    });
    assertAllSame(await runClient(url, ...everySize, "close:1000"), everySize.length);
    assert.equal(pongs, everySize.length);
  });

test("ws server: TCP segments of one byte change nothing (6455-5.2-11)", limits, async (t) => {
  const { port } = await startServer(t, serveFragments);
  const url = `ws://127.0.0.1:${await startSplitter(t, port)}/`;
  const events = await runClient(url, "echo:text:300", "echo:binary:300", "echo:text:0", "close:4999:byte by byte");
  assertAllSame(events, 3);
  assert.deepEqual([events.at(-1).code, events.at(-1).clean], [4999, true]);
});

test("ws server: permessage-deflate is not offered and not needed (6455-9.1-07)", limits, async (t) => {
  let offered;
  const { url } = await startServer(t, (socket, request) => {
    offered = request.headers["sec-websocket-extensions"];
    serveEcho(socket);
  }, { perMessageDeflate: { threshold: 0 } });
  assertAllSame(await runClient(url, "echo:text:100000", "close:1000"), 1);
  assert.equal(offered, undefined);
});

test("ws server: its pings are answered with their payload (6455-5.5.2-01)", limits, async (t) => {
  const heard = [];
  const payloads = ["", "x", "p".repeat(125)];
  const { url } = await startServer(t, (socket) => {
    payloads.forEach((payload) => socket.ping(payload));
    socket.on("pong", (payload) => {
      heard.push(payload.toString());
      if (heard.length === payloads.length) socket.close(1000);
    });
  });
  assert.equal((await runClientFor("closed", url)).code, 1000);
  assert.deepEqual(heard, payloads);
});

test("ws server: our pings arrive, its pongs and unsolicited ones are taken (6455-5.5.2-04, 6455-5.5.3-02)", limits,
  async (t) => {
    let heard;
    const { url } = await startServer(t, (socket) => {
      socket.on("ping", (payload) => (heard = payload.toString()));
      socket.pong("unasked");
      serveEcho(socket);
    });
    const events = await runClient(url, "ping:are you there", "echo:text:5", "close:1000");
    assertAllSame(events, 1);
    assert.equal(heard, "are you there");
    assert.equal(events.at(-1).clean, true);
  });

for (const code of [1000, 1001, 1003, 1008, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]) {
  test(`ws server: it closes with ${code} (6455-7.1.5-01, 6455-7.1.6-01, 6455-5.5.1-07)`, limits, async (t) => {
    const { url, ended } = await startServer(t, (socket) => socket.close(code, "genug – ü"));
    const { detail, ...closed } = await runClientFor("closed", url);
    assert.deepEqual(closed, { event: "closed", code, reason: "genug – ü", clean: true, cause: "peer_closed" });
    assert.equal((await ended).code, code);
  });
}

test("ws server: it closes without a code: 1005 at both ends (6455-7.1.5-01, 6455-5.5.1-01)", limits, async (t) => {
  const { url, ended } = await startServer(t, (socket) => socket.close());
  const { code, clean } = await runClientFor("closed", url);
  assert.deepEqual({ code, clean }, { code: 1005, clean: true });
  assert.equal((await ended).code, 1005);
});

test("ws server: it vanishes: 1006, not clean (6455-7.2.1-01, 6455-7.1.4-01)", limits, async (t) => {
  const { url } = await startServer(t, (socket) => socket.on("message", () => socket.terminate()));
  const { code, clean, cause } = await runClientFor("closed", url, "say:die");
  assert.deepEqual({ code, clean, cause }, { code: 1006, clean: false, cause: "transport_lost" });
});

test("ws server: our close arrives with code and reason, behind what was sent before it (6455-7.1.2-01)", limits,
  async (t) => {
    const seen = [];
    const { url, ended } = await startServer(t, (socket) => {
      socket.on("message", (data) => seen.push(data.toString()));
    });
    const { clean, cause } = await runClientFor("closed", url, "say:first", "say:second", "close:4001:bye – ü");
    assert.deepEqual({ clean, cause }, { clean: true, cause: "local_close" });
    assert.deepEqual(await ended, { code: 4001, reason: "bye – ü" });
    assert.deepEqual(seen, ["first", "second"]);
  });

test("ws server: our close without a code is an empty Close (6455-5.5.1-01)", limits, async (t) => {
  const { url, ended } = await startServer(t, serveEcho);
  assert.equal((await runClientFor("closed", url, "close:1005")).clean, true);
  assert.deepEqual(await ended, { code: 1005, reason: "" });
});

for (const code of [999, 1004, 1006, 1015, 2999, 5000]) {
  test(`ws server: a close with ${code} is refused by our client (6455-7.4-01, 6455-7.4-02)`, limits, async (t) => {
    const { url } = await startServer(t, serveEcho);
    const events = await runClient(url, `close:${code}`, "echo:text:5", "close:1000");
    assert.deepEqual(events[1], { event: "close", verdict: "invalid" });
    assertAllSame(events, 1);
  });
}

test("ws server: it chooses among our subprotocols (6455-4.1-31)", limits, async (t) => {
  const { url } = await startServer(t, serveEcho, { handleProtocols: () => "chat.v1" });
  const opened = await runClientFor("open", url, "--subprotocol", "chat.v2", "--subprotocol", "chat.v1", "close:1000");
  assert.equal(opened.subprotocol, "chat.v1");
});

test("ws server: it chooses none of our subprotocols (6455-4.1-30)", limits, async (t) => {
  const { url } = await startServer(t, serveEcho, { handleProtocols: () => false });
  const opened = await runClientFor("open", url, "--subprotocol", "chat.v2", "close:1000");
  assert.equal(opened.subprotocol, "");
});

test("ws server: our request has what the RFC asks for, and our own fields (6455-4.1-08, 6455-4.1-09, 6455-4.1-10, " +
  "6455-4.1-13, 6455-4.1-14, 6455-4.1-15, 6455-4.1-18)", limits, async (t) => {
  const requests = [];
  const { url, port } = await startServer(t, (socket, request) => {
    requests.push(request);
    socket.close(1000);
  });
  const steps = [`${url}chat?a=b`, "--origin", "https://app.example", "--header", "Authorization:Bearer x"];
  await runClient(...steps);
  await runClient(...steps);
  const [{ url: target, method, headers }, { headers: others }] = requests;
  assert.deepEqual([method, target, headers.host], ["GET", "/chat?a=b", `127.0.0.1:${port}`]);
  assert.deepEqual([headers.origin, headers.authorization], ["https://app.example", "Bearer x"]);
  assert.equal(headers["sec-websocket-version"], "13");
  assert.equal(Buffer.from(headers["sec-websocket-key"], "base64").length, 16);
  assert.notEqual(headers["sec-websocket-key"], others["sec-websocket-key"]);
});

const violations = [
  ["a masked frame", 1002, "6455-5.1-04", [frame(opcodes.text, "x")]],
  ["a reserved bit", 1002, "6455-5.2-02", [Buffer.from("c100", "hex")]],
  ["a reserved opcode", 1002, "6455-5.2-03", [Buffer.from("8300", "hex")]],
  ["a continuation of nothing", 1002, "6455-5.4-03", [Buffer.from("8000", "hex")]],
  ["text that is not UTF-8", 1007, "6455-8.1-01", [Buffer.from("8101ff", "hex")]],
  ["a message over the limit, at its header", 1009, "6455-10.4-01", [Buffer.from("827f0000000001000001", "hex")]],
];
for (const [what, code, requirement, bytes] of violations) {
  test(`ws server: ${what} makes our client fail with ${code} (${requirement}, 6455-7.1.7-02)`, limits, async (t) => {
    const { url, ended } = await startServer(t, (socket) => sendRaw(socket, ...bytes, Buffer.from("810161", "hex")));
    const events = await runClient(url);
    assert.deepEqual(events.map(({ event }) => event), ["open", "closed"]);
    assert.equal(events[1].cause, "protocol_failure");
    assert.equal((await ended).code, code);
  });
}

test("ws server: 100 connections of bench, every echo checked", limits, async (t) => {
  const { url } = await startServer(t, serveEcho);
  const report = await runBench(url, "--connections", "100", "--depth", "4", "--size", "300", "--secs", "0.3",
    "--warm-up", "0");
  assert.ok(report.messages > 0);
});
