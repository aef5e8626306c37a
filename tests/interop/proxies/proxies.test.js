// WebSocket through nginx, HAProxy and Caddy, configured as docs/deploy says.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";

import puppeteer from "puppeteer-core";

import { Browser } from "../browsers/browser.js";
import { startDuplex, startTold } from "../browsers/programs.js";
import { check } from "../browsers/results.js";
import { connect, get, refusal } from "./client.js";
import { Proxy } from "./proxies.js";

const names = process.env.PROXIES?.split(",") ?? ["nginx", "HAProxy", "Caddy"];
const chromium = new Browser("Chromium");

before(() => chromium.version && chromium.launch(puppeteer));
after(() => chromium.close());

for (const name of names) {
  const proxy = new Proxy(name);
  test(`${name}: docs/deploy shows a configuration`, () => assert.ok(proxy.snippet.includes("127.0.0.1:8080")));
  if (proxy.version === null) {
    test(`${name}: everything else`, { skip: `${proxy.kind.executable} is not installed` }, () => {});
  } else {
    checkMessages(proxy);
    checkHandshake(proxy);
    checkCloses(proxy);
    checkSilence(proxy);
    checkOutages(proxy);
    checkChat(proxy);
  }
}

/** The server that does what it is told, behind the proxy. */
async function startBehind(t, proxy, flags = [], options = {}) {
  const server = await startTold(t, ...flags);
  const way = await proxy.start(t, server.port, options);
  return { server, way, url: way.url };
}

function checkMessages(proxy) {
  check(proxy, "through", "text and binary up to 16 MiB pass in both directions", async (t) => {
    const server = await startDuplex(t, "echo");
    const { url } = await proxy.start(t, server.port);
    const client = await connect(t, url, [], { perMessageDeflate: false });
    assert.equal(await client.echo("κόσμε 😀"), "κόσμε 😀");
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 1_048_576, 16_777_216]) {
      const bytes = Buffer.alloc(size, "0123456789abc");
      assert.ok((await client.echo(bytes)).equals(bytes), `${size} bytes come back as they went`);
    }
  });

  check(proxy, "through", "extensions are agreed as without the proxy, and work", async (t) => {
    const server = await startDuplex(t, "echo");
    const { url } = await proxy.start(t, server.port);
    const direct = await connect(t, `ws://127.0.0.1:${server.port}/`);
    const client = await connect(t, url);
    assert.equal(client.socket.extensions, direct.socket.extensions);
    const text = "again and again ".repeat(10_000);
    assert.equal(await client.echo(text), text);
    assert.equal(await client.echo(text), text);
  });
}

function checkHandshake(proxy) {
  check(proxy, "through", "the subprotocol and every field of the handshake pass, Host and Origin as they came",
    async (t) => {
      const { server, way, url } = await startBehind(t, proxy);
      const client = await connect(t, `${url}room`, ["other", "told"], { origin: `https://${way.host}` });
      assert.equal(client.socket.protocol, "told");
      const seen = await server.event({ event: "open", path: "/room" });
      const fields = Object.fromEntries(seen.headers.map(([name, value]) => [name.toLowerCase(), value]));
      assert.equal(fields.host, way.host);
      assert.equal(fields.origin, `https://${way.host}`);
      assert.equal(fields["x-forwarded-for"], "127.0.0.1");
      assert.equal(fields["x-forwarded-proto"], "https");
    });

  check(proxy, "through", "a page of another origin gets the server's 403", async (t) => {
    const { url } = await startBehind(t, proxy);
    const { status, text } = await refusal(url, { origin: "https://evil.example" });
    assert.equal(status, 403);
    assert.match(text, /--allow-origin/);
  });
}

function checkCloses(proxy) {
  check(proxy, "through", "close codes and reasons pass in both directions", async (t) => {
    const { server, url } = await startBehind(t, proxy);
    const leaving = await connect(t, url);
    leaving.socket.close(3000, "grüß dich");
    assert.equal((await leaving.closed).code, 3000);
    assert.equal((await server.event({ event: "closed" })).reason, "grüß dich");
    const sentAway = await connect(t, url);
    sentAway.socket.send("!close 4000 no more");
    assert.deepEqual(await sentAway.closed, { code: 4000, reason: "no more" });
    const silent = await connect(t, url);
    silent.socket.close();
    assert.equal((await silent.closed).code, 1005);
  });

  check(proxy, "through", "a client that vanishes is gone for the server, too", async (t) => {
    const { server, url } = await startBehind(t, proxy);
    const client = await connect(t, url);
    await client.echo("here");
    client.socket.terminate();
    const { code, clean } = await server.event({ event: "closed" });
    assert.deepEqual({ code, clean }, { code: 1006, clean: false });
  });
}

