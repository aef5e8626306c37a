/** The server closed for good: says why and offers what makes sense. */

import { explainClose } from '../core/close_codes.js';
import { byId } from './element.js';
import { openFirmly } from './dialogs.js';

const ACTION_TEXT = { reload: 'Reload the page', rename: 'Choose a name', retry: 'Try again' };

export class StoppedDialog {
  #chat;
  #dialog = byId('stopped-dialog');
  #button = byId('stopped-action');
  #action = null;

  constructor({ chat }) {
    this.#chat = chat;
    chat.on('connection', (state) => {
      if (state.name === 'stopped') this.#explain(state);
      else if (this.#dialog.open) this.#dialog.close();
    });
    this.#button.addEventListener('click', () => this.#act());
  }

  #explain({ code, reason }) {
    const { title, text, action } = explainClose(code);
    this.#action = action;
    byId('stopped-title').textContent = title;
    byId('stopped-text').textContent = text;
    byId('stopped-reason').textContent = reason ?? '';
    this.#dialog.dataset.code = code;
    this.#button.parentElement.hidden = action === null;
    this.#button.textContent = ACTION_TEXT[action] ?? '';
    openFirmly(this.#dialog);
  }

  #act() {
    this.#dialog.close();
    if (this.#action === 'reload') location.reload();
    if (this.#action === 'rename') this.#chat.forgetIdentity();
    if (this.#action !== 'reload') this.#chat.start();
  }
}
