/** One logical connection to the chat over as many sockets as it takes.
 *
 *  States: `off` → `connecting` → `online` → `waiting` (until the next attempt) → …
 *  and `stopped`, when the server's close code forbids to try again. */

import { Backoff } from '../core/backoff.js';
import { CLOSE_SILENT, isFinal } from '../core/close_codes.js';
import { RequestError, Requests } from './requests.js';

/** Time for the socket to open and the hello to be answered. */
const GREETING_MS = 15_000;
/** Silence beyond the heartbeat after which the connection counts as dead. */
const GRACE_MS = 10_000;
/** Online for this long, the next failure is a new one and the backoff starts over. */
const STABLE_MS = 5_000;
const NORMAL_CLOSE = 1000;
/** WebSocket.OPEN, spelled out for places that have no WebSocket. */
const OPEN = 1;

export class Connection {
  #openSocket;
  #clock;
  #backoff;
  #requests;
  #on;

  #socket = null;
  #state = { name: 'off' };
  #heartbeatMs = 0;
  #heardAt = 0;
  #onlineSince = null;
  #farewell = null;
  #cancelTimer = () => {};

  /**
   * @param openSocket  () → WebSocket
   * @param on  `greeting()` → fields of the hello; `welcome(ok)`; `refused(error)`;
   *            `push(message)`; `state(state)`; `closed(code)` → false to wait for `retryNow`
   */
  constructor({ openSocket, clock, random, on }) {
    this.#openSocket = openSocket;
    this.#clock = clock;
    this.#backoff = new Backoff(random);
    this.#requests = new Requests(clock);
    this.#on = on;
  }

  get state() {
    return this.#state;
  }

  get isOnline() {
    return this.#state.name === 'online';
  }

  start() {
    this.#abandon(NORMAL_CLOSE);
    this.#connect();
  }

  stop() {
    this.#abandon(NORMAL_CLOSE);
    this.#enter({ name: 'off' });
  }

  retryNow() {
    if (this.#state.name === 'waiting') this.#connect();
  }

  /** The machine may have slept, or the network changed: do not trust old timers. */
  wake() {
    if (this.isOnline) this.#checkSilence();
    else this.retryNow();
  }

  /** Resolves with `ok`, rejects with a RequestError. */
  request(message) {
    if (!this.isOnline) {
      return Promise.reject(new RequestError({ code: 'lost', msg: 'not connected', temporary: true }));
    }
    return this.#ask(message);
  }

  /** A message without reply; it may be lost. */
  tell(message) {
    if (this.isOnline) this.#send(message);
  }

  #connect() {
    this.#cancelTimer();
    this.#farewell = null;
    this.#enter({ name: 'connecting' });
    const socket = this.#openSocket();
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#cancelTimer = this.#clock.after(GREETING_MS, () => this.#giveUp());
  }

  async #greet() {
    const socket = this.#socket;
    try {
      const ok = await this.#ask({ t: 'hello', ...this.#on.greeting() });
      if (socket === this.#socket) this.#welcome(ok);
    } catch (error) {
      if (socket === this.#socket && !error.isUnknown) this.#refused(error);
    }
  }

  #welcome(ok) {
    this.#heartbeatMs = ok.heartbeat_ms ?? 20_000;
    this.#onlineSince = this.#clock.now();
    this.#watchSilence();
    this.#on.welcome(ok);
    this.#enter({ name: 'online' });
  }

  #refused(error) {
    this.#abandon(NORMAL_CLOSE);
    if (error.temporary) this.#waitToRetry(error.retryMs, error.message);
    else this.#enter({ name: 'off' });
    this.#on.refused(error);
  }

  #ask(message) {
    const { id, reply } = this.#requests.open();
    this.#send({ ...message, id });
    return reply;
  }

  #send(message) {
    // While it closes, what we say is lost; the close that follows says so.
    if (this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(data) {
    this.#heardAt = this.#clock.now();
    const message = JSON.parse(data);
    if ('re' in message) this.#requests.receive(message);
    else if (message.t === 'ping') this.#send({ t: 'pong' });
    else if (message.t === 'bye') this.#farewell = message;
    else this.#on.push(message);
  }

  #watchSilence() {
    this.#cancelTimer();
    const deadAt = this.#heardAt + this.#heartbeatMs + GRACE_MS;
    this.#cancelTimer = this.#clock.after(Math.max(0, deadAt - this.#clock.now()), () => this.#checkSilence());
  }

  #checkSilence() {
    const isDead = this.#clock.now() >= this.#heardAt + this.#heartbeatMs + GRACE_MS;
    if (isDead) this.#giveUp();
    else this.#watchSilence();
  }

  /** A dead socket may take minutes to report its close; we do not wait for it. */
  #giveUp() {
    this.#abandon(CLOSE_SILENT);
    this.#lost(CLOSE_SILENT);
  }

  /** The reason is that of the `bye`, which is written for people; that of a Close is not (RFC 6455 §5.5.1). */
  #lost(code) {
    this.#abandon(NORMAL_CLOSE);
    const farewell = this.#farewell;
    if (isFinal(code)) {
      this.#enter({ name: 'stopped', code, reason: farewell?.reason });
      return;
    }
    this.#waitToRetry(farewell?.retry_ms, farewell?.reason);
    if (this.#on.closed(code) === false) this.#cancelTimer();
  }

  #waitToRetry(askedMs, reason) {
    const delayMs = this.#backoff.nextMs(askedMs);
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#connect());
    this.#enter({ name: 'waiting', until: this.#clock.now() + delayMs, reason });
  }

  #abandon(code) {
    this.#cancelTimer();
    const now = this.#clock.now();
    if (this.#onlineSince !== null && now - this.#onlineSince >= STABLE_MS) this.#backoff.reset();
    this.#onlineSince = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(code);
    }
    this.#requests.loseAll();
  }

  #enter(state) {
    this.#state = state;
    this.#on.state(state);
  }
}
