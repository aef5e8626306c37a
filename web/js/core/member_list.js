/** The members of one room with their presence. */

/** Bounded: beyond this those who are offline are forgotten first. */
export const MEMBERS_MAX = 2000;

const RANK = { online: 0, away: 1, offline: 2 };

export class MemberList {
  #members = new Map();

  get present() {
    return [...this.#members.values()].filter((member) => member.state !== 'offline').length;
  }

  /** The answer to `who`. */
  replace(members) {
    this.#members.clear();
    for (const member of members) this.#members.set(member.id, { state: 'offline', ...member });
    this.#bound();
  }

  /** A presence push about this room: who is not known yet has just come. */
  update(users) {
    for (const user of users) this.#members.set(user.id, { ...this.#members.get(user.id), ...user });
    this.#bound();
  }

  /** A presence push about no room in particular: only those known here. */
  updateKnown(users) {
    this.update(users.filter((user) => this.#members.has(user.id)));
  }

  remove(id) {
    this.#members.delete(id);
  }

  /** Present ones first, then by name. */
  inOrder() {
    return [...this.#members.values()].sort(
      (a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }

  #bound() {
    if (this.#members.size <= MEMBERS_MAX) return;
    for (const member of this.inOrder().slice(MEMBERS_MAX)) this.#members.delete(member.id);
  }
}

function rankOf(member) {
  return RANK[member.state] ?? RANK.offline;
}
