/** How long to wait before the next attempt to connect: full jitter, so that a
 *  thousand clients dropped by one restart do not come back in one wave. */

export const RETRY_FIRST_MS = 500;
export const RETRY_MAX_MS = 30_000;

export class Backoff {
  #random;
  #attempts = 0;

  /** `random` returns a number in [0, 1). */
  constructor(random) {
    this.#random = random;
  }

  /** The next delay; never shorter than what the server asked for. */
  nextMs(askedMs = 0) {
    const ceilingMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#attempts);
    this.#attempts = Math.min(this.#attempts + 1, 16);
    return Math.max(askedMs, Math.round(this.#random() * ceilingMs));
  }

  reset() {
    this.#attempts = 0;
  }
}
