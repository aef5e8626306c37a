/** One headless Chromium for the whole run. Every person has a context of their own in it, which is what a
 *  browser profile is: nothing is shared between two of them. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import puppeteer from 'puppeteer-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  // Containers and root have no sandbox; what runs in it is our own page.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // The same pixels on every machine, and none of its shared memory.
  '--force-color-profile=srgb',
  '--disable-dev-shm-usage',
];
const LAUNCH_MS = 60_000;

let launched = null;

export async function newContext() {
  launched ??= launch();
  const { browser } = await launched;
  return browser.createBrowserContext();
}

async function launch() {
  const profile = await mkdtemp(join(tmpdir(), 'duplex-browser-'));
  const browser = await puppeteer.launch({
    executablePath: EXECUTABLE, userDataDir: profile, args: FLAGS, timeout: LAUNCH_MS, protocolTimeout: LAUNCH_MS,
  });
  return { browser, profile };
}

after(async () => {
  if (launched === null) return;
  const { browser, profile } = await launched;
  await browser.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});
