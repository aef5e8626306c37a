/** The few small things this browser remembers: who we are, where we were, drafts,
 *  and how far we have read. */

const PREFIX = 'duplex.';

export class Settings {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  get token() {
    return this.#read('token');
  }

  set token(value) {
    this.#write('token', value);
  }

  get room() {
    return this.#read('room');
  }

  set room(value) {
    this.#write('room', value);
  }

  get notify() {
    return this.#read('notify');
  }

  set notify(value) {
    this.#write('notify', value);
  }

  draft(r) {
    return this.#read(`draft.${r}`) ?? '';
  }

  setDraft(r, text) {
    this.#write(`draft.${r}`, text === '' ? null : text);
  }

  /** Sequences mean something only within one epoch of the server's log. */
  readMark(epoch, r) {
    const mark = this.#read(`read.${r}`);
    return mark?.epoch === epoch ? mark.seq : 0;
  }

  setReadMark(epoch, r, seq) {
    this.#write(`read.${r}`, { epoch, seq });
  }

  #read(key) {
    try {
      return JSON.parse(this.#storage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  }

  /** A full or forbidden storage costs only the memory, never the chat. */
  #write(key, value) {
    try {
      if (value === null) this.#storage.removeItem(PREFIX + key);
      else this.#storage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      return;
    }
  }
}
