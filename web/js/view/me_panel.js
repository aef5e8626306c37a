/** Oneself, at the foot of the sidebar. */

import { avatar } from './avatar.js';
import { byId, element } from './element.js';
import { presenceDot } from './member_panel.js';

const STATE_TEXT = { online: 'Connected', connecting: 'Connecting…', waiting: 'Not connected', off: 'Not connected', stopped: 'Not connected' };

export class MePanel {
  #chat;
  #button = byId('me-button');
  #dialog = byId('me-dialog');

  constructor({ chat }) {
    this.#chat = chat;
    chat.on('me', () => this.#draw());
    chat.on('connection', () => this.#draw());
    this.#button.addEventListener('click', () => this.#open());
    byId('rename-button').addEventListener('click', () => this.#rename());
  }

  #draw() {
    const { me, connectionState } = this.#chat;
    if (!me) return this.#button.replaceChildren();
    const isOnline = connectionState.name === 'online';
    this.#button.dataset.connection = connectionState.name;
    this.#button.setAttribute('aria-label', `You are ${me.name}. ${STATE_TEXT[connectionState.name]}`);
    return this.#button.replaceChildren(avatar(me),
      element('span', { class: 'me-text' },
        element('bdi', { class: 'me-name', text: me.name }),
        element('span', { class: 'me-state' },
          presenceDot(isOnline ? 'online' : 'offline'), STATE_TEXT[connectionState.name])));
  }

  #open() {
    if (!this.#chat.me) return;
    byId('me-title').replaceChildren('You are ', element('bdi', { text: this.#chat.me.name }));
    this.#dialog.showModal();
  }

  #rename() {
    this.#dialog.close();
    this.#chat.forgetIdentity();
    this.#chat.start();
  }
}
