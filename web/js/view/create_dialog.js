/** Creates a room. */

import { nameProblem, normalizeName } from '../core/names.js';
import { RequestError } from '../net/requests.js';
import { byId } from './element.js';

export class CreateDialog {
  #chat;
  #created;
  #dialog = byId('create-dialog');
  #field = byId('create-field');
  #error = byId('create-error');
  #submit = byId('create-submit');

  /** `created()` is called when the new room is open. */
  constructor({ chat, created }) {
    this.#chat = chat;
    this.#created = created;
    byId('create-room').addEventListener('click', () => this.open());
    byId('create-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#create();
    });
  }

  open() {
    this.#field.value = '';
    this.#error.textContent = '';
    this.#dialog.showModal();
    this.#field.focus();
  }

  async #create() {
    const problem = nameProblem(this.#field.value);
    this.#error.textContent = problem ?? '';
    if (problem !== null) return;
    this.#submit.disabled = true;
    try {
      await this.#chat.create(normalizeName(this.#field.value));
      this.#dialog.close();
      this.#created();
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#submit.disabled = false;
    }
  }

  #explain(error) {
    if (!(error instanceof RequestError)) throw error;
    this.#error.textContent = error.code === 'conflict'
      ? 'There is a room with that name already.'
      : `Could not create the room: ${error.message}.`;
  }
}
