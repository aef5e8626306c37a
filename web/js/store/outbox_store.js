/** The outbox on disk (IndexedDB), so that it survives a reload. Where there is no
 *  IndexedDB (some private windows) the outbox lives only as long as the page. */

const DATABASE = 'duplex-chat';
const OUTBOX = 'outbox';

export class OutboxStore {
  #database = null;

  async open() {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(OUTBOX, { keyPath: 'cid' });
      this.#database = await done(opening);
    } catch {
      this.#database = null;
    }
  }

  /** Every stored entry, or null where nothing can be stored. */
  async all() {
    return this.#database ? done(this.#objects('readonly').getAll()) : null;
  }

  put(entry) {
    if (this.#database) this.#objects('readwrite').put({ ...entry });
  }

  delete(cid) {
    if (this.#database) this.#objects('readwrite').delete(cid);
  }

  #objects(mode) {
    return this.#database.transaction(OUTBOX, mode).objectStore(OUTBOX);
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
