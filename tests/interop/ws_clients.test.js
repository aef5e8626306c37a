// ws, the WebSocket client of most Node.js programs, against `duplex echo`.

import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";

import { startEcho } from "./programs.js";
import { frame, opcodes, startSplitter } from "./wire.js";
import { connect, refusal, sendRaw } from "./ws_client.js";

const limits = { timeout: 30_000 };
const mebibyte = 1_048_576;

async function assertEcho(client, data) {
  client.socket.send(data);
  const echo = await client.message();
  assert.equal(echo.isBinary, typeof data !== "string");
  assert.ok(echo.data.equals(Buffer.from(data)), `${data.length} bytes come back as they went`);
}

async function assertEchoed(client, text) {
  assert.equal((await client.message()).data.toString(), text);
}

test("ws client: text and binary come back as what they were (6455-5.6-02, 6455-5.6-03)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  await assertEcho(client, "κόσμε 😀 \u0000 \ufeff");
  await assertEcho(client, Buffer.from([0, 0xff, 0xc0, 0x80]));
});

test("ws client: every length form and its boundaries (6455-5.2-04, 6455-5.2-05, 6455-5.3-02)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  for (const size of [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, mebibyte]) {
    await assertEcho(client, "x".repeat(size));
    await assertEcho(client, Buffer.from(Array.from({ length: size }, (_, i) => i % 251)));
  }
});

test("ws client: a message of 16 MiB comes back, one byte more is 1009 (6455-10.4-01)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  await assertEcho(client, Buffer.alloc(16 * mebibyte, "0123456789abc"));
  client.socket.on("error", () => {});  // the server ends TCP before all was written
  client.socket.send(Buffer.alloc(16 * mebibyte + 1));
  assert.equal((await client.closed).code, 1009);
});

test("ws client: fragments become one message, empty ones too (6455-5.4-01, 6455-5.4-02, 6455-5.4-07)", limits,
  async (t) => {
    const client = await connect(t, (await startEcho(t)).url);
    for (const parts of [["Hel", "lo"], ["", "", ""], ["", "a"], ["a", ""]]) {
      parts.forEach((part, i) => client.socket.send(part, { fin: i === parts.length - 1 }));
      assert.deepEqual(await client.message(), { data: Buffer.from(parts.join("")), isBinary: false });
    }
  });

test("ws client: fragments may cut a character anywhere (6455-5.6-01)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  const text = Buffer.from("a€😀");
  for (let cut = 0; cut <= text.length; ++cut) {
    client.socket.send(text.subarray(0, cut), { binary: false, fin: false });
    client.socket.send(text.subarray(cut), { binary: false, fin: true });
    await assertEchoed(client, "a€😀");
  }
});

test("ws client: a thousand fragments arrive in order (6455-5.4-09)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  const parts = Array.from({ length: 1000 }, (_, i) => `${i},`);
  parts.forEach((part, i) => client.socket.send(part, { fin: i === 999 }));
  await assertEchoed(client, parts.join(""));
});

test("ws client: a ping inside a large fragmented message is answered before its end (6455-5.4-05)", limits,
  async (t) => {
    const client = await connect(t, (await startEcho(t)).url);
    const half = Buffer.alloc(4 * mebibyte, "half");
    client.socket.send(half, { fin: false });
    client.socket.ping("between");
    const [payload] = await once(client.socket, "pong");
    assert.equal(payload.toString(), "between");
    client.socket.send(half, { fin: true });
    const { data, isBinary } = await client.message();
    assert.ok(isBinary && data.equals(Buffer.concat([half, half])));
  });

test("ws client: pings come back as pongs with their payload (6455-5.5.2-01)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  for (const payload of [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(125, 0xfe)]) {
    client.socket.ping(payload);
    assert.ok((await once(client.socket, "pong"))[0].equals(payload));
  }
});

test("ws client: unsolicited pongs are ignored (6455-5.5.3-02)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  client.socket.on("pong", () => assert.fail("nobody asked for a pong"));
  client.socket.pong();
  client.socket.pong("keep-alive");
  await assertEcho(client, "still here");
});

test("ws client: a thousand frames in one write are a thousand messages (6455-5.2-11)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  sendRaw(client.socket, ...Array.from({ length: 1000 }, (_, i) => frame(opcodes.text, `${i}`)));
  for (let i = 0; i < 1000; ++i) await assertEchoed(client, `${i}`);
});

test("ws client: TCP segments of one byte change nothing (6455-5.2-11)", limits, async (t) => {
  const echo = await startEcho(t);
  const client = await connect(t, `ws://127.0.0.1:${await startSplitter(t, echo.port)}/`);
  await assertEcho(client, "a€😀".repeat(40));
  await assertEcho(client, Buffer.alloc(300, 0xff));
  client.socket.send("Hel", { fin: false });
  client.socket.ping("p");
  client.socket.send("lo", { fin: true });
  assert.equal((await once(client.socket, "pong"))[0].toString(), "p");
  await assertEchoed(client, "Hello");
  client.socket.close(4999, "byte by byte");
  assert.equal((await client.closed).code, 4999);
  await echo.log.find(/disconnected from \/: 4999 "byte by byte"$/);
});

