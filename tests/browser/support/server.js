/** The binary under test as a process that can be killed and started again on the same port and data. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LOG_LINES_MAX = 200;
const LISTENING = /http:\/\/[^/\s]+:(\d+)\//;

export class Server {
  /** The last lines it wrote, for the reader of a failure. */
  log = [];
  /** Whether it was ended on purpose at some time: then clients may have failed to connect. */
  wasDown = false;

  #command;
  #options;
  #process = null;
  #ended = null;
  #port = 0;

  /** `command` is one of the binary's, `options` are its flags without `--port`. */
  constructor(command, options = []) {
    this.#command = command;
    this.#options = options;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get socketUrl() {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get isUp() {
    return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves when it listens. The first start takes a free port, which the later ones take again. */
  async start() {
    if (!process.env.DUPLEX) throw new Error('DUPLEX must name the binary under test');
    const child = spawn(process.env.DUPLEX, [this.#command, '--port', String(this.#port), ...this.#options],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#ended = once(child, 'close');
    this.#ended.catch(() => {});
    await Promise.race([this.#listening(child), this.#ended.then(() => this.#fail('did not start'))]);
  }

  /** Ends it with this signal and resolves with its exit code, which is null if the signal killed it. */
  async end(signal) {
    this.wasDown = true;
    this.#process.kill(signal);
    const [code] = await this.#ended;
    return code;
  }

  #listening(child) {
    return new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#keep(line);
          const port = LISTENING.exec(line)?.[1];
          if (port) resolve(this.#port = Number(port));
        });
      }
    });
  }

  #keep(line) {
    this.log.push(line);
    if (this.log.length > LOG_LINES_MAX) this.log.shift();
  }

  #fail(text) {
    throw new Error(`duplex ${this.#command} ${text}:\n${this.log.join('\n')}`);
  }
}
