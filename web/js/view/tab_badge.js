/** The tab's title and icon say what is unread. */

import { byId, countText } from './element.js';

const NAME = 'Duplex';
const SIZE_PX = 64;

export class TabBadge {
  #chat;
  #link = byId('favicon');
  #plainHref = this.#link.href;
  #icon = new Image();
  #shown = '';

  constructor({ chat }) {
    this.#chat = chat;
    this.#icon.src = this.#plainHref;
    chat.on('rooms', () => this.#draw());
    chat.on('current', () => this.#draw());
  }

  #draw() {
    const { unread, mentions, current } = this.#chat.rooms;
    const place = current ? `${current.name} · ${NAME}` : NAME;
    document.title = unread > 0 ? `(${countText(unread)}) ${place}` : place;
    const kind = mentions > 0 ? 'mention' : unread > 0 ? 'unread' : '';
    if (kind !== this.#shown) this.#setIcon(kind);
  }

  #setIcon(kind) {
    this.#shown = kind;
    this.#link.dataset.badge = kind;
    this.#link.href = kind === '' ? this.#plainHref : this.#withDot(kind === 'mention' ? '#d9480f' : '#2b8a55');
    this.#link.type = kind === '' ? 'image/svg+xml' : 'image/png';
  }

  #withDot(colour) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIZE_PX;
    const context = canvas.getContext('2d');
    if (this.#icon.complete && this.#icon.naturalWidth > 0) context.drawImage(this.#icon, 0, 0, SIZE_PX, SIZE_PX);
    context.beginPath();
    context.arc(48, 16, 14, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 4;
    context.strokeStyle = '#ffffff';
    context.stroke();
    return canvas.toDataURL('image/png');
  }
}
