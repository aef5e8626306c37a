// The WebSocket of the browsers against the server: what they send, what they accept, and how they end.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import puppeteer from "puppeteer-core";

import { Browser } from "./browser.js";
import { startDuplex, startTold } from "./programs.js";
import { Recorder } from "./recorder.js";
import { check } from "./results.js";

const names = process.env.BROWSERS?.split(",") ?? ["Chromium", "Firefox"];

for (const name of names) {
  const browser = new Browser(name);
  if (browser.version === null) {
    test(`${name}: everything`, { skip: `${browser.kind.executablePath} is not installed` }, () => {});
  } else {
    before(() => browser.launch(puppeteer));
    after(() => browser.close());
    checkMessages(browser);
    checkCompression(browser);
    checkHandshake(browser);
    checkRefusals(browser);
    checkCloses(browser);
    checkInterface(browser);
  }
}

/** An empty page of a new echo server; `server.url` is where its socket is. */
async function openEcho(t, browser, ...flags) {
  const server = await startDuplex(t, "echo", ...flags);
  const page = await browser.open(t, `http://127.0.0.1:${server.port}/icon.svg`);
  return { server, page, url: `ws://127.0.0.1:${server.port}/echo` };
}

/** The same of the server that does what it is told. */
async function openTold(t, browser, ...flags) {
  const server = await startTold(t, ...flags);
  const page = await browser.open(t, `http://127.0.0.1:${server.port}/page`);
  return { server, page, url: `ws://127.0.0.1:${server.port}/` };
}

function checkMessages(browser) {
  check(browser, "server", "text comes back as it went, a NUL and a BOM included", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const texts = ["Hello", "κόσμε 😀", "\u0000", "\ufeffabc", "\uffff"];
    const echoes = await page.evaluate(async (target, all) => {
      const peer = await Peer.open(target);
      const answers = [];
      for (const text of all) answers.push(await peer.echo(text));
      return answers;
    }, url, texts);
    assert.deepEqual(echoes, texts);
  });

  check(browser, "server", "an ArrayBuffer, a view of one and a Blob come back as binary (WS-3-11)", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const echoes = await page.evaluate(async (target) => {
      const peer = await Peer.open(target);
      const bytes = Uint8Array.of(0, 255, 192, 128);
      const answers = [];
      for (const data of [bytes.buffer, bytes.subarray(1, 3), new Blob([bytes])]) {
        const echo = await peer.echo(data);
        answers.push([echo instanceof ArrayBuffer, [...new Uint8Array(echo)]]);
      }
      peer.socket.binaryType = "blob";
      const blob = await peer.echo(bytes);
      answers.push([blob instanceof Blob, [...new Uint8Array(await blob.arrayBuffer())]]);
      return answers;
    }, url);
    const all = [0, 255, 192, 128];
    assert.deepEqual(echoes, [[true, all], [true, [255, 192]], [true, all], [true, all]]);
  });

  check(browser, "server", "messages of 0 bytes to 16 MiB come back (6455-5.2-04)", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 1_048_576, 16_777_216];
    const wrong = await page.evaluate(async (target, all) => {
      const peer = await Peer.open(target);
      const failed = [];
      for (const size of all) {
        const text = "0123456789abc".repeat(size / 13 + 1).slice(0, size);
        if (await peer.echo(text) !== text) failed.push(`text of ${size}`);
        const bytes = new TextEncoder().encode(text).fill(255, 0, size / 2);
        const echo = new Uint8Array(await peer.echo(bytes));
        if (indexedDB.cmp(echo, bytes) !== 0) failed.push(`binary of ${size}`);
      }
      return failed;
    }, url, sizes);
    assert.deepEqual(wrong, []);
  });

  check(browser, "server", "one byte more than the largest message is 1009 (6455-10.4-01)", async (t) => {
    const { page, url } = await openEcho(t, browser, "--message-bytes-max", "1000");
    const end = await page.evaluate(async (target) => {
      const peer = await Peer.open(target);
      await peer.echo("x".repeat(1000));
      peer.socket.send("x".repeat(1001));
      return peer.closed;
    }, url);
    // Whether it was clean is a race: a server that fails a connection does not wait for the browser's Close.
    assert.equal(end.code, 1009);
  });

  check(browser, "server", "a lone surrogate arrives as U+FFFD (WS-3-07)", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const echo = await page.evaluate(async (target) => {
      const peer = await Peer.open(target);
      return [...await peer.echo("a\ud800b")].map((character) => character.codePointAt(0));
    }, url);
    assert.deepEqual(echo, [0x61, 0xfffd, 0x62]);
  });

  check(browser, "server", "the server's ping is answered with its payload (WS-5-01, 6455-5.5.2-01)", async (t) => {
    const { server, page, url } = await openTold(t, browser);
    await page.evaluate(async (target) => {
      const peer = await Peer.open(target);
      peer.socket.send("!ping here");
    }, url);
    await server.event({ event: "pong", text: "here" });
  });

  check(browser, "server", "everything sent before close() arrives (WS-3-10)", async (t) => {
    const { server, page, url } = await openTold(t, browser);
    await page.evaluate(async (target) => {
      const peer = await Peer.open(`${target}sink`);
      for (let i = 0; i < 100; ++i) peer.socket.send(new Uint8Array(100_000));
      peer.socket.close(1000);
      await peer.closed;
    }, url);
    const { messages, bytes, code } = await server.event({ event: "closed" });
    assert.deepEqual({ messages, bytes, code }, { messages: 100, bytes: 10_000_000, code: 1000 });
  });
}

