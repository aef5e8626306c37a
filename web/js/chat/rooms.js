/** The rooms one is a member of, in the order in which they are listed. */

import { Room } from './room.js';

export const LOBBY = 'lobby';

export class Rooms {
  #rooms = new Map();
  /** The room on the screen. */
  current = null;

  get(r) {
    return this.#rooms.get(r);
  }

  get all() {
    return [...this.#rooms.values()];
  }

  /** The lobby first, then by name. */
  inOrder() {
    return this.all.sort((a, b) =>
      (b.id === LOBBY) - (a.id === LOBBY) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }

  /** Adds a room or brings its description up to date. */
  put(entry) {
    const known = this.#rooms.get(entry.r);
    if (known) {
      known.describe(entry);
      return known;
    }
    const room = new Room(entry);
    this.#rooms.set(room.id, room);
    return room;
  }

  remove(r) {
    this.#rooms.delete(r);
    if (this.current?.id === r) this.current = null;
  }

  /** After a hello: rooms that are no longer listed are ours no more. */
  keepOnly(ids) {
    for (const room of this.all) if (!ids.has(room.id)) this.remove(room.id);
  }

  cursors() {
    return Object.fromEntries(this.all.map((room) => [room.id, room.cursor.last]));
  }

  get unread() {
    return this.all.reduce((sum, room) => sum + room.unread, 0);
  }

  get mentions() {
    return this.all.reduce((sum, room) => sum + room.mentions, 0);
  }
}
