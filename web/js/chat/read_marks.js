/** How far each room has been read: told to the server so that other devices know,
 *  and remembered here in case the server does not keep marks. */

import { RequestError } from '../net/requests.js';

const TELL_AFTER_MS = 400;

export class ReadMarks {
  #connection;
  #settings;
  #clock;
  #epoch = null;
  #isSupported = true;
  #pending = new Map();

  constructor({ connection, settings, clock }) {
    this.#connection = connection;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** A new hello: marks belong to the epoch, and the server may be another version. */
  begin(epoch) {
    this.#epoch = epoch;
    this.#isSupported = true;
  }

  /** Applies what this browser remembers to a room that has just been listed. */
  recall(room) {
    room.markRead(this.#settings.readMark(this.#epoch, room.id));
  }

  /** Everything in the room has been seen. */
  mark(room) {
    const seq = room.cursor.last;
    if (seq <= room.read) return;
    room.markRead(seq);
    this.#settings.setReadMark(this.#epoch, room.id, seq);
    this.#tellSoon(room.id, seq);
  }

  /** A busy room would otherwise cost one request per message. */
  #tellSoon(r, seq) {
    if (!this.#isSupported) return;
    const isWaiting = this.#pending.has(r);
    this.#pending.set(r, seq);
    if (!isWaiting) this.#clock.after(TELL_AFTER_MS, () => this.#tell(r));
  }

  async #tell(r) {
    const seq = this.#pending.get(r);
    this.#pending.delete(r);
    try {
      await this.#connection.request({ t: 'read', r, seq });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.temporary) this.#isSupported = false;
    }
  }
}