function checkCompression(browser) {
  // What `duplex echo` agrees to, by its --mode. Firefox tells its pages the name alone.
  const sharedContexts = browser.name === "Firefox" ? /^permessage-deflate$/ : /\bserver_no_context_takeover\b/;
  const modes = [
    { flags: [], agreed: /^permessage-deflate\b/ },
    { flags: ["--mode", "plain"], agreed: /^$/ },
    { flags: ["--mode", "pmd"], agreed: sharedContexts },
    { flags: ["--mode", "pmdct"], agreed: /^permessage-deflate\b(?!.*_no_context_takeover)/ },
  ];
  for (const { flags, agreed } of modes) {
    const name = `agrees on compression with "${["duplex echo", ...flags].join(" ")}", and messages come back`;
    check(browser, "server", name, async (t) => {
      const { page, url } = await openEcho(t, browser, ...flags);
      const { extensions, wrong } = await page.evaluate(async (target) => {
        const peer = await Peer.open(target);
        const noise = crypto.getRandomValues(new Uint8Array(60_000));
        const failed = [];
        // Twice, so that the second may refer to the first.
        for (const text of ["", "x", "again and again ".repeat(100_000), "again and again ".repeat(100_000)]) {
          if (await peer.echo(text) !== text) failed.push(`text of ${text.length}`);
          if (indexedDB.cmp(await peer.echo(noise), noise.buffer) !== 0) failed.push("noise");
        }
        return { extensions: peer.socket.extensions, wrong: failed };
      }, url);
      assert.deepEqual(wrong, []);
      assert.match(extensions, agreed);
    });
  }
}

function checkHandshake(browser) {
  check(browser, "server", "opens with the header fields of a browser (WS-2.2-03, WS-2.2-04)", async (t) => {
    const { fields, status, port } = await recordHandshake(t, browser);
    assert.equal(status, 101);
    assert.equal(fields.host, `127.0.0.1:${port}`);
    assert.equal(fields.origin, `http://127.0.0.1:${port}`);
    assert.equal(fields.upgrade, "websocket");
    assert.match(fields.connection, /^(keep-alive, )?Upgrade$/);
    assert.equal(fields["sec-websocket-version"], "13");
    assert.equal(Buffer.from(fields["sec-websocket-key"], "base64").length, 16);
    assert.equal(fields["sec-websocket-protocol"], "a, b");
    assert.match(fields["sec-websocket-extensions"], /^permessage-deflate(; client_max_window_bits)?$/);
    t.diagnostic(Object.entries(fields).map(([name, value]) => `${name}: ${value}`).join(" | "));
  });

  check(browser, "server", "brings its cookies (WS-2.2-01)", async (t) => {
    const { fields } = await recordHandshake(t, browser);
    assert.match(fields.cookie, /login=secret/);
  });

  check(browser, "server", "gets the first subprotocol it offers, or none without an offer", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const chosen = await page.evaluate(async (target) => {
      const peers = await Promise.all([Peer.open(target, ["b", "a"]), Peer.open(target, "c"), Peer.open(target)]);
      return peers.map((peer) => peer.socket.protocol);
    }, url);
    assert.deepEqual(chosen, ["b", "c", ""]);
  });

  check(browser, "server", "gets the subprotocol that both speak, wherever it stands (6455-4.2.2-07)", async (t) => {
    const { page, url } = await openTold(t, browser);
    const chosen = await page.evaluate(async (target) =>
      (await Peer.open(target, ["other", "told"])).socket.protocol, url);
    assert.equal(chosen, "told");
  });

  check(browser, "server", "connects by a relative URL and by http: (WS-3-01)", async (t) => {
    const { page, url } = await openEcho(t, browser);
    const urls = await page.evaluate(async () => {
      const peers = await Promise.all([Peer.open("/echo"), Peer.open(`http://${location.host}/echo`)]);
      return peers.map((peer) => peer.socket.url);
    });
    assert.deepEqual(urls, [url, url]);
  });
}