/** With a timeout of the proxy that is as short as it can be. */
function checkSilence(proxy) {
  const timeout = "1s";

  check(proxy, "through", "our pings keep a silent connection open beyond the proxy's timeout", async (t) => {
    const { server, url } = await startBehind(t, proxy, ["--ping-interval-ms", "300"], { timeout });
    const client = await connect(t, url);
    await server.event({ event: "pong" }, 5);
    assert.equal(await client.echo("still here"), "still here");
  });

  check(proxy, "through", "a client that only talks is kept, too", async (t) => {
    const { server, url } = await startBehind(t, proxy, ["--ping-interval-ms", "0"], { timeout });
    const client = await connect(t, `${url}sink`);
    const talking = setInterval(() => client.socket.send("on and on"), 200);
    t.after(() => clearInterval(talking));
    await server.event({ event: "message" }, 7);
  });

  if (proxy.kind.cutsWhatIsSilent) {
    check(proxy, "through", "without pings the proxy cuts what is silent", async (t) => {
      const { url } = await startBehind(t, proxy, ["--ping-interval-ms", "0"], { timeout });
      const client = await connect(t, url);
      assert.equal((await client.closed).code, 1006);
    });
  }
}

function checkOutages(proxy) {
  check(proxy, "through", "a server that stops says 1001, one that is killed 1006", async (t) => {
    for (const [signal, code] of [["SIGTERM", 1001], ["SIGKILL", 1006]]) {
      const server = await startDuplex(t, "echo");
      const { url } = await proxy.start(t, server.port);
      const client = await connect(t, url);
      server.process.kill(signal);
      assert.equal((await client.closed).code, code);
    }
  });

  const { answerWhenDown } = proxy.kind;
  check(proxy, "through", `while the server is down clients get ${answerWhenDown}; they can connect when it is back`,
    async (t) => {
      const first = await startDuplex(t, "echo");
      const { url } = await proxy.start(t, first.port);
      await connect(t, url);
      await first.end("SIGKILL");
      assert.equal((await refusal(url)).status, answerWhenDown);
      await startDuplex(t, "echo", "--port", String(first.port));
      const client = await connectWhenBack(t, url);
      assert.equal(await client.echo("again"), "again");
    });
}

/** A proxy may take a moment to see it. */
async function connectWhenBack(t, url) {
  for (;;) {
    try {
      return await connect(t, url);
    } catch (error) {
      if (!/Unexpected server response: 50[23]/.test(error.message)) throw error;
    }
  }
}

function checkChat(proxy) {
  check(proxy, "through", "the chat's page is compressed, and says who may frame it", async (t) => {
    const server = await startChat(t);
    const { host } = await proxy.start(t, server.port);
    const { status, headers } = await get(`https://${host}/js/main.js`, { "Accept-Encoding": "gzip" });
    assert.equal(status, 200);
    assert.equal(headers["content-encoding"], "gzip");
    assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  });

  const skip = chromium.version === null ? "Chromium is not installed" : false;
  check(proxy, "through", "the chat's page loads, talks, and comes back by itself after an outage", async (t) => {
    const server = await startChat(t);
    const { host } = await proxy.start(t, server.port);
    const page = await chromium.openSecretly(t, `https://${host}/`);
    await page.locator("#name-dialog[open] #name-field").fill("Ada");
    await page.keyboard.press("Enter");
    await page.locator('#me-button[data-connection="online"]').wait();
    await say(page, "through the proxy");
    await server.end("SIGKILL");
    await page.locator('#me-button:not([data-connection="online"])').wait();
    await startDuplex(t, "chat", "--port", String(server.port), "--data", server.data);
    await page.waitForFunction(() => {
      const retry = document.querySelector("#retry-now");
      if (retry?.checkVisibility()) retry.click();
      return document.querySelector("#me-button").dataset.connection === "online";
    }, { polling: 100 });
    await say(page, "and again");
  }, { skip });
}

async function startChat(t) {
  const data = await mkdtemp(path.join(os.tmpdir(), "duplex-interop-chat-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  return Object.assign(await startDuplex(t, "chat", "--data", data), { data });
}

/** Until the server has acknowledged it. */
async function say(page, text) {
  await page.locator("#send-box").fill(text);
  await page.focus("#send-box");
  await page.keyboard.press("Enter");
  await page.waitForFunction((wanted) => [...document.querySelectorAll("#messages .message")].some((message) =>
    message.querySelector(".body").textContent === wanted && message.dataset.state === "sent"), { polling: 100 }, text);
}

test("nginx: without its line about Host browsers get 403, unless their origin is allowed", { skip: !hasNginx() },
  async (t) => {
    const proxy = new Proxy("nginx");
    const change = (snippet) => snippet.replace(/^ *proxy_set_header Host .*\n/m, "");
    assert.notEqual(change(proxy.snippet), proxy.snippet);
    const strict = await startDuplex(t, "echo");
    const { url } = await proxy.start(t, strict.port, { change });
    assert.equal((await refusal(url, { origin: "https://chat.example" })).status, 403);
    const lenient = await startDuplex(t, "echo", "--allow-origin", "https://chat.example");
    const way = await proxy.start(t, lenient.port, { change });
    const client = await connect(t, way.url, [], { origin: "https://chat.example" });
    assert.equal(await client.echo("Hi"), "Hi");
  });

function hasNginx() {
  return new Proxy("nginx").version !== null;
}
