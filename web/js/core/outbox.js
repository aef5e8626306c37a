/** What has been written but not yet confirmed, in the order it was written.
 *
 *  One entry per room is in flight at a time, so an author's order cannot break.
 *  An entry without an answer is *unknown*, never failed: it is sent again with
 *  the same cid, which the server recognises. */

export const OUTBOX_ENTRIES_MAX = 2000;

/** Pause after a temporary refusal that named no time. */
const PAUSE_MS = 2000;

export class Outbox {
  #entries = [];
  #pausedUntil = new Map();
  #order = 0;

  get size() {
    return this.#entries.length;
  }

  get unsent() {
    return this.#entries.filter((entry) => entry.state !== 'failed').length;
  }

  get isFull() {
    return this.#entries.length >= OUTBOX_ENTRIES_MAX;
  }

  ofRoom(r) {
    return this.#entries.filter((entry) => entry.r === r);
  }

  find(cid) {
    return this.#entries.find((entry) => entry.cid === cid);
  }

  /** Entries of an earlier visit. Those of another user cannot be sent as that user. */
  restore(entries, user) {
    this.#entries = entries
      .map((entry) => ({ ...entry, state: entry.state === 'failed' ? 'failed' : 'queued' }))
      .sort((a, b) => a.order - b.order);
    for (const entry of this.#entries) {
      if (entry.user !== user) fail(entry, 'Written under an earlier name');
    }
    this.#order = this.#entries.reduce((highest, entry) => Math.max(highest, entry.order), 0);
  }

  add({ cid, r, body, user, at }) {
    const entry = { cid, r, body, user, at, order: ++this.#order, state: 'queued', reason: null };
    this.#entries.push(entry);
    return entry;
  }

  remove(cid) {
    const index = this.#entries.findIndex((entry) => entry.cid === cid);
    return index < 0 ? undefined : this.#entries.splice(index, 1)[0];
  }

  /** What may be sent now: the first of each room, unless one is in flight or the room rests. */
  ready(nowMs) {
    const rooms = new Set();
    const ready = [];
    for (const entry of this.#entries) {
      if (entry.state === 'failed' || rooms.has(entry.r)) continue;
      rooms.add(entry.r);
      const rests = (this.#pausedUntil.get(entry.r) ?? 0) > nowMs;
      if (entry.state === 'queued' && !rests) ready.push(entry);
    }
    return ready;
  }

  /** When the next resting room wakes, or null. */
  wakesAt(nowMs) {
    const times = [...this.#pausedUntil.values()].filter((at) => at > nowMs);
    return times.length > 0 ? Math.min(...times) : null;
  }

  markSent(cid) {
    const entry = this.find(cid);
    if (entry) entry.state = 'sending';
  }

  /** No answer came: unknown, so the same again. */
  markUnknown(cid) {
    const entry = this.find(cid);
    if (entry?.state === 'sending') entry.state = 'queued';
  }

  /** The connection is gone: whatever was in flight is unknown. */
  markAllUnknown() {
    for (const entry of this.#entries) if (entry.state === 'sending') entry.state = 'queued';
    this.#pausedUntil.clear();
  }

  /** The server refused. Temporary: the room rests, then the same again. */
  markRefused(cid, error, nowMs) {
    const entry = this.find(cid);
    if (!entry) return;
    if (error.temporary) {
      entry.state = 'queued';
      this.#pausedUntil.set(entry.r, nowMs + (error.retryMs ?? PAUSE_MS));
    } else {
      fail(entry, error.message);
    }
  }
}

function fail(entry, reason) {
  entry.state = 'failed';
  entry.reason = reason;
}
