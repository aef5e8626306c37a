/** The rooms in the sidebar: bold when something is unread, a badge when one is mentioned. */

import { LOBBY } from '../chat/rooms.js';
import { byId, countText, element, icon } from './element.js';
import { KeyedList } from './keyed_list.js';
import { perFrame } from './per_frame.js';

export class RoomList {
  #chat;
  #list;
  #dot = byId('drawer-unread');

  /** `open(r)` shows a room. */
  constructor({ chat, open }) {
    this.#chat = chat;
    this.#list = new KeyedList(byId('room-list'), (item, old) => entry(item, open, old));
    chat.on('rooms', perFrame(() => this.#draw()));
  }

  #draw() {
    const { rooms } = this.#chat;
    this.#list.show(rooms.inOrder().map((room) => itemOf(room, rooms.current)));
    const others = rooms.all.filter((room) => room !== rooms.current);
    this.#dot.hidden = !others.some((room) => room.unread > 0);
    this.#dot.dataset.mention = String(others.some((room) => room.mentions > 0));
  }
}

function itemOf(room, current) {
  return {
    key: room.id, name: room.name, unread: room.unread, mentions: room.mentions, isCurrent: room === current,
  };
}

/** The button outlives its counts: it may have the focus. */
function entry({ key, name, unread, mentions, isCurrent }, open, old) {
  const item = old ?? element('li', {}, element('button', { class: 'room-entry', type: 'button', on: { click: () => open(key) } }));
  const button = item.firstChild;
  Object.assign(button.dataset, { room: key, unread: unread > 0, count: unread, mentions });
  button.setAttribute('aria-current', String(isCurrent));
  button.replaceChildren(icon(key === LOBBY ? 'lobby' : 'room'), element('bdi', { text: name }));
  if (mentions > 0) button.append(badge('mention', `@${countText(mentions)}`, `${mentions} mentions`));
  else if (unread > 0) button.append(badge('unread', countText(unread), `${unread} unread`));
  return item;
}

function badge(kind, text, label) {
  return element('span', { class: `badge ${kind}` },
    element('span', { text, 'aria-hidden': 'true' }), element('span', { class: 'visually-hidden', text: label }));
}
