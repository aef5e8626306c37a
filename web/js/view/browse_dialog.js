/** Finds public rooms and joins them. */

import { RequestError } from '../net/requests.js';
import { byId, element, icon } from './element.js';

const SEARCH_AFTER_MS = 200;

export class BrowseDialog {
  #chat;
  #joined;
  #dialog = byId('browse-dialog');
  #field = byId('browse-field');
  #status = byId('browse-status');
  #list = byId('browse-list');
  #more = byId('browse-more');
  #timer = null;
  #searches = 0;
  #last = null;

  /** `joined()` is called when the room is open. */
  constructor({ chat, joined }) {
    this.#chat = chat;
    this.#joined = joined;
    byId('browse-rooms').addEventListener('click', () => this.#open());
    this.#more.addEventListener('click', () => this.#search(this.#last));
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(null), SEARCH_AFTER_MS);
    });
  }

  #open() {
    this.#field.value = '';
    this.#list.replaceChildren();
    this.#more.hidden = true;
    this.#dialog.showModal();
    this.#field.focus();
    this.#search(null);
  }

  /** Only the answer to the newest question is shown. */
  async #search(after) {
    const search = ++this.#searches;
    try {
      const page = await this.#chat.publicRooms(this.#field.value.trim(), after);
      if (search === this.#searches) this.#show(page, after);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#status.textContent = `The list is not available: ${error.message}.`;
    }
  }

  #show({ rooms, more }, after) {
    const entries = rooms.map((room) => this.#entry(room));
    if (after === null) this.#list.replaceChildren(...entries);
    else this.#list.append(...entries);
    this.#last = rooms.at(-1)?.r ?? after;
    this.#more.hidden = !more;
    const none = this.#field.value.trim() === '' ? 'There is no other public room yet. Create one.' : 'No room has that in its name.';
    this.#status.textContent = this.#list.children.length === 0 ? none : '';
  }

  #entry(room) {
    const isMember = this.#chat.rooms.get(room.r) !== undefined;
    const button = element('button', {
      class: `button small${isMember ? '' : ' primary'}`, type: 'button', text: isMember ? 'Open' : 'Join',
      data: { join: room.r },
      on: { click: () => this.#join(room, button) },
    });
    const members = room.members === 1 ? '1 member' : `${room.members} members`;
    const note = room.topic ? `${members} · ${room.topic}` : members;
    return element('li', { data: { room: room.r } }, icon('room'),
      element('span', { class: 'browse-text' },
        element('bdi', { class: 'browse-name', text: room.name }),
        element('span', { class: 'browse-note', dir: 'auto', text: note })),
      button);
  }

  async #join(room, button) {
    button.disabled = true;
    try {
      if (this.#chat.rooms.get(room.r)) this.#chat.openRoom(room.r);
      else await this.#chat.join(room.r);
      this.#dialog.close();
      this.#joined();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      button.disabled = false;
      this.#status.textContent = `Could not join: ${error.message}.`;
    }
  }
}
