/** The line above the messages: which room, and what one can do with it. */

import { LOBBY } from '../chat/rooms.js';
import { byId } from './element.js';
import { RequestError } from '../net/requests.js';

export class RoomHeader {
  #chat;
  #title = byId('room-title').querySelector('bdi');
  #topic = byId('room-topic');
  #leave = byId('leave-room');
  #dialog = byId('leave-dialog');

  constructor({ chat, toast }) {
    this.#chat = chat;
    chat.on('current', () => this.#draw());
    chat.on('rooms', () => this.#draw());
    this.#leave.addEventListener('click', () => this.#dialog.showModal());
    byId('leave-confirm').addEventListener('click', () => this.#leaveRoom(toast));
  }

  #draw() {
    const room = this.#chat.rooms.current;
    this.#title.textContent = room?.name ?? '';
    this.#topic.textContent = room?.topic ?? '';
    this.#topic.hidden = !room?.topic;
    this.#leave.hidden = !room || room.id === LOBBY;
  }

  async #leaveRoom(toast) {
    this.#dialog.close();
    try {
      await this.#chat.leave(this.#chat.rooms.current.id);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      toast(`Could not leave: ${error.message}.`);
    }
  }
}
