// The browsers, headless, and a WebSocket in one of their pages that a test can await.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

const launchMsMax = 60_000;

const kinds = {
  Chromium: {
    browser: "chrome",
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Containers and root have no sandbox; what runs in it is our own page.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
           "--no-first-run", "--disable-dev-shm-usage"],
  },
  Firefox: { browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr" },
};

export class Browser {
  /** Of what is installed; the version is null where nothing is. */
  constructor(name) {
    this.name = name;
    this.kind = kinds[name];
    this.version = existsSync(this.kind.executablePath) ? versionOf(this.kind.executablePath) : null;
  }

  async launch(puppeteer) {
    this.profile = await mkdtemp(path.join(os.tmpdir(), "duplex-interop-"));
    this.instance = await puppeteer.launch({ ...this.kind, userDataDir: this.profile, timeout: launchMsMax,
                                             acceptInsecureCerts: true });
  }

  async close() {
    await this.instance?.close();
    if (this.profile) await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A tab with that page until the test `t` ends, in which `Peer` is known. */
  async open(t, url) {
    const page = await this.instance.newPage();
    t.after(() => page.close().catch(() => {}));  // the test may have closed it
    await page.goto(url);
    await page.evaluate(installPeer);
    return page;
  }

  /** A tab of a profile of its own, with no questions about certificates. */
  async openSecretly(t, url) {
    const context = await this.instance.createBrowserContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
}

function versionOf(executable) {
  const text = execFileSync(executable, ["--version"], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  return /[\d.]+/.exec(text)[0];
}

/** Runs in the page. */
function installPeer() {
  /** A WebSocket whose messages, and whose end, can be awaited. */
  window.Peer = class {
    constructor(url, protocols = []) {
      this.incoming = [];
      this.waiting = [];
      this.socket = new WebSocket(url, protocols);
      this.socket.binaryType = "arraybuffer";
      this.socket.addEventListener("message", ({ data }) => {
        const take = this.waiting.shift();
        if (take) take(data); else this.incoming.push(data);
      });
      this.hasFailed = false;
      this.socket.addEventListener("error", () => { this.hasFailed = true; });
      this.closed = new Promise((resolve) => {
        this.socket.addEventListener("close", ({ code, reason, wasClean }) => resolve({ code, reason, wasClean }));
      });
      this.opened = new Promise((resolve, reject) => {
        this.socket.addEventListener("open", () => resolve());
        this.closed.then(({ code }) => reject(new Error(`closed with ${code} before it was open`)));
      });
      this.opened.catch(() => {});  // for those who wait for the end alone
    }

    static async open(url, protocols) {
      const peer = new Peer(url, protocols);
      await peer.opened;
      return peer;
    }

    message() {
      if (this.incoming.length > 0) return Promise.resolve(this.incoming.shift());
      return new Promise((resolve) => this.waiting.push(resolve));
    }

    async echo(data) {
      this.socket.send(data);
      return this.message();
    }
  };
}