const closeCodes = [
  [1000, "6455-CC-02"], [1001, "6455-CC-03"], [1011, "6455-CC-13"], [1013, "6455-CC-15"], [3000, "6455-CC-19"],
  [4999, "6455-CC-20"],
];
for (const [code, requirement] of closeCodes) {
  test(`ws client: close ${code} is answered with its code, and its reason arrives (6455-5.5.1-07, ` +
    `6455-7.1.6-01, ${requirement})`, limits, async (t) => {
    const echo = await startEcho(t);
    const client = await connect(t, echo.url);
    client.socket.close(code, "auf Wiedersehen – ü");
    assert.equal((await client.closed).code, code);
    await echo.log.find(new RegExp(`disconnected from /: ${code} "auf Wiedersehen`));
  });
}

test("ws client: a close without a code is 1005 at both ends (6455-7.1.5-01, WS-3-05)", limits, async (t) => {
  const echo = await startEcho(t);
  const client = await connect(t, echo.url);
  client.socket.close();
  assert.deepEqual(await client.closed, { code: 1005, reason: "" });
  await echo.log.find(/disconnected from \/: 1005$/);
});

test("ws client: the longest reason arrives (6455-5.5.1-04, WS-3-04)", limits, async (t) => {
  const echo = await startEcho(t);
  const client = await connect(t, echo.url);
  client.socket.close(4000, "r".repeat(123));
  assert.equal((await client.closed).code, 4000);
  await echo.log.find(/: 4000 "r{123}"$/);
});

test("ws client: the server ends TCP first (6455-5.5.1-10, 6455-7.1.1-02)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  const ended = once(client.socket._socket, "end");  // ws itself would end it only after 30 s
  client.socket.close(1000);
  await ended;
  assert.equal((await client.closed).code, 1000);
});

test("ws client: a vanished client is 1006 for the server (6455-7.1.5-01)", limits, async (t) => {
  const echo = await startEcho(t);
  const client = await connect(t, echo.url);
  client.socket.terminate();
  await echo.log.find(/disconnected from \/: 1006/);
});

test("ws client: messages before a close are echoed before its answer (WS-3-10)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  let heard = 0;
  client.socket.on("message", () => ++heard);
  for (let i = 0; i < 100; ++i) client.socket.send("x".repeat(1000));
  client.socket.close(1000);
  assert.equal((await client.closed).code, 1000);
  assert.equal(heard, 100);
});

const violations = [
  ["an unmasked frame", 1002, "6455-5.1-02", [frame(opcodes.text, "Hello", { mask: false })]],
  ["a reserved bit", 1002, "6455-5.2-02", [frame(opcodes.text, "Hello", { rsv1: true })]],
  ["a reserved data opcode", 1002, "6455-5.2-03", [frame(3)]],
  ["a reserved control opcode", 1002, "6455-5.2-03", [frame(11)]],
  ["a length that does not need its form", 1002, "6455-5.2-06", [Buffer.from("82fe0005000000000000000000", "hex")]],
  ["a length beyond 63 bits", 1002, "6455-5.2-07", [Buffer.from("82ffffffffffffffffff00000000", "hex")]],
  ["a huge length, at its header", 1009, "6455-5.2-08", [Buffer.from("82ff7fffffffffffffff00000000", "hex")]],
  ["a continuation of nothing", 1002, "6455-5.4-03", [frame(opcodes.continuation, "x")]],
  ["a message inside a message", 1002, "6455-5.4-04",
    [frame(opcodes.text, "a", { fin: false }), frame(opcodes.text, "b")]],
  ["a fragmented ping", 1002, "6455-5.4-06", [frame(opcodes.ping, "", { fin: false })]],
  ["a ping of 126 bytes", 1002, "6455-5.5-01", [frame(opcodes.ping, "x".repeat(126))]],
  ["text that is not UTF-8", 1007, "6455-8.1-01", [frame(opcodes.text, Buffer.from("ceba00eda080", "hex"))]],
  ["a text that ends inside a character", 1007, "6455-8.1-02", [frame(opcodes.text, Buffer.from("e282", "hex"))]],
  ["a Close of one byte", 1002, "6455-5.5.1-02", [frame(opcodes.close, "x")]],
  ["a reason that is not UTF-8", 1007, "6455-5.5.1-03", [frame(opcodes.close, Buffer.from("03e8c328", "hex"))]],
  ["the code 1005 in a Close", 1002, "6455-CC-07", [frame(opcodes.close, Buffer.from("03ed", "hex"))]],
  ["the code 2999 in a Close", 1002, "6455-CC-18", [frame(opcodes.close, Buffer.from("0bb7", "hex"))]],
];
for (const [what, code, requirement, frames] of violations) {
  test(`ws client: ${what} is answered with ${code}, and nothing behind it is heard (${requirement}, 6455-7.1.7-03)`,
    limits, async (t) => {
      const client = await connect(t, (await startEcho(t)).url, [], { perMessageDeflate: false });
      client.socket.on("message", () => assert.fail("an echo after the failure"));
      client.socket.on("pong", () => assert.fail("a pong after the failure"));
      sendRaw(client.socket, ...frames, frame(opcodes.text, "a"), frame(opcodes.ping, "p"));
      assert.equal((await client.closed).code, code);
    });
}

