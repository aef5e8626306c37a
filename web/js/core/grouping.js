/** Turns events into the rows one sees: day separators, the "new" line, notices,
 *  and messages of which only the first of a group shows its author. */

export const GROUP_GAP_MS = 5 * 60_000;

const NOTICES = { join: 'joined', leave: 'left', meta: 'changed the room' };

/**
 * @param events   stored events in order
 * @param pending  own messages not yet among the events, in order
 * @param options  `me` (user), `newAfter` (seq or null), `dayOf` (ts → text that names the day)
 */
export function rowsOf(events, pending, { me, newAfter, dayOf }) {
  const builder = new RowBuilder(dayOf);
  let lineDrawn = newAfter === null;
  for (const event of events) {
    if (event.k !== 'msg' && !NOTICES[event.k]) continue;
    if (!lineDrawn && event.seq > newAfter && event.from.id !== me.id) {
      builder.addNewLine();
      lineDrawn = true;
    }
    if (event.k === 'msg') builder.addMessage(messageOf(event, me));
    else builder.addNotice(event);
  }
  for (const entry of pending) builder.addMessage(pendingOf(entry, me));
  return builder.rows;
}

class RowBuilder {
  rows = [];
  #dayOf;
  #day = null;
  #previous = null;

  constructor(dayOf) {
    this.#dayOf = dayOf;
  }

  addNewLine() {
    this.rows.push({ kind: 'new', key: 'new' });
    this.#previous = null;
  }

  addNotice(event) {
    this.#openDay(event.ts);
    this.rows.push({
      kind: 'notice', key: `s${event.seq}`, seq: event.seq, ts: event.ts, from: event.from, text: NOTICES[event.k],
    });
    this.#previous = null;
  }

  addMessage(message) {
    this.#openDay(message.ts);
    const previous = this.#previous;
    const first = previous === null || previous.from.id !== message.from.id ||
      message.ts - previous.ts > GROUP_GAP_MS;
    this.rows.push({ ...message, kind: 'message', first });
    this.#previous = message;
  }

  #openDay(ts) {
    const day = this.#dayOf(ts);
    if (day === this.#day) return;
    this.#day = day;
    const row = { kind: 'day', key: `d${day}`, label: day };
    // The line stays directly above what is new.
    if (this.rows.at(-1)?.kind === 'new') this.rows.splice(-1, 0, row);
    else this.rows.push(row);
    this.#previous = null;
  }
}

/** An own message keeps its cid as the key, so its element survives the confirmation. */
function messageOf(event, me) {
  const own = event.from.id === me.id;
  return {
    key: own && event.cid ? `c${event.cid}` : `s${event.seq}`,
    seq: event.seq, cid: event.cid ?? null, ts: event.ts, from: event.from, body: event.body ?? '',
    own, state: 'sent', reason: null,
  };
}

function pendingOf(entry, me) {
  return {
    key: `c${entry.cid}`, seq: entry.seq ?? null, cid: entry.cid, ts: entry.at, from: me, body: entry.body,
    own: true, state: entry.state, reason: entry.reason ?? null,
  };
}
