/** Who is in the room, with presence as a dot and as a word. */

import { avatar } from './avatar.js';
import { byId, element } from './element.js';
import { KeyedList } from './keyed_list.js';
import { perFrame } from './per_frame.js';

/** Nobody reads a longer list, and the page has to draw it. */
const SHOWN_MAX = 200;
const STATE_TEXT = { online: 'Online', away: 'Away', offline: 'Offline' };

export class MemberPanel {
  #chat;
  #list = new KeyedList(byId('member-list'), member);
  #count = byId('member-count');
  #button = byId('members-button');
  #more = byId('member-more');

  constructor({ chat }) {
    this.#chat = chat;
    const draw = perFrame(() => this.#draw());
    chat.on('members', ({ room }) => { if (room === chat.rooms.current) draw(); });
    chat.on('current', draw);
    chat.on('me', draw);
  }

  #draw() {
    const members = this.#chat.rooms.current?.members;
    if (!members) return this.#list.show([]);
    const meId = this.#chat.me?.id;
    const items = members.inOrder().map((each) => ({
      key: each.id, id: each.id, name: each.name, state: each.state, isMe: each.id === meId,
    }));
    this.#list.show(items.slice(0, SHOWN_MAX));
    this.#more.hidden = items.length <= SHOWN_MAX;
    this.#more.textContent = `and ${items.length - SHOWN_MAX} more`;
    this.#count.textContent = members.present > 0 ? String(members.present) : '';
    this.#button.setAttribute('aria-label', `Members, ${members.present} here now`);
    this.#button.title = `${members.present} here now`;
    return undefined;
  }
}

function member({ id, name, state, isMe }) {
  return element('li', { class: 'member', data: { member: id, presence: state } },
    avatar({ id, name }, 'small'),
    element('span', { class: 'member-text' },
      element('bdi', { class: 'member-name', text: name }),
      element('span', { class: 'member-state' },
        presenceDot(state), isMe ? `${STATE_TEXT[state] ?? state}, you` : (STATE_TEXT[state] ?? state))));
}

export function presenceDot(state) {
  return element('span', { class: 'presence', data: { presence: state }, 'aria-hidden': 'true' });
}
