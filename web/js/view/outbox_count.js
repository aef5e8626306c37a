/** How many messages wait to be sent, once that takes longer than a moment. */

import { byId } from './element.js';

const MOMENT_MS = 300;

export class OutboxCount {
  #chat;
  #line = byId('outbox-count');
  #timer = null;

  constructor({ chat }) {
    this.#chat = chat;
    chat.on('outbox', () => this.#soon());
    chat.on('connection', () => this.#soon());
  }

  #soon() {
    if (this.#chat.outboxSize === 0) this.#draw();
    this.#timer ??= setTimeout(() => this.#draw(), MOMENT_MS);
  }

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const count = this.#chat.outboxSize;
    const text = count === 1 ? '1 message waiting to be sent' : `${count} messages waiting to be sent`;
    this.#line.dataset.count = count;
    this.#line.textContent = count === 0 ? '' : text;
  }
}
