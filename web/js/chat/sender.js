/** Moves the outbox to the server: in order, one in flight per room, the same cid
 *  until there is an answer. */

import { Outbox } from '../core/outbox.js';
import { makeUuid } from '../core/uuid.js';
import { RequestError } from '../net/requests.js';

export class Sender {
  outbox = new Outbox();

  #connection;
  #store;
  #clock;
  #on;
  #cancelWake = () => {};

  /** `on.changed(r)`: entries of a room changed; `on.acked(entry, seq, ts)`. */
  constructor({ connection, store, clock, on }) {
    this.#connection = connection;
    this.#store = store;
    this.#clock = clock;
    this.#on = on;
  }

  /** Takes over what this browser had not sent yet. */
  async restore(user) {
    const entries = await this.#store.all();
    if (entries !== null) this.outbox.restore(entries, user);
    this.#on.changed(null);
    this.pump();
  }

  /** Shows the message at once and sends it when its turn comes. False if the outbox is full. */
  submit(r, body, user) {
    if (this.outbox.isFull) return false;
    const entry = this.outbox.add({ cid: makeUuid(), r, body, user, at: this.#clock.now() });
    this.#store.put(entry);
    this.#on.changed(r);
    this.pump();
    return true;
  }

  /** What was refused was never stored, so a new cid cannot make it appear twice. */
  retry(cid, user) {
    const entry = this.discard(cid);
    if (entry) this.submit(entry.r, entry.body, user);
  }

  discard(cid) {
    const entry = this.outbox.remove(cid);
    if (!entry) return undefined;
    this.#store.delete(cid);
    this.#on.changed(entry.r);
    return entry;
  }

  /** An own event came with this cid: confirmed, whether or not the ack follows. */
  confirm(cid) {
    if (this.discard(cid)) this.pump();
  }

  /** The connection is gone. */
  connectionLost() {
    this.#cancelWake();
    this.outbox.markAllUnknown();
    this.#on.changed(null);
  }

  pump() {
    if (!this.#connection.isOnline) return;
    const now = this.#clock.now();
    for (const entry of this.outbox.ready(now)) this.#send(entry);
    this.#cancelWake();
    const wakesAt = this.outbox.wakesAt(now);
    if (wakesAt !== null) this.#cancelWake = this.#clock.after(wakesAt - now, () => this.pump());
  }

  async #send(entry) {
    this.outbox.markSent(entry.cid);
    this.#on.changed(entry.r);
    try {
      const { seq, ts } = await this.#connection.request({ t: 'send', r: entry.r, cid: entry.cid, body: entry.body });
      this.#acked(entry, seq, ts);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#notAcked(entry, error);
    }
  }

  #acked(entry, seq, ts) {
    // Its event may have been faster.
    if (!this.outbox.remove(entry.cid)) return;
    this.#store.delete(entry.cid);
    this.#on.acked(entry, seq, ts);
    this.pump();
  }

  #notAcked(entry, error) {
    // When the connection is lost, connectionLost() has marked everything already,
    // and the entry may be in flight again on the next one.
    if (error.code === 'lost') return;
    if (error.code === 'timeout') this.outbox.markUnknown(entry.cid);
    else this.outbox.markRefused(entry.cid, error, this.#clock.now());
    if (this.outbox.find(entry.cid)) this.#store.put(this.outbox.find(entry.cid));
    this.#on.changed(entry.r);
    this.pump();
  }
}