async function recordHandshake(t, browser) {
  const server = await startDuplex(t, "echo");
  const recorder = await Recorder.before(t, server.port);
  const page = await browser.open(t, `http://127.0.0.1:${recorder.port}/icon.svg`);
  const cookies = [{ name: "login", value: "secret", domain: "127.0.0.1" }];
  await browser.instance.defaultBrowserContext().setCookie(...cookies);
  t.after(() => browser.instance.defaultBrowserContext().deleteCookie(...cookies));
  await page.evaluate(async () => { await Peer.open("/recorded", ["a", "b"]); });
  return { ...await recorder.handshake("/recorded"), port: recorder.port };
}

function checkRefusals(browser) {
  check(browser, "server", "a page of another origin gets 403, and sees 1006 (6455-4.2.2-03, WS-2.2-02)", async (t) => {
    const server = await startDuplex(t, "echo");
    const recorder = await Recorder.before(t, server.port);
    const page = await browser.open(t, `http://localhost:${server.port}/icon.svg`);
    const result = await page.evaluate(failToOpen, `ws://127.0.0.1:${recorder.port}/foreign`);
    assert.deepEqual(result, { code: 1006, reason: "", wasClean: false, hasFailed: true });
    assert.equal((await recorder.handshake("/foreign")).status, 403);
  });

  check(browser, "server", "a page of an origin that is allowed connects (6455-4.2.2-04)", async (t) => {
    const other = await startTold(t);
    const origin = `http://localhost:${other.port}`;
    const server = await startDuplex(t, "echo", "--allow-origin", origin);
    const page = await browser.open(t, `${origin}/page`);
    const echo = await page.evaluate(async (target) => (await Peer.open(target)).echo("Hi"),
      `ws://127.0.0.1:${server.port}/`);
    assert.equal(echo, "Hi");
  });

  // The standard wants it to fail. Servers that care refuse such offers (RouteOptions::subprotocol_required).
  const outcome = browser.name === "Firefox" ? "connects all the same" : "fails in the browser";
  check(browser, "server", `an offer of which the server speaks nothing ${outcome} (WS-3-06)`, async (t) => {
    const { page, url } = await openTold(t, browser);
    const result = await page.evaluate(async (target) => {
      const peer = new Peer(target, ["other"]);
      return Promise.race([peer.closed.then(({ code }) => code), peer.opened.then(() => peer.socket.protocol)]);
    }, url);
    assert.equal(result, browser.name === "Firefox" ? "" : 1006);
  });

  check(browser, "server", "the chat refuses whoever does not speak its subprotocol (WS-3-06)", async (t) => {
    const data = await mkdtemp(path.join(os.tmpdir(), "duplex-interop-chat-"));
    t.after(() => rm(data, { recursive: true, force: true }));
    const server = await startDuplex(t, "chat", "--data", data);
    const page = await browser.open(t, `http://localhost:${server.port}/healthz`);
    for (const protocols of [[], ["other"]]) {
      const result = await page.evaluate(failToOpen, `ws://localhost:${server.port}/chat`, protocols);
      assert.equal(result.code, 1006);
    }
  });
}

/** Runs in the page. */
async function failToOpen(url, protocols = []) {
  const peer = new Peer(url, protocols);
  const { code, reason, wasClean } = await peer.closed;
  return { code, reason, wasClean, hasFailed: peer.hasFailed };
}

