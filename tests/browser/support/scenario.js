/** `scenario(name, play)` is one test with a server of its own. Whatever it plays, no page may complain in its
 *  console (a breach of the content security policy does) and no server may die by itself. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { newContext } from './browser.js';
import { Person } from './person.js';
import { RawClient } from './raw_client.js';
import { Server } from './server.js';
import { Visitor } from './visitor.js';
import { Wire } from './wire.js';

export const PICTURES = new URL('../../../build/screenshots/', import.meta.url).pathname;

const TEST_MS_MAX = 120_000;

export function scenario(name, play) {
  test(name, { timeout: TEST_MS_MAX }, async () => {
    const stage = new Stage();
    try {
      await play(stage);
      stage.assertNoTroubles();
    } catch (error) {
      await stage.report(name);
      throw error;
    } finally {
      await stage.clear();
    }
  });
}

class Stage {
  server = null;
  wire = null;

  #visitors = [];
  #contexts = [];
  #folder = null;

  /** Starts the chat on new data. */
  async startChat() {
    this.#folder = await mkdtemp(join(tmpdir(), 'duplex-browser-data-'));
    const page = process.env.DUPLEX_WEB ? ['--web', process.env.DUPLEX_WEB] : [];
    this.server = new Server('chat', ['--data', this.#folder, ...page]);
    await this.server.start();
  }

  /** From now on browsers reach the server over a wire that can be broken. */
  async layWire() {
    this.wire = await Wire.to(this.server);
  }

  async startEcho(...flags) {
    this.server = new Server('echo', flags);
    await this.server.start();
  }

  /** Someone with a browser of their own who has opened the chat, but given no name yet. */
  async arrives(options) {
    const context = await newContext();
    this.#contexts.push(context);
    return this.opensTab(context, options);
  }

  /** Someone who is in the lobby. */
  async enters(name, options) {
    const person = await this.arrives(options);
    await person.enter(name);
    return person;
  }

  /** One more tab of someone's browser. */
  async opensTab(context, options) {
    return this.#keep(await Person.open(context, this.#url, options));
  }

  async visits(options) {
    const context = await newContext();
    this.#contexts.push(context);
    return this.#keep(await Visitor.open(context, this.#url, options));
  }

  rawClient(name) {
    return RawClient.enter(this.server, name);
  }

  assertNoTroubles() {
    const outageIsExcused = this.server.wasDown;
    assert.deepEqual(this.#visitors.flatMap((each) => each.troubles({ outageIsExcused })), []);
    assert.ok(this.server.wasDown || this.server.isUp, 'the server ended by itself');
  }

  /** What the reader of a failure needs. */
  async report(name) {
    await mkdir(PICTURES, { recursive: true });
    const title = name.replace(/\W+/g, '-').toLowerCase();
    for (const visitor of this.#visitors) {
      console.log(`# ${visitor.name}: ${visitor.troubles({ outageIsExcused: true }).join('; ') || 'no errors in the page'}`);
      const path = join(PICTURES, `failed-${title}-${visitor.name.toLowerCase()}.png`);
      await visitor.page.screenshot({ path }).catch((error) => console.log(`# no picture: ${error.message}`));
    }
    console.log((this.server?.log ?? []).slice(-40).map((line) => `# server: ${line}`).join('\n'));
  }

  async clear() {
    for (const context of this.#contexts) await context.close();
    this.wire?.close();
    if (this.server?.isUp) await this.server.end('SIGKILL');
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  get #url() {
    return (this.wire ?? this.server).url;
  }

  #keep(visitor) {
    this.#visitors.push(visitor);
    return visitor;
  }
}
