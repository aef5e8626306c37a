/** The contiguous stretch of one room's events that the page holds.
 *
 *  It is bounded: growing at one end drops the other, and what was dropped is
 *  paged in again when someone scrolls there. While the stretch does not reach
 *  the room's newest event (`atTail` is false) live events are only counted. */

export const EVENTS_MAX = 400;
const RECENT_EVENTS_MAX = 100;

export class Timeline {
  events = [];
  loaded = false;
  moreBefore = false;
  atTail = false;
  /** While someone reads further up, growth must not push away what they read. */
  reading = false;

  #recent = [];
  #head = 0;

  get oldest() {
    return this.events.length > 0 ? this.events[0].seq : null;
  }

  get newest() {
    return this.events.length > 0 ? this.events[this.events.length - 1].seq : 0;
  }

  clear() {
    this.events = [];
    this.loaded = false;
    this.moreBefore = false;
    this.atTail = false;
    this.#recent = [];
    this.#head = 0;
  }

  /** A live event, already in order. */
  append(event) {
    this.#head = Math.max(this.#head, event.seq);
    this.#recent.push(event);
    if (this.#recent.length > RECENT_EVENTS_MAX) this.#recent.shift();
    if (!this.loaded || !this.atTail || event.seq <= this.newest) return;
    if (this.reading && this.events.length >= EVENTS_MAX) {
      this.atTail = false;
      return;
    }
    this.events.push(event);
    this.#dropOldest();
  }

  /** The answer to `history latest`. */
  showLatest(events, more) {
    this.events = events.slice();
    this.loaded = true;
    this.moreBefore = more;
    this.#joinTail();
    this.#dropOldest();
  }

  /** The answer to `history before:oldest`. */
  prepend(events, more) {
    const oldest = this.oldest ?? Infinity;
    const older = events.filter((event) => event.seq < oldest);
    this.events.unshift(...older);
    this.moreBefore = more && older.length > 0;
    if (this.events.length <= EVENTS_MAX) return;
    this.events.length = EVENTS_MAX;
    this.atTail = false;
  }

  /** The answer to `history after:newest`. */
  extend(events, more) {
    const newest = this.newest;
    this.events.push(...events.filter((event) => event.seq > newest));
    if (!more) this.#joinTail();
    this.#dropOldest();
  }

  /** A live event may have been pushed before a history answer that lacks it. */
  #joinTail() {
    for (const event of this.#recent) {
      if (event.seq > this.newest && event.prev <= this.newest) this.events.push(event);
    }
    this.atTail = this.newest >= this.#head;
  }

  #dropOldest() {
    const surplus = this.events.length - EVENTS_MAX;
    if (surplus <= 0) return;
    this.events.splice(0, surplus);
    this.moreBefore = true;
  }
}