test("ws client: 200 connections at once, each with its own echo", limits, async (t) => {
  const { url } = await startEcho(t);
  const clients = await Promise.all(Array.from({ length: 200 }, () => connect(t, url)));
  clients.forEach((client, i) => client.socket.send(`I am ${i}`));
  await Promise.all(clients.map((client, i) => assertEchoed(client, `I am ${i}`)));
  clients.forEach((client) => client.socket.close(1000));
  const ends = await Promise.all(clients.map((client) => client.closed));
  assert.ok(ends.every(({ code }) => code === 1000));
});

test("ws client: permessage-deflate that is declined leaves a plain connection (7692-5-04, 6455-9.1-08)", limits,
  async (t) => {
    const { url } = await startEcho(t, "--mode", "plain");
    const client = await connect(t, url, [], { perMessageDeflate: { threshold: 0 } });
    assert.equal(client.socket.extensions, "");
    await assertEcho(client, "x".repeat(100_000));
  });

test("ws client: the first subprotocol offered is chosen (6455-4.2.2-07)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url, ["chat.v2", "chat.v1"]);
  assert.equal(client.socket.protocol, "chat.v2");
  await assertEcho(client, "in a subprotocol");
});

test("ws client: no subprotocol offered, none answered (6455-4.2.2-08)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  assert.equal(client.socket.protocol, "");
});

test("ws client: foreign origins and their look-alikes are refused with 403 (6455-4.2.2-03, 6455-4.2.2-04)", limits,
  async (t) => {
    const { url, port } = await startEcho(t, "--allow-origin", "https://app.example");
    const foreign = ["https://evil.example", "https://app.example.evil", "http://app.example",
      "https://app.example:444", "https://xapp.example", "null", `http://localhost:${port}`, "http://127.0.0.1"];
    for (const origin of foreign) assert.equal((await refusal(url, { origin })).statusCode, 403, origin);
  });

test("ws client: the own origin, one that is allowed, and none at all connect (6455-4.2.1-11, 6455-4.2.2-04)",
  limits, async (t) => {
    const { url, port } = await startEcho(t, "--allow-origin", "https://app.example");
    // TLS may end in front of the server, so that its own origin has either scheme.
    for (const origin of [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`, "https://app.example", undefined]) {
      await assertEcho(await connect(t, url, [], { origin }), `from ${origin}`);
    }
  });

test("ws client: * allows every origin", limits, async (t) => {
  const { url } = await startEcho(t, "--allow-origin", "*");
  await assertEcho(await connect(t, url, [], { origin: "https://evil.example" }), "let in");
});

test("ws client: a wrong version is told the right one (6455-4.2.2-05, 6455-4.4-01)", limits, async (t) => {
  const response = await refusal((await startEcho(t)).url, { protocolVersion: 8 });
  assert.equal(response.statusCode, 426);
  assert.equal(response.headers["sec-websocket-version"], "13");
  assert.equal(response.headers.upgrade, "websocket");
});

test("ws client: a reader that pauses gets every byte in order (6455-6.2-03)", limits, async (t) => {
  const client = await connect(t, (await startEcho(t)).url);
  client.socket.pause();
  const written = Array.from({ length: 12 }, (_, i) =>
    new Promise((resolve) => client.socket.send(Buffer.alloc(mebibyte, i), resolve)));
  await Promise.all(written);
  client.socket.resume();
  for (let i = 0; i < 12; ++i) assert.ok((await client.message()).data.equals(Buffer.alloc(mebibyte, i)));
});

test("ws client: who writes 64 MiB before it reads is held back, and then gets all of it (6455-6.2-03)", limits,
  async (t) => {
    const client = await connect(t, (await startEcho(t)).url);
    client.socket.pause();
    const first = new Promise((resolve) => client.socket.send(Buffer.alloc(mebibyte, 0), resolve));
    for (let i = 1; i < 64; ++i) client.socket.send(Buffer.alloc(mebibyte, i));
    await first;
    client.socket.resume();
    for (let i = 0; i < 64; ++i) {
      assert.ok((await client.message()).data.equals(Buffer.alloc(mebibyte, i)), `message ${i} is the next`);
    }
  });
