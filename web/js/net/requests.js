/** Requests that wait for their one reply. */

/** Without a reply for this long the outcome of a request is unknown. */
export const REPLY_TIMEOUT_MS = 15_000;

/** Why a request has no `ok`. Besides the server's codes: `timeout` and `lost`,
 *  which both mean that the outcome is unknown. */
export class RequestError extends Error {
  constructor({ code, msg, temporary = false, retry_ms: retryMs }) {
    super(msg ?? code);
    this.code = code;
    this.temporary = temporary;
    this.retryMs = retryMs;
  }

  get isUnknown() {
    return this.code === 'timeout' || this.code === 'lost';
  }
}

export class Requests {
  #clock;
  #nextId = 1;
  #waiting = new Map();

  constructor(clock) {
    this.#clock = clock;
  }

  /** Registers a request: the `id` to send and the promise of its reply. */
  open() {
    const id = this.#nextId++;
    const reply = new Promise((resolve, reject) => {
      const cancel = this.#clock.after(REPLY_TIMEOUT_MS, () =>
        this.#settle(id)?.reject(new RequestError({ code: 'timeout', msg: 'no answer yet', temporary: true })));
      this.#waiting.set(id, { resolve, reject, cancel });
    });
    return { id, reply };
  }

  receive(message) {
    const waiting = this.#settle(message.re);
    if (message.err) waiting?.reject(new RequestError(message.err));
    else waiting?.resolve(message.ok ?? {});
  }

  /** The connection is gone. */
  loseAll() {
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id).reject(new RequestError({ code: 'lost', msg: 'the connection was lost', temporary: true }));
    }
  }

  #settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.cancel();
    return waiting;
  }
}
