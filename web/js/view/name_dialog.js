/** The first visit asks only for a name. */

import { nameProblem, normalizeName } from '../core/names.js';
import { byId } from './element.js';
import { openFirmly } from './dialogs.js';

export class NameDialog {
  #dialog = byId('name-dialog');
  #field = byId('name-field');
  #error = byId('name-error');
  #submit = byId('name-submit');

  constructor({ chat, done }) {
    chat.on('ask-name', ({ problem }) => this.#ask(problem));
    chat.on('me', () => this.#close(done));
    chat.on('connection', (state) => { if (state.name !== 'connecting') this.#submit.disabled = false; });
    byId('name-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#introduce(chat);
    });
    this.#field.addEventListener('input', () => this.#say(''));
  }

  #ask(problem) {
    this.#submit.disabled = false;
    if (!this.#dialog.open) openFirmly(this.#dialog);
    this.#say(problem ?? '');
    this.#field.focus();
    this.#field.select();
  }

  #introduce(chat) {
    const problem = nameProblem(this.#field.value);
    this.#say(problem ?? '');
    if (problem !== null) return this.#field.focus();
    this.#submit.disabled = true;
    return chat.introduce(normalizeName(this.#field.value));
  }

  #say(problem) {
    this.#error.textContent = problem;
    this.#field.setAttribute('aria-invalid', String(problem !== ''));
  }

  #close(done) {
    if (!this.#dialog.open) return;
    this.#dialog.close();
    done();
  }
}
