/** Which of several tabs holds the connection. They share one identity, and the
 *  server keeps one connection per identity, so two tabs would throw each other out.
 *
 *  Every tab speaks on one channel: `who` asks, `claim` states since when a tab
 *  holds the lease, `free` gives it up. The later claim wins; a tie goes to the
 *  greater id. (Web Locks would do, but exist only on secure origins.) */

/** How long a tab waits for a holder to answer before it claims. */
export const ANSWER_MS = 250;

export class TabLease {
  #channel;
  #clock;
  #id;
  #changed;
  #claimedAt = null;
  #cancelWait = () => {};

  /** `changed(holds)` is called whenever this tab gains or loses the lease. */
  constructor({ channel, clock, id, changed }) {
    this.#channel = channel;
    this.#clock = clock;
    this.#id = id;
    this.#changed = changed;
    channel.onmessage = ({ data }) => this.#receive(data);
  }

  /** Asks for the lease; it is ours if nobody answers. */
  ask() {
    this.#post({ type: 'who' });
    this.#cancelWait();
    this.#cancelWait = this.#clock.after(ANSWER_MS, () => this.take());
  }

  /** Takes the lease from whoever holds it. */
  take() {
    this.#cancelWait();
    this.#claimedAt = this.#clock.now();
    this.#postClaim();
    this.#changed(true);
  }

  /** The page goes away. */
  release() {
    this.#cancelWait();
    if (this.#claimedAt === null) return;
    this.#claimedAt = null;
    this.#post({ type: 'free' });
  }

  #receive(message) {
    if (message.type === 'who' && this.#claimedAt !== null) this.#postClaim();
    if (message.type === 'free' && this.#claimedAt === null) this.ask();
    if (message.type === 'claim') this.#receiveClaim(message);
  }

  #receiveClaim({ at, id }) {
    this.#cancelWait();
    if (this.#claimedAt === null) {
      this.#changed(false);
    } else if (at > this.#claimedAt || (at === this.#claimedAt && id > this.#id)) {
      this.#claimedAt = null;
      this.#changed(false);
    } else {
      this.#postClaim();
    }
  }

  #postClaim() {
    this.#post({ type: 'claim', at: this.#claimedAt, id: this.#id });
  }

  #post(message) {
    this.#channel.postMessage(message);
  }
}
