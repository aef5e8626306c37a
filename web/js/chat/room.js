/** What the page knows about one room. */

import { Cursor } from '../core/cursor.js';
import { MemberList } from '../core/member_list.js';
import { Timeline } from '../core/timeline.js';
import { TypingList } from '../core/typing_list.js';

export class Room {
  id;
  name = '';
  topic = '';
  kind = 'public';
  role = null;

  cursor;
  timeline = new Timeline();
  members = new MemberList();
  typing = new TypingList();

  read = 0;
  unread = 0;
  mentions = 0;
  /** The seq above which the "new" line stands during this visit, or null. */
  newAfter = null;

  /** The past is being replayed: it must not speak for the present, which the hello has told. */
  isReplaying = false;

  /** Own messages the server has confirmed, whose event has not come yet. */
  confirmed = [];

  constructor(entry) {
    this.id = entry.r;
    this.cursor = new Cursor(entry.last ?? 0);
    this.describe(entry);
    this.countFrom(entry);
  }

  /** The parts of an entry that may change at any time. */
  describe({ name, topic, kind, role }) {
    this.name = name ?? this.name;
    this.topic = topic ?? this.topic;
    this.kind = kind ?? this.kind;
    this.role = role ?? this.role;
  }

  /** The server's count of what is unread; live events count on from there. */
  countFrom({ read, unread }) {
    this.read = Math.max(this.read, read ?? 0);
    this.unread = unread ?? Math.max(0, this.cursor.last - this.read);
    this.mentions = 0;
  }

  /** A mark raised here or on another device. */
  markRead(seq) {
    this.read = Math.max(this.read, seq);
    const above = Math.max(0, this.cursor.last - this.read);
    this.unread = Math.min(this.unread, above);
    if (above === 0) this.mentions = 0;
  }

  /** A visit begins: the line stands above what was not read before. */
  beginVisit() {
    this.newAfter = this.unread > 0 ? this.read : null;
  }

  /** Something came that was not seen at once: the line moves above it. */
  drawNewLine() {
    if (this.unread > 0 && (this.newAfter === null || this.newAfter < this.read)) this.newAfter = this.read;
  }

  /** Everything known is void; the room is paged anew from `last`. */
  reset(last) {
    this.cursor.reset(last);
    this.timeline.clear();
    this.settleConfirmed();
  }

  /** A confirmed message leaves the waiting row once the cursor has passed it. */
  settleConfirmed() {
    this.confirmed = this.confirmed.filter((entry) => entry.seq > this.cursor.last);
  }
}
