/** Desktop notifications for mentions, only after someone asked for them by a click. */

import { byId } from './element.js';

const TEXT_CHARACTERS_MAX = 140;

export class Notifications {
  #settings;
  #isLookedAt;
  #open;
  #button = byId('notify-button');

  /** `open(r)` shows a room. */
  constructor({ chat, settings, isLookedAt, open }) {
    this.#settings = settings;
    this.#isLookedAt = isLookedAt;
    this.#open = open;
    this.#button.addEventListener('click', () => this.#toggle());
    chat.on('message', (news) => this.#receive(news));
    this.#draw();
  }

  get #isAvailable() {
    return 'Notification' in window && Notification.permission !== 'denied';
  }

  get #isOn() {
    return this.#isAvailable && Notification.permission === 'granted' && this.#settings.notify === true;
  }

  async #toggle() {
    if (Notification.permission === 'default') await Notification.requestPermission();
    this.#settings.notify = !this.#isOn;
    this.#draw();
  }

  #draw() {
    this.#button.hidden = !this.#isAvailable;
    const label = this.#isOn ? 'Notifications for mentions are on' : 'Notify me when I am mentioned';
    this.#button.setAttribute('aria-pressed', String(this.#isOn));
    this.#button.setAttribute('aria-label', label);
    this.#button.title = label;
  }

  #receive({ room, event, mentionsMe }) {
    if (!mentionsMe || !this.#isOn || this.#isLookedAt()) return;
    try {
      const notification = new Notification(`${event.from.name} in ${room.name}`, {
        body: event.body.slice(0, TEXT_CHARACTERS_MAX), tag: `${room.id}-${event.seq}`, icon: '/icon.svg',
      });
      notification.onclick = () => {
        window.focus();
        this.#open(room.id);
        notification.close();
      };
    } catch {
      // Some phones have the interface but allow it only to service workers.
      this.#button.hidden = true;
    }
  }
}
