/** Who is typing in a room. The server replaces the list and expires it; so do we,
 *  because the push that empties it may be lost with the connection. */

export const TYPING_NAMES_MAX = 3;

export class TypingList {
  #users = [];
  #expiresAt = 0;

  replace(users, ttlMs, nowMs) {
    this.#users = users;
    this.#expiresAt = nowMs + ttlMs;
  }

  /** A message ends its author's typing at once. */
  remove(userId) {
    this.#users = this.#users.filter((user) => user.id !== userId);
  }

  /** Everyone but oneself. */
  others(meId, nowMs) {
    return nowMs < this.#expiresAt ? this.#users.filter((user) => user.id !== meId) : [];
  }
}

/** The sentence split at the names, so that each can be isolated: `{name}` or `{text}`. */
export function typingSentence(names) {
  if (names.length === 0) return [];
  if (names.length > TYPING_NAMES_MAX) return [{ text: 'Several people are typing' }];
  const parts = [];
  names.forEach((name, index) => {
    if (index > 0) parts.push({ text: index === names.length - 1 ? ' and ' : ', ' });
    parts.push({ name });
  });
  parts.push({ text: names.length === 1 ? ' is typing' : ' are typing' });
  return parts;
}
