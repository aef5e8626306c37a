/** The position up to which one room has been applied, without gap or repetition.
 *
 *  seq ≤ last  → already seen, drop.
 *  prev ≤ last → next in order, apply.
 *  prev > last → something is missing: buffer it and ask `history after:last`.
 *
 *  Sequences may be sparse, so only `prev` tells whether something is missing. */

/** Events kept while a gap is being filled; what does not fit is fetched again. */
export const BUFFERED_EVENTS_MAX = 500;

export class Cursor {
  #last;
  #highest;
  #buffered = new Map();

  constructor(last) {
    this.reset(last);
  }

  get last() {
    return this.#last;
  }

  /** The server says that everything up to `last` is to be paged instead. */
  reset(last) {
    this.#last = last;
    this.#highest = last;
    this.#buffered.clear();
  }

  /** The connection is gone: what was buffered will be replayed after `last`. */
  forgetBuffered() {
    this.#buffered.clear();
    this.#highest = this.#last;
  }

  /** One pushed event. `apply` is what is now in order, `gap` whether to ask. */
  receive(event) {
    if (event.seq <= this.#last) return this.#result([]);
    this.#highest = Math.max(this.#highest, event.seq);
    if (event.prev <= this.#last) return this.#result(this.#advance([event]));
    if (this.#buffered.size < BUFFERED_EVENTS_MAX) this.#buffered.set(event.seq, event);
    return this.#result([]);
  }

  /** The answer to `history after:last`: the server's word on what lies there.
   *  `trimmed` says that its beginning is gone for good. */
  receiveHistory(events) {
    const fresh = events.filter((event) => event.seq > this.#last);
    const trimmed = fresh.length > 0 && fresh[0].prev > this.#last;
    const applied = this.#advance(fresh);
    // Nothing lies between: the buffered events are next, whatever their prev says.
    if (fresh.length === 0) applied.push(...this.#advance(this.#bufferedInOrder()));
    return { ...this.#result(applied), trimmed };
  }

  #advance(events) {
    const applied = [];
    for (const event of events) this.#step(event, applied);
    for (const event of this.#bufferedInOrder()) {
      if (event.prev <= this.#last) this.#step(event, applied);
    }
    return applied;
  }

  #step(event, applied) {
    this.#buffered.delete(event.seq);
    if (event.seq <= this.#last) return;
    this.#last = event.seq;
    this.#highest = Math.max(this.#highest, event.seq);
    applied.push(event);
  }

  #bufferedInOrder() {
    return [...this.#buffered.values()].sort((a, b) => a.seq - b.seq);
  }

  #result(apply) {
    return { apply, gap: this.#highest > this.#last };
  }
}
