/** The message log of the current room: what is shown, where it is scrolled to, and
 *  when more is paged in. */

import { rowsOf } from '../core/grouping.js';
import { mentionsName } from '../core/mentions.js';
import { dayName } from '../core/times.js';
import { byId, countText, element, icon } from './element.js';
import { KeyedList } from './keyed_list.js';
import { rowMaker } from './message_row.js';
import { perFrame } from './per_frame.js';
import { ScrollKeeper } from './scroll_keeper.js';

/** Nearer to an end than this, the next page is fetched. */
const PAGE_AHEAD_PX = 600;
/** Of a long outbox the newest part is shown; how long it is stands below. */
const PENDING_ROWS_MAX = 100;

export class MessageLog {
  #chat;
  #isLookedAt;
  #log = byId('log');
  #start = byId('log-start');
  #button = byId('new-messages');
  #scroll;
  #list;
  /** The room for which the first place has been found. */
  #placedRoom = null;
  /** Asked for while it still has to be fetched. */
  #wantsNewest = false;
  #render = perFrame(() => this.#draw());

  /** `isLookedAt()`: whether someone has the page in front of them; `copy(text)`. */
  constructor({ chat, isLookedAt, copy }) {
    this.#chat = chat;
    this.#isLookedAt = isLookedAt;
    const messages = byId('messages');
    this.#scroll = new ScrollKeeper(this.#log, messages);
    this.#list = new KeyedList(messages, rowMaker({
      retry: (cid) => chat.retry(cid), discard: (cid) => chat.discard(cid), copy,
    }));
    chat.on('log', ({ room }) => { if (room === chat.rooms.current) this.#render(); });
    chat.on('current', () => this.#open());
    chat.on('me', () => this.#render());
    this.#log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#button.addEventListener('click', () => this.toNewest());
  }

  /** Someone came back to the page. */
  lookedAt() {
    this.#render();
  }

  /** To the newest message, which may have to be fetched. */
  toNewest() {
    const room = this.#chat.rooms.current;
    if (!room) return;
    room.timeline.reading = false;
    if (!room.timeline.atTail) this.#chat.showLatest(room);
    this.#wantsNewest = true;
    this.#scroll.stayAtEnd();
    this.#render();
  }

  #open() {
    this.#placedRoom = null;
    this.#wantsNewest = false;
    this.#draw();
  }

  #draw() {
    const room = this.#chat.rooms.current;
    if (!room || !this.#chat.me) return this.#list.show([]);
    this.#readToEnd(room);
    const isFirst = room.timeline.loaded && this.#placedRoom !== room;
    this.#log.setAttribute('aria-busy', String(!room.timeline.loaded || isFirst));
    this.#scroll.keepPlaceDuring(() => {
      this.#drawStart(room);
      this.#list.show(this.#rows(room));
    });
    if (room.timeline.atTail) this.#wantsNewest = false;
    this.#scroll.followsEnd = room.timeline.atTail || !room.timeline.loaded || this.#wantsNewest;
    if (isFirst) {
      this.#findPlace(room);
      // Drawn once more it is not busy: by then this page has been taken in without being read out.
      this.#render();
    }
    this.#readToEnd(room);
    this.#drawButton(room);
    this.#pageAhead(room);
    return undefined;
  }

  #rows(room) {
    const now = Date.now();
    const rows = rowsOf(room.timeline.events, this.#pending(room), {
      me: this.#chat.me, newAfter: room.newAfter, dayOf: (ts) => dayName(ts, now),
    });
    for (const row of rows) {
      if (row.kind === 'message' && !row.own && mentionsName(row.body, this.#chat.me.name)) row.mention = true;
    }
    return rows;
  }

  /** What is waiting belongs below the newest message and nowhere else. */
  #pending(room) {
    const isAtTail = room.timeline.atTail || !room.timeline.loaded;
    return isAtTail ? this.#chat.pendingOf(room).slice(-PENDING_ROWS_MAX) : [];
  }

  #drawStart(room) {
    if (!room.timeline.loaded || room.timeline.moreBefore) {
      this.#start.replaceChildren(element('p', { class: 'log-busy', text: 'Loading…' }));
      return;
    }
    const title = element('h2', {}, 'This is the beginning of ', element('bdi', { text: room.name }));
    const hint = element('p', { text: room.topic || 'Say hello. Everyone in this room will see it.' });
    this.#start.replaceChildren(title, hint);
  }

  /** The first page of a visit: at the "new" line if it would be out of sight, else at the end. */
  #findPlace(room) {
    this.#placedRoom = room;
    this.#scroll.toEnd();
    const line = this.#log.querySelector('[data-new-line]');
    if (line && line.getBoundingClientRect().top < this.#log.getBoundingClientRect().top) this.#scroll.toRow(line);
  }

  #readToEnd(room) {
    const isSeen = this.#placedRoom === room && this.#scroll.isAtEnd && room.timeline.atTail && this.#isLookedAt();
    room.timeline.reading = !this.#scroll.isAtEnd;
    if (isSeen) this.#chat.seen(room);
    else room.drawNewLine();
  }

  #drawButton(room) {
    const isAtEnd = this.#scroll.isAtEnd && room.timeline.atTail;
    this.#button.hidden = isAtEnd || !room.timeline.loaded;
    if (this.#button.hidden) return;
    const text = room.unread > 0 ? `${countText(room.unread)} new` : 'Newest';
    this.#button.dataset.unread = String(room.unread > 0);
    this.#button.replaceChildren(element('span', { text }), icon('down'));
  }

  #scrolled() {
    const room = this.#chat.rooms.current;
    if (!room || this.#placedRoom !== room) return;
    this.#pageAhead(room);
    this.#readToEnd(room);
    this.#drawButton(room);
  }

  #pageAhead(room) {
    if (this.#placedRoom !== room) return;
    if (this.#scroll.distanceToTop < PAGE_AHEAD_PX) this.#chat.showOlder(room);
    if (this.#scroll.distanceToEnd < PAGE_AHEAD_PX) this.#chat.showNewer(room);
  }
}
