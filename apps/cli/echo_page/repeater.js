// Does something again and again until it is stopped, or until it says so.
export class Repeater {
  #timer;

  get isRunning() {
    return this.#timer !== undefined;
  }

  // `action` is asynchronous; what it throws ends the repetition.
  start(intervalMs, action) {
    this.stop();
    this.#timer = setInterval(() => action().catch(() => this.stop()), intervalMs);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
