/** Ctrl-K: jump to a room by typing a part of its name. */

import { LOBBY } from '../chat/rooms.js';
import { byId, countText, element, icon } from './element.js';

const SHOWN_MAX = 20;

export class Switcher {
  #chat;
  #open;
  #dialog = byId('switch-dialog');
  #field = byId('switch-field');
  #list = byId('switch-list');
  #rooms = [];
  #chosen = 0;

  /** `open(r)` shows a room. */
  constructor({ chat, open }) {
    this.#chat = chat;
    this.#open = open;
    byId('switch-room').addEventListener('click', () => this.show());
    this.#field.addEventListener('input', () => this.#filter());
    this.#field.addEventListener('keydown', (event) => this.#key(event));
  }

  show() {
    this.#field.value = '';
    this.#dialog.showModal();
    this.#field.focus();
    this.#filter();
  }

  /** What is unread comes first: that is where one usually wants to go. */
  #filter() {
    const wanted = fold(this.#field.value.trim());
    this.#rooms = this.#chat.rooms.inOrder()
      .filter((room) => fold(room.name).includes(wanted))
      .sort((a, b) => b.mentions - a.mentions || (b.unread > 0) - (a.unread > 0))
      .slice(0, SHOWN_MAX);
    this.#choose(0);
  }

  #choose(index) {
    this.#chosen = Math.max(0, Math.min(index, this.#rooms.length - 1));
    this.#list.replaceChildren(...this.#rooms.map((room, at) => this.#option(room, at)));
    if (this.#rooms.length === 0) this.#list.append(element('li', { class: 'switch-none', text: 'No room of yours has that in its name.' }));
    this.#field.setAttribute('aria-activedescendant', this.#rooms.length > 0 ? `switch-${this.#chosen}` : '');
    this.#list.children[this.#chosen]?.scrollIntoView({ block: 'nearest' });
  }

  #option(room, at) {
    const option = element('li', {
      class: 'switch-option', id: `switch-${at}`, role: 'option', 'aria-selected': String(at === this.#chosen),
      data: { room: room.id }, on: { click: () => this.#go(room) },
    }, icon(room.id === LOBBY ? 'lobby' : 'room'), element('bdi', { text: room.name }));
    if (room.unread > 0) option.append(element('span', { class: `badge ${room.mentions > 0 ? 'mention' : 'unread'}`, text: countText(room.unread) }));
    return option;
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose(this.#chosen + step);
    else if (event.key === 'Enter' && !event.isComposing && this.#rooms[this.#chosen]) this.#go(this.#rooms[this.#chosen]);
    else return;
    event.preventDefault();
  }

  #go(room) {
    this.#dialog.close();
    this.#open(room.id);
  }
}

function fold(text) {
  return text.normalize('NFKC').toLowerCase();
}
