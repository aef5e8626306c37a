/** A client without a page: fills rooms, and tells what the server really has. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';

const PAGE_EVENTS = 200;

export class RawClient {
  me;

  #socket;
  #lastId = 0;
  #waiting = new Map();
  #listeners = [];

  static async enter(server, name) {
    const client = new this();
    client.#socket = new WebSocket(`${server.socketUrl}/chat`, 'duplex.chat.v1');
    client.#socket.on('message', (data) => client.#receive(JSON.parse(data)));
    await once(client.#socket, 'open');
    // The server may be killed: that is no error of the test.
    client.#socket.on('error', () => {});
    client.me = (await client.ask({ t: 'hello', client: 'duplex-tests/1', auth: { name } })).me;
    return client;
  }

  /** The `ok` of the reply; throws its `err`. */
  ask(message) {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ ...message, id }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  tell(message) {
    this.#socket.send(JSON.stringify(message));
  }

  say(body, room = 'lobby') {
    return this.ask({ t: 'send', r: room, cid: randomUUID(), body });
  }

  /** Resolves when the next message of this author comes in. */
  hears(author) {
    return new Promise((resolve) => this.#listeners.push({ author, resolve }));
  }

  /** Every message of a room, read page by page. */
  async messages(room = 'lobby') {
    const messages = [];
    for (let after = 0, more = true; more;) {
      const page = await this.ask({ t: 'history', r: room, after, limit: PAGE_EVENTS });
      messages.push(...page.events.filter((event) => event.k === 'msg'));
      more = page.more;
      after = page.events.at(-1)?.seq ?? after;
    }
    return messages.map(({ seq, from, body }) => ({ seq, author: from.name, body }));
  }

  async leave() {
    this.#socket.close(1000);
    await once(this.#socket, 'close');
  }

  #receive(message) {
    if (message.t === 'ping') this.tell({ t: 'pong' });
    else if (message.t === 'ev') this.#hear(message);
    else this.#settle(message);
  }

  #hear({ k: kind, from }) {
    const isMeant = ({ author }) => kind === 'msg' && author === from.name;
    for (const { resolve } of this.#listeners.filter(isMeant)) resolve();
    this.#listeners = this.#listeners.filter((each) => !isMeant(each));
  }

  #settle(message) {
    const waiting = this.#waiting.get(message.re);
    this.#waiting.delete(message.re);
    if (message.err) waiting?.reject(new Error(`${message.err.code}: ${message.err.msg}`));
    else waiting?.resolve(message.ok);
  }
}

/** Fills the lobby with `count` numbered messages of many guests: what one of them may say at once is limited. */
export async function fillLobby(server, count, { perGuest = 20 } = {}) {
  for (let first = 1; first <= count; first += perGuest) {
    const guest = await RawClient.enter(server, `Guest ${first}`);
    const last = Math.min(count, first + perGuest - 1);
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    await Promise.all(numbers.map((number) => guest.say(`message ${number}`)));
    await guest.leave();
  }
}