function checkCloses(browser) {
  for (const [code, reason] of [[1000, "done"], [3000, "grüß dich"], [4999, "é".repeat(61)]]) {
    const name = `close(${code}) and its reason arrive, the code comes back (WS-3-03, WS-3-04)`;
    check(browser, "server", name, async (t) => {
      const { server, page, url } = await openTold(t, browser);
      const end = await page.evaluate(async (target, ...how) => {
        const peer = await Peer.open(target);
        peer.socket.close(...how);
        return peer.closed;
      }, url, code, reason);
      assert.deepEqual(end, { code, reason: "", wasClean: true });
      const seen = await server.event({ event: "closed" });
      assert.deepEqual([seen.code, seen.reason, seen.clean], [code, reason, true]);
    });
  }

  check(browser, "server", "close() without a code is 1005 on both sides (WS-3-05)", async (t) => {
    const { server, page, url } = await openTold(t, browser);
    const end = await page.evaluate(async (target) => {
      const peer = await Peer.open(target);
      peer.socket.close();
      return peer.closed;
    }, url);
    assert.deepEqual(end, { code: 1005, reason: "", wasClean: true });
    assert.equal((await server.event({ event: "closed" })).code, 1005);
  });

  for (const [code, reason] of [[1000, ""], [1011, "no"], [4000, "grüß dich"], [4999, "\ufeffBOM"]]) {
    check(browser, "server", `the server's close ${code} and its reason arrive (WS-4-01)`, async (t) => {
      const { page, url } = await openTold(t, browser);
      const end = await page.evaluate(async (target, order) => {
        const peer = await Peer.open(target);
        peer.socket.send(order);
        return peer.closed;
      }, url, `!close ${code} ${reason}`);
      assert.deepEqual(end, { code, reason, wasClean: true });
    });
  }

  check(browser, "server", "a server that stops is 1001 (6455-7.3-01)", async (t) => {
    const { server, page, url } = await openEcho(t, browser);
    await page.evaluate(async (target) => { window.peer = await Peer.open(target); }, url);
    server.process.kill("SIGTERM");
    const end = await page.evaluate(() => window.peer.closed);
    assert.deepEqual([end.code, end.wasClean], [1001, true]);
  });

  check(browser, "server", "a server that is killed is 1006 (6455-7.1.5-01)", async (t) => {
    const { server, page, url } = await openEcho(t, browser);
    await page.evaluate(async (target) => { window.peer = await Peer.open(target); }, url);
    await server.end("SIGKILL");
    const end = await page.evaluate(() => window.peer.closed);
    assert.deepEqual(end, { code: 1006, reason: "", wasClean: false });
  });

  check(browser, "server", "a page that is left, and comes back, has been closed with 1001 (WS-4-02)", async (t) => {
    const { server, page, url } = await openTold(t, browser);
    await page.evaluate(async (target) => { window.peer = await Peer.open(target); }, url);
    await page.goto("about:blank");
    await page.goBack();
    assert.equal((await server.event({ event: "closed" })).code, 1001);
  });

  if (browser.name === "Chromium") {
    // So a page that is left should close its socket in `pagehide`: no timeout of the server finds it.
    check(browser, "server", "a page in the back/forward cache stays connected and answers pings", async (t) => {
      const { server, page, url } = await openTold(t, browser, "--ping-interval-ms", "100");
      await page.evaluate(async (target) => { window.peer = await Peer.open(target); }, url);
      await page.goto("about:blank");
      const seen = server.lines.filter((line) => line.includes('"pong"')).length;
      await server.event({ event: "pong" }, seen + 3);
      assert.ok(!server.lines.some((line) => line.includes('"closed"')));
    });
  }

  check(browser, "server", "closing the tab is 1001 (WS-4-02)", async (t) => {
    const { server, page, url } = await openTold(t, browser);
    await page.evaluate(async (target) => { window.peer = await Peer.open(target); }, url);
    await page.close();
    assert.equal((await server.event({ event: "closed" })).code, 1001);
  });
}

/** What scripts cannot do, so that a server need not expect it of them. */
function checkInterface(browser) {
  check(browser, "server", "takes no other code, no longer reason, no bad subprotocol (WS-3-02, WS-3-03, WS-3-04)",
    async (t) => {
      const { page, url } = await openEcho(t, browser);
      const errors = await page.evaluate(async (target) => {
        const peer = await Peer.open(target);
        const attempts = [() => peer.socket.close(1001), () => peer.socket.close(2999), () => peer.socket.close(5000),
                          () => peer.socket.close(1000, "é".repeat(62)), () => new WebSocket(target, ["a", "a"]),
                          () => new WebSocket(target, ["a b"]), () => new WebSocket(`${target}#part`),
                          () => new WebSocket(target).send("too early")];
        return attempts.map((attempt) => {
          try {
            attempt();
            return "none";
          } catch (error) {
            return error.name;
          }
        });
      }, url);
      const [code, syntax] = ["InvalidAccessError", "SyntaxError"];
      assert.deepEqual(errors, [code, code, code, syntax, syntax, syntax, syntax, "InvalidStateError"]);
    });
}
