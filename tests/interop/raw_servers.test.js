// Our client against answers that WebSocket libraries do not give: written by hand, or by Node's http.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import test from "node:test";

import { runClient, runClientFor } from "./programs.js";
import { frame, listen, opcodes } from "./wire.js";

const limits = { timeout: 30_000 };

function acceptOf(requestHead) {
  const [, key] = /^sec-websocket-key: (.*)$/im.exec(requestHead);
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** A server that answers a request with these bytes and ends the connection when the client has reacted. */
async function startAnswering(t, makeAnswer) {
  const port = await listen(t, async (wire) => {
    const head = await wire.head();
    wire.send(makeAnswer(acceptOf(head)));
    await wire.fill();
    wire.socket.end();
  });
  return `ws://127.0.0.1:${port}/`;
}

const hello = frame(opcodes.text, "Hello", { mask: false });
const bye = frame(opcodes.close, Buffer.from("03e8", "hex"), { mask: false });

function switching(accept, ...more) {
  return ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`, ...more, "", ""].join("\r\n");
}

const acceptable = [
  ["frames right behind the 101", "6455-4.1-28", (accept) => switching(accept)],
  ["header names and tokens in any case, in any order", "6455-4.1-22, 6455-4.1-27", (accept) =>
    ["HTTP/1.1 101 whatever", `SEC-WEBSOCKET-ACCEPT:   ${accept}  `, "date: today", "connection: keep-alive, UPGRADE",
      "UPGRADE: WebSocket", "", ""].join("\r\n")],
  ["answers without a reason phrase", "6455-4.1-20", (accept) => switching(accept).replace("Switching Protocols", "")],
  ["interim answers before the 101", "H1-15.2-01", (accept) =>
    `${"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n".repeat(3)}${switching(accept)}`],
];
for (const [what, requirement, makeHead] of acceptable) {
  test(`raw server: ${what} are taken (${requirement})`, limits, async (t) => {
    const url = await startAnswering(t, (accept) => Buffer.concat([Buffer.from(makeHead(accept)), hello, bye]));
    const [opened, message, closed] = await runClient(url);
    assert.equal(opened.event, "open");
    assert.equal(message.text, "Hello");
    assert.deepEqual([closed.code, closed.clean], [1000, true]);
  });
}

const unacceptable = [
  ["no Upgrade", "6455-4.1-21", (accept) => switching(accept).replace("Upgrade: websocket\r\n", "")],
  ["another Upgrade", "6455-4.1-21", (accept) => switching(accept).replace("websocket", "h2c")],
  ["no Connection", "6455-4.1-22", (accept) => switching(accept).replace("Connection: Upgrade\r\n", "")],
  ["Connection without upgrade", "6455-4.1-22", (accept) => switching(accept).replace("n: Upgrade", "n: keep-alive")],
  ["the Accept of another key", "6455-4.1-23", () => switching("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")],
  ["an Accept in another case", "6455-4.1-23", (accept) => switching(accept.toLowerCase())],
  ["two Accepts", "6455-4.1-26", (accept) => switching(accept, `Sec-WebSocket-Accept: ${accept}`)],
  ["an extension nobody offered", "6455-4.1-24, 7692-5-06", (accept) =>
    switching(accept, "Sec-WebSocket-Extensions: permessage-deflate")],
  ["a subprotocol nobody offered", "6455-4.1-25", (accept) => switching(accept, "Sec-WebSocket-Protocol: chat")],
  ["two subprotocols", "6455-4.1-26", (accept) => switching(accept, "Sec-WebSocket-Protocol: chat.v2, chat.v1")],
  ["something that is not HTTP", "6455-4.1-20", () => "SSH-2.0-OpenSSH_9.2p1\r\n\r\n"],
  ["a head without an end", "6455-4.1-29", () => `HTTP/1.1 101 Switching Protocols\r\nX: ${"x".repeat(1_000_000)}`],
];
for (const [what, requirement, makeHead] of unacceptable) {
  test(`raw server: ${what} is no connection (${requirement})`, limits, async (t) => {
    const url = await startAnswering(t, (accept) => Buffer.concat([Buffer.from(makeHead(accept)), hello]));
    const events = await runClient(url, "--subprotocol", "chat.v2", "--subprotocol", "chat.v1");
    assert.deepEqual(events.map(({ event, kind }) => [event, kind]), [["failed", "peer"]]);
  });
}

test("raw server: one that never answers runs into the time limit, and hears nothing but the request " +
  "(6455-4.1-19, 6455-4.1-29)", limits, async (t) => {
  let hear;
  const heard = new Promise((resolve) => (hear = resolve));
  const port = await listen(t, async (wire) => {
    await wire.head();
    hear(await wire.rest());
  });
  const failed = await runClientFor("failed", `ws://127.0.0.1:${port}/`, "--handshake-timeout-ms", "200", "say:hello");
  assert.match(failed.message, /time/);
  assert.equal((await heard).length, 0);
});

/** Node's http server with this answer to every upgrade request; its address. */
async function startRefusing(t, status, headers, body) {
  const server = http.createServer();
  server.on("upgrade", (request, socket) => {
    const response = new http.ServerResponse(request);
    response.assignSocket(socket);
    response.writeHead(status, headers).end(body, () => socket.end());
  });
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `ws://127.0.0.1:${server.address().port}/`;
}

const refusals = [
  [401, { "WWW-Authenticate": "Bearer realm=\"chat\"" }, "who are you?"],
  [404, {}, "nothing here"],
  [302, { Location: "ws://127.0.0.1:1/elsewhere" }, ""],
  [200, { "Content-Type": "text/html" }, "<p>a page</p>"],
  [503, { "Retry-After": "7", "Transfer-Encoding": "chunked" }, "later"],
];
for (const [status, headers, body] of refusals) {
  test(`raw server: ${status} is a failure that shows the answer (6455-4.1-20)`, limits, async (t) => {
    const failed = await runClientFor("failed", await startRefusing(t, status, headers, body));
    assert.deepEqual([failed.status, failed.body, failed.kind], [status, body, "peer"]);
    for (const [name, value] of Object.entries(headers)) {
      assert.deepEqual(failed.headers.find(([given]) => given === name), [name, value]);
    }
  });
}

test("raw server: a port where nobody listens is a failure of the environment (6455-4.1-04)", limits, async () => {
  const failed = await runClientFor("failed", "ws://127.0.0.1:1/");
  assert.equal(failed.kind, "environment");
});

test("raw server: one that hangs up instead of answering (6455-4.1-04)", limits, async (t) => {
  const port = await listen(t, async (wire) => {
    await wire.head();
    wire.socket.end();
  });
  await runClientFor("failed", `ws://127.0.0.1:${port}/`);
});
