/** The wire between the browsers and the server. It can lose what goes one way, as a network that is about to
 *  break does: then the server has a message of which the page never hears, or the page has sent one that the
 *  server never gets. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Wire {
  #listener;
  #server;
  #lost = null;

  static async to(server) {
    const wire = new this();
    wire.#server = server;
    wire.#listener = createServer((browser) => wire.#join(browser));
    wire.#listener.listen(0, '127.0.0.1');
    await once(wire.#listener, 'listening');
    return wire;
  }

  get url() {
    return `http://127.0.0.1:${this.#listener.address().port}/`;
  }

  /** Loses, from now on, everything that the server says. */
  loseAnswers() {
    this.#lost = 'answers';
  }

  /** Loses, from now on, everything that the browsers say. */
  loseRequests() {
    this.#lost = 'requests';
  }

  /** For new connections: in those that have lost something nothing makes sense any more. */
  heal() {
    this.#lost = null;
  }

  close() {
    this.#listener.close();
  }

  #join(browser) {
    const server = connect(Number(new URL(this.#server.url).port), '127.0.0.1');
    browser.on('data', (bytes) => { if (this.#lost !== 'requests') server.write(bytes); });
    server.on('data', (bytes) => { if (this.#lost !== 'answers') browser.write(bytes); });
    for (const [end, other] of [[browser, server], [server, browser]]) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  }
}
