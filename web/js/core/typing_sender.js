/** When to tell the others that one is typing: at once, again before the server
 *  expires it, and when one stopped. */

const REPEAT_MS = 3000;

export class TypingSender {
  #tell;
  #clock;
  #room = null;
  #toldAt = 0;
  #cancelIdle = () => {};

  /** `tell(r, on)` sends. */
  constructor({ tell, clock }) {
    this.#tell = tell;
    this.#clock = clock;
  }

  typed(r) {
    if (this.#room !== null && this.#room !== r) this.stopped();
    const now = this.#clock.now();
    if (this.#room === null || now - this.#toldAt >= REPEAT_MS) {
      this.#room = r;
      this.#toldAt = now;
      this.#tell(r, true);
    }
    this.#cancelIdle();
    this.#cancelIdle = this.#clock.after(REPEAT_MS * 2, () => this.stopped());
  }

  stopped() {
    this.#cancelIdle();
    if (this.#room === null) return;
    this.#tell(this.#room, false);
    this.#room = null;
  }
}
