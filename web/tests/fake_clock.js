/** A clock that a test moves by hand. */
export class FakeClock {
  #nowMs = 1_000_000;
  #timers = new Map();
  #nextId = 1;

  now() {
    return this.#nowMs;
  }

  after(delayMs, callback) {
    const id = this.#nextId++;
    this.#timers.set(id, { at: this.#nowMs + delayMs, callback });
    return () => this.#timers.delete(id);
  }

  get timers() {
    return this.#timers.size;
  }

  advance(ms) {
    const end = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#nowMs = due[1].at;
      due[1].callback();
    }
    this.#nowMs = end;
  }
}
