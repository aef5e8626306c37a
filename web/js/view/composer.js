/** Where one writes: drafts per room, Enter to send, a limit that shows when it is near. */

import { roomLeft } from '../core/body.js';
import { byId } from './element.js';

export class Composer {
  #chat;
  #settings;
  #toast;
  #sent;
  #box = byId('send-box');
  #button = byId('send-button');
  #limit = byId('body-limit');
  #room = null;

  /** `sent()` is called when a message was handed over. */
  constructor({ chat, settings, toast, sent }) {
    this.#chat = chat;
    this.#settings = settings;
    this.#toast = toast;
    this.#sent = sent;
    chat.on('current', () => this.#open());
    chat.on('rooms', () => this.#name());
    this.#box.addEventListener('input', () => this.#typed());
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  focus() {
    this.#box.focus();
  }

  #open() {
    this.#room = this.#chat.rooms.current;
    this.#box.value = this.#room ? this.#settings.draft(this.#room.id) : '';
    this.#name();
    this.#measure();
  }

  #name() {
    const name = this.#room?.name ?? '';
    this.#box.placeholder = `Message ${name}`;
    this.#box.setAttribute('aria-label', `Message ${name}`);
  }

  #typed() {
    if (!this.#room) return;
    this.#settings.setDraft(this.#room.id, this.#box.value);
    this.#measure();
    if (this.#box.value === '') this.#chat.typing.stopped();
    else this.#chat.typing.typed(this.#room.id);
  }

  /** An Enter that ends the choice of an input method belongs to the input method. */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const body = this.#box.value.toWellFormed?.() ?? this.#box.value;
    if (!this.#room || body.trim() === '') return;
    if (this.#left(body).level === 'over') return this.#toast('This message is too long to send.');
    if (!this.#chat.send(body)) return this.#toast('Too many messages are waiting. Let some of them go out first.');
    this.#box.value = '';
    this.#settings.setDraft(this.#room.id, '');
    this.#measure();
    return this.#sent();
  }

  #measure() {
    this.#box.style.height = 'auto';
    this.#box.style.height = `${this.#box.scrollHeight}px`;
    const { level, left } = this.#left(this.#box.value);
    this.#limit.hidden = level === 'far';
    this.#limit.dataset.level = level;
    this.#limit.textContent = level === 'over' ? `${-left} bytes too long` : `${left} bytes left`;
    this.#button.disabled = this.#box.value.trim() === '' || level === 'over';
  }

  #left(body) {
    return roomLeft(body, this.#chat.limits.body_bytes);
  }
}
