/** Says when the connection is gone, when it will be tried again, and lets one try now. */

import { byId, element, icon } from './element.js';

/** A connection that is made quickly needs no words. */
const QUIET_MS = 800;
const TICK_MS = 250;

export class Banner {
  #chat;
  #banner = byId('banner');
  #text = element('span', { class: 'banner-text' });
  #countdown = element('span', { class: 'banner-countdown', 'aria-hidden': 'true' });
  #retry;
  #timer = null;

  constructor({ chat }) {
    this.#chat = chat;
    this.#retry = element('button', {
      id: 'retry-now', class: 'button small', type: 'button', text: 'Retry now', on: { click: () => chat.retryNow() },
    });
    this.#banner.append(icon('warning'), this.#text, this.#countdown, this.#retry);
    chat.on('connection', (state) => this.#changed(state));
  }

  #changed(state) {
    // One id serves both kinds of timer, and clearing knows no difference.
    clearTimeout(this.#timer);
    this.#banner.dataset.connection = state.name;
    this.#count(state);
    if (state.name === 'connecting') this.#timer = setTimeout(() => this.#draw(state), QUIET_MS);
    else this.#draw(state);
    if (state.name === 'waiting') this.#timer = setInterval(() => this.#count(state), TICK_MS);
  }

  #draw(state) {
    this.#banner.hidden = state.name !== 'waiting' && state.name !== 'connecting';
    this.#retry.hidden = state.name !== 'waiting';
    if (state.name === 'connecting') this.#say('Connecting…');
    if (state.name === 'waiting') this.#say(navigator.onLine === false ? 'You are offline.' : 'The connection was lost.');
  }

  /** Status regions are read out when they change: the words change rarely, the seconds are mute. */
  #say(text) {
    const full = this.#chat.me ? `${text} You can keep writing.` : text;
    if (this.#text.textContent !== full) this.#text.textContent = full;
  }

  #count(state) {
    const seconds = state.name === 'waiting' ? Math.max(0, Math.ceil((state.until - Date.now()) / 1000)) : 0;
    this.#countdown.textContent = seconds > 0 ? `Next try in ${seconds} s` : '';
  }
}
