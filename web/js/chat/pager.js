/** Asks for stored events: the newest page of a room, the pages around what is
 *  shown, and what a gap in the live feed left out. */

import { RequestError } from '../net/requests.js';

const PAGE_EVENTS = 60;
const GAP_EVENTS = 200;
const GAP_RETRY_MS = 2000;

export class Pager {
  #connection;
  #clock;
  #on;
  #busy = new Set();

  /** `on.paged(room)`: the timeline changed; `on.applied(room, events)`: a gap was filled;
   *  `on.trimmed(room)`: what was missing is gone for good. */
  constructor({ connection, clock, on }) {
    this.#connection = connection;
    this.#clock = clock;
    this.#on = on;
  }

  /** The newest page, large enough to show where the unread messages begin. */
  latest(room) {
    const limit = Math.min(GAP_EVENTS, PAGE_EVENTS + room.unread);
    return this.#once(room, 'latest', async () => {
      const { events, more } = await this.#history(room, { latest: true, limit });
      room.timeline.showLatest(events, more);
      this.#on.paged(room);
    });
  }

  older(room) {
    if (!room.timeline.loaded || !room.timeline.moreBefore || room.timeline.oldest === null) return null;
    return this.#once(room, 'older', async () => {
      const before = room.timeline.oldest;
      const { events, more } = await this.#history(room, { before, limit: PAGE_EVENTS });
      if (room.timeline.oldest !== before) return;
      room.timeline.prepend(events, more);
      this.#on.paged(room);
    });
  }

  newer(room) {
    if (!room.timeline.loaded || room.timeline.atTail) return null;
    return this.#once(room, 'newer', async () => {
      const after = room.timeline.newest;
      const { events, more } = await this.#history(room, { after, limit: PAGE_EVENTS });
      if (room.timeline.newest !== after) return;
      room.timeline.extend(events, more);
      this.#on.paged(room);
    });
  }

  /** Fills a gap page by page until the cursor has caught up. */
  fillGap(room) {
    return this.#once(room, 'gap', async () => {
      for (let gap = true; gap;) {
        const after = room.cursor.last;
        const { events } = await this.#history(room, { after, limit: GAP_EVENTS });
        const result = room.cursor.receiveHistory(events);
        if (result.trimmed) return this.#on.trimmed(room);
        this.#on.applied(room, result.apply);
        // A server that has nothing to say twice in a row would have us ask for ever.
        gap = result.gap && result.apply.length > 0;
      }
      return undefined;
    });
  }

  #history(room, where) {
    return this.#connection.request({ t: 'history', r: room.id, ...where });
  }

  async #once(room, what, work) {
    const key = `${what} ${room.id}`;
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    try {
      await work();
    } catch (error) {
      this.#retryLater(room, what, error);
    } finally {
      this.#busy.delete(key);
    }
  }

  /** Pages are asked for again by scrolling; the newest page and a gap are not. */
  #retryLater(room, what, error) {
    if (!(error instanceof RequestError)) throw error;
    if (!error.temporary || error.code === 'lost') return;
    const again = { latest: () => this.latest(room), gap: () => this.fillGap(room) }[what];
    if (again) this.#clock.after(error.retryMs ?? GAP_RETRY_MS, again);
  }
}
