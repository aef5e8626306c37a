// HTTP clients that ask `duplex echo` for an upgrade: Node's own, and the headers that browsers send.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import test from "node:test";

import { startEcho } from "./programs.js";
import { Wire, frame, opcodes } from "./wire.js";

const limits = { timeout: 30_000 };
const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const sampleAnswer = /^HTTP\/1\.1 101 /;

function sampleHeaders(changes = {}) {
  const headers = {
    Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", ...changes,
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

/** Asks with Node's http; a list of values becomes one header line for each. */
async function ask(t, port, headers, options = {}) {
  const request = http.request({ host: "127.0.0.1", port, headers, agent: false, ...options });
  t.after(() => request.destroy());
  request.end(options.body);
  const outcome = await Promise.race([once(request, "upgrade"), once(request, "response")]);
  const [response, socket, early] = outcome;
  if (!socket) response.resume();
  return { response, socket, early };
}

async function assertUpgraded(t, port, headers) {
  const { response, socket, early } = await ask(t, port, headers);
  assert.equal(response.statusCode, 101, JSON.stringify(headers));
  assert.equal(response.headers["sec-websocket-accept"], accept);
  socket.unshift(early);
  const wire = new Wire(socket);
  wire.send(frame(opcodes.text, "Hello"));
  assert.equal((await wire.bytes(7)).toString("latin1"), "\x81\x05Hello");
  socket.destroy();
}

const browsers = {
  Firefox: (host) => [
    `Host: ${host}`, "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept: */*", "Accept-Language: en-US,en;q=0.5",
    "Accept-Encoding: gzip, deflate, br, zstd", "Sec-WebSocket-Version: 13",
    `Origin: http://${host}`, "Sec-WebSocket-Extensions: permessage-deflate", `Sec-WebSocket-Key: ${key}`,
    "Connection: keep-alive, Upgrade", "Cookie: a=1; b=\"2\"", "Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: websocket",
    "Sec-Fetch-Site: same-origin", "Pragma: no-cache", "Cache-Control: no-cache", "Upgrade: websocket",
  ],
  Chrome: (host) => [
    `Host: ${host}`, "Connection: Upgrade", "Pragma: no-cache", "Cache-Control: no-cache",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Upgrade: websocket", `Origin: http://${host}`, "Sec-WebSocket-Version: 13",
    "Accept-Encoding: gzip, deflate, br, zstd", "Accept-Language: de,en-US;q=0.9,en;q=0.8", `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
  ],
  Safari: (host) => [
    "Accept: */*", "Sec-WebSocket-Extensions: permessage-deflate", `Sec-WebSocket-Key: ${key}`,
    "Sec-Fetch-Site: same-origin", "Sec-WebSocket-Version: 13", "Sec-Fetch-Mode: websocket", `Origin: http://${host}`,
    "Cache-Control: no-cache", "Accept-Language: en-GB,en;q=0.9", "Sec-Fetch-Dest: websocket", "Pragma: no-cache",
    "Connection: Upgrade", "Upgrade: websocket", "Accept-Encoding: gzip, deflate", `Host: ${host}`,
    "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
  ],
};
for (const [browser, headerLines] of Object.entries(browsers)) {
  test(`http client: the request of ${browser} is upgraded (6455-4.2.1-06, 6455-4.2.1-13, 7692-5-03, WS-2.2-03, ` +
    "WS-2.2-04)", limits, async (t) => {
      const { port } = await startEcho(t);
      const wire = await Wire.connect(t, port);
      wire.send(["GET / HTTP/1.1", ...headerLines(`127.0.0.1:${port}`), "", ""].join("\r\n"));
      const head = await wire.head();
      assert.match(head, sampleAnswer);
      assert.match(head, new RegExp(`^sec-websocket-accept: ${accept.replace("+", "\\+")}$`, "im"));
      assert.match(head, /^sec-websocket-extensions: permessage-deflate[\w; ]*$/im);
      assert.doesNotMatch(head, /^sec-websocket-protocol:/im);
      wire.send(frame(opcodes.text, "Hello"));
      assert.equal((await wire.bytes(7)).toString("latin1"), "\x81\x05Hello");
    });
}

test("http client: Connection is a list, in any case and on any number of lines (6455-4.2.1-06)", limits, async (t) => {
  const { port } = await startEcho(t);
  const lists = ["keep-alive, Upgrade", "upgrade", "UPGRADE", "Upgrade, keep-alive", ",keep-alive , ,upgrade,",
    ["keep-alive", "Upgrade"]];
  for (const Connection of lists) await assertUpgraded(t, port, sampleHeaders({ Connection }));
});

test("http client: Upgrade is a list, in any case and on any number of lines (6455-4.2.1-05)", limits, async (t) => {
  const { port } = await startEcho(t);
  for (const Upgrade of ["WebSocket", "WEBSOCKET", "h2c, websocket", ["h2c", "websocket"]]) {
    await assertUpgraded(t, port, sampleHeaders({ Upgrade }));
  }
});

test("http client: header names in any case, values in any space (6455-4.2.1-13)", limits, async (t) => {
  const { port } = await startEcho(t);
  const lines = ["host:x", "UPGRADE:\twebsocket", "cOnNeCtIoN:  Upgrade \t", `SEC-WEBSOCKET-KEY:${key}  `,
    "sec-websocket-version: 13"];
  for (const change of [(line) => line, (line) => line.replace(/^[^:]+/, (name) => name.toUpperCase()),
    (line) => line.replace(/^[^:]+/, (name) => name.toLowerCase())]) {
    const wire = await Wire.connect(t, port);
    wire.send(["GET / HTTP/1.1", ...lines.map(change).reverse(), "", ""].join("\r\n"));
    assert.match(await wire.head(), sampleAnswer);
  }
});

test("http client: subprotocols on several lines are one list (6455-4.2.1-12, 6455-11.3-02)", limits, async (t) => {
  const { port } = await startEcho(t);
  const headers = sampleHeaders({ "Sec-WebSocket-Protocol": ["chat.v2", "chat.v1"] });
  const { response } = await ask(t, port, headers);
  assert.equal(response.statusCode, 101);
  assert.equal(response.headers["sec-websocket-protocol"], "chat.v2");
});

test("http client: an absolute target is upgraded (6455-4.2.1-03)", limits, async (t) => {
  const { port } = await startEcho(t);
  const { response } = await ask(t, port, sampleHeaders(), { path: `http://127.0.0.1:${port}/chat` });
  assert.equal(response.statusCode, 101);
});

test("http client: frames right behind the request are heard (6455-4.2.1-15)", limits, async (t) => {
  const { port } = await startEcho(t);
  const wire = await Wire.connect(t, port);
  const lines = Object.entries(sampleHeaders({ Host: "x" })).map(([name, value]) => `${name}: ${value}`);
  wire.send(["GET / HTTP/1.1", ...lines, "", ""].join("\r\n"), frame(opcodes.text, "Hello"));
  assert.match(await wire.head(), sampleAnswer);
  assert.equal((await wire.bytes(7)).toString("latin1"), "\x81\x05Hello");
});

test("http client: who expects 100 gets it before the 101 (H1-7.8-01)", limits, async (t) => {
  const { port } = await startEcho(t);
  const request = http.request({ port, host: "127.0.0.1", headers: sampleHeaders({ Expect: "100-continue" }) });
  t.after(() => request.destroy());
  const upgraded = once(request, "upgrade");
  request.flushHeaders();
  await once(request, "continue");
  request.end();
  assert.equal((await upgraded)[0].statusCode, 101);
});

test("http client: an upgrade behind a page on the same connection (H1-9.3.2-03)", limits, async (t) => {
  const { port } = await startEcho(t);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const page = http.get({ host: "127.0.0.1", port, agent });
  const [answer] = await once(page, "response");
  await once(answer.resume(), "end");
  const { response, socket } = await ask(t, port, sampleHeaders(), { agent });
  assert.equal(response.statusCode, 101);
  assert.equal(socket.localPort, page.socket.localPort);
  socket.destroy();
});

const refusals = [
  ["without a key", 400, "6455-4.2.1-07", { "Sec-WebSocket-Key": undefined }],
  ["with a short key", 400, "6455-4.2.1-07", { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAA" }],
  ["with two keys", 400, "6455-4.2.1-07", { "Sec-WebSocket-Key": [key, key] }],
  ["without a version", 400, "6455-4.2.1-10", { "Sec-WebSocket-Version": undefined }],
  ["of version 8", 426, "6455-4.2.2-05", { "Sec-WebSocket-Version": "8" }],
  ["without Upgrade in Connection", 426, "6455-4.2.1-06", { Connection: "keep-alive" }],
  ["of another protocol", 426, "6455-4.2.1-05", { Upgrade: "h2c" }],
  ["with broken extensions", 400, "6455-9.1-01", { "Sec-WebSocket-Extensions": "permessage-deflate;" }],
  ["with a body", 400, "6455-4.2.1-14", { "Content-Length": "5" }, { body: "hello" }],
  ["with 150 fields more", 431, "H1-5.4-01",
    Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`X-${i}`, "y"]))],
  ["by POST", 405, "6455-4.2.1-02", {}, { method: "POST" }],
];
for (const [what, status, requirement, changes, options] of refusals) {
  test(`http client: a request ${what} is answered with ${status} (${requirement})`, limits, async (t) => {
    const { port } = await startEcho(t);
    const { response } = await ask(t, port, sampleHeaders(changes), { path: "/elsewhere", ...options });
    assert.equal(response.statusCode, status);
  });
}

test("http client: HTTP/1.0 is never upgraded (6455-4.2.1-02)", limits, async (t) => {
  const { port } = await startEcho(t);
  const wire = await Wire.connect(t, port);
  const lines = Object.entries(sampleHeaders({ Host: "x" })).map(([name, value]) => `${name}: ${value}`);
  wire.send(["GET / HTTP/1.0", ...lines, "", ""].join("\r\n"));
  assert.match(await wire.head(), /^HTTP\/1\.[01] (200|4\d\d) /);
});
