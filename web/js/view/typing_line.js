/** Who else is writing. */

import { typingSentence } from '../core/typing_list.js';
import { byId, element } from './element.js';

export class TypingLine {
  #chat;
  #line = byId('typing-line');
  #shown = '';

  constructor({ chat }) {
    this.#chat = chat;
    chat.on('typing', ({ room }) => { if (room === chat.rooms.current) this.#draw(); });
    chat.on('current', () => this.#draw());
  }

  #draw() {
    const { rooms, me } = this.#chat;
    const others = rooms.current && me ? rooms.current.typing.others(me.id, Date.now()) : [];
    this.#show(typingSentence(others.map((user) => user.name)));
  }

  /** The list is repeated while someone goes on; the dots must not stumble over it. */
  #show(parts) {
    const shown = JSON.stringify(parts);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#line.replaceChildren();
    if (parts.length === 0) return;
    const dots = element('span', { class: 'typing-dots', 'aria-hidden': 'true' },
      element('i'), element('i'), element('i'));
    const text = element('span', { class: 'typing-text' },
      ...parts.map((part) => (part.name === undefined ? part.text : element('bdi', { text: part.name }))));
    this.#line.append(dots, text);
  }
}
