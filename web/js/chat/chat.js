/** The conversation with the server: owns the rooms, sorts the pushes, offers the
 *  actions. It knows nothing of the page; views listen to its topics:
 *
 *  `connection` state · `me` · `rooms` list or counts · `current` room changed ·
 *  `log` {room} · `members` {room} · `typing` {room} · `outbox` · `ask-name` {problem} ·
 *  `message` {room, event, mentionsMe} · `notice` text */

import { CLOSE_AUTH_FAILED, CLOSE_TAKEN_OVER } from '../core/close_codes.js';
import { Emitter } from '../core/emitter.js';
import { mentionsName } from '../core/mentions.js';
import { TypingSender } from '../core/typing_sender.js';
import { Connection } from '../net/connection.js';
import { RequestError } from '../net/requests.js';
import { Pager } from './pager.js';
import { ReadMarks } from './read_marks.js';
import { LOBBY, Rooms } from './rooms.js';
import { Sender } from './sender.js';

const CLIENT = 'duplex-web/1';
const TYPING_TTL_MS = 6000;
const BODY_BYTES_MAX = 16 * 1024;

export class Chat extends Emitter {
  me = null;
  rooms = new Rooms();
  limits = { body_bytes: BODY_BYTES_MAX };
  typing;

  #connection;
  #sender;
  #pager;
  #marks;
  #settings;
  #clock;
  #isVisible;
  #epoch = null;
  #name = null;
  #isOutboxRestored = false;

  /** `isVisible()`: whether someone can see the page. */
  constructor({ openSocket, store, settings, clock, random, isVisible }) {
    super();
    this.#settings = settings;
    this.#clock = clock;
    this.#isVisible = isVisible;
    this.#connection = new Connection({
      openSocket, clock, random,
      on: {
        greeting: () => this.#greeting(),
        welcome: (ok) => this.#welcome(ok),
        refused: (error) => this.#refused(error),
        push: (message) => this.#push(message),
        state: (state) => this.#stateChanged(state),
        // Someone else has our identity now. A hidden page that came back at once would throw them out again.
        closed: (code) => code !== CLOSE_TAKEN_OVER || isVisible(),
      },
    });
    const connection = this.#connection;
    this.#sender = new Sender({
      connection, store, clock,
      on: {
        changed: (r) => this.#outboxChanged(r),
        acked: (entry, seq, ts) => this.#acked(entry, seq, ts),
      },
    });
    this.#pager = new Pager({
      connection, clock,
      on: {
        paged: (room) => this.#paged(room),
        applied: (room, events) => this.#apply(room, events),
        trimmed: (room) => this.#startOver(room, room.cursor.last),
      },
    });
    this.#marks = new ReadMarks({ connection, settings, clock });
    this.typing = new TypingSender({ clock, tell: (r, on) => connection.tell({ t: 'typing', r, on }) });
  }

  // ---- the connection

  get connectionState() {
    return this.#connection.state;
  }

  /** Connects as who we were, or asks for a name first. */
  start() {
    if (this.#settings.token === null && this.#name === null) this.emit('ask-name', { problem: null });
    else this.#connection.start();
  }

  /** Another tab takes over, and our outbox with it. */
  stop() {
    this.#connection.stop();
    this.#isOutboxRestored = false;
  }

  introduce(name) {
    this.#name = name;
    this.#connection.start();
  }

  /** Forgets who we were. */
  forgetIdentity() {
    this.#connection.stop();
    this.#settings.token = null;
    this.#name = null;
    this.#epoch = null;
    this.me = null;
    this.rooms.keepOnly(new Set());
    this.emit('rooms');
  }

  retryNow() {
    this.#connection.retryNow();
  }

  wake() {
    this.#connection.wake();
  }

  tellPresence(state) {
    this.#connection.tell({ t: 'presence', state });
  }

  #greeting() {
    const token = this.#settings.token;
    const auth = token === null ? { name: this.#name } : { token };
    if (this.#epoch === null || this.rooms.all.length === 0) return { client: CLIENT, auth };
    return { client: CLIENT, auth, resume: { epoch: this.#epoch, rooms: this.rooms.cursors() } };
  }

  #welcome({ me, token, epoch, limits, rooms }) {
    const isSameLog = this.#epoch === epoch;
    const isSameUser = this.me?.id === me.id;
    const isNewGuest = this.#settings.token === null;
    this.me = me;
    this.#epoch = epoch;
    this.limits = { ...this.limits, ...limits };
    if (token) this.#settings.token = token;
    this.#marks.begin(epoch);
    this.rooms.keepOnly(new Set(rooms.map((entry) => entry.r)));
    for (const entry of rooms) this.#list(entry, isSameLog);
    // To a newcomer nothing is unread: one starts with what is said now.
    if (isNewGuest) for (const room of this.rooms.all) this.#marks.mark(room);
    if (!isSameUser || !this.#isOutboxRestored) this.#sender.restore(me.id);
    this.#isOutboxRestored = true;
    this.emit('me');
    this.emit('rooms');
  }

  /** A room that is resumed counts on by itself: its missed events are about to be replayed. */
  #list(entry, isSameLog) {
    const known = this.rooms.get(entry.r);
    const room = this.rooms.put(entry);
    room.cursor.forgetBuffered();
    room.isReplaying = known !== undefined && isSameLog;
    if (room.isReplaying) return;
    if (known) room.reset(entry.last ?? 0);
    room.countFrom(entry);
    this.#marks.recall(room);
  }

  #refused(error) {
    if (error.code === 'conflict') {
      this.#name = null;
      this.emit('ask-name', { problem: 'Someone here has that name already. Try another.' });
    } else if (error.code === 'unauthorized') {
      this.#introduceAgain();
    } else if (!error.temporary && this.#epoch !== null) {
      // Our cursors make no sense to the server: come back without them.
      this.#epoch = null;
      this.#connection.start();
    } else if (!error.temporary) {
      this.#name = null;
      this.emit('ask-name', { problem: error.message });
    }
  }

  #stateChanged(state) {
    if (state.name === 'online') this.#nowOnline();
    else if (state.name !== 'connecting') this.#sender.connectionLost();
    if (state.name === 'stopped' && state.code === CLOSE_AUTH_FAILED) this.#introduceAgain();
    else this.emit('connection', state);
  }

  #introduceAgain() {
    this.forgetIdentity();
    this.emit('ask-name', { problem: 'The server no longer knows this browser. Please introduce yourself again.' });
  }

  #nowOnline() {
    const wanted = this.rooms.current?.id ?? this.#settings.room;
    const room = this.rooms.get(wanted) ?? this.rooms.get(LOBBY) ?? this.rooms.inOrder()[0];
    if (room && room !== this.rooms.current) this.openRoom(room.id);
    else if (room) this.#refresh(room);
    this.#sender.pump();
  }

  // ---- what the server pushes

  #push(message) {
    const room = message.r === undefined ? undefined : this.rooms.get(message.r);
    switch (message.t) {
      case 'ev': if (room) this.#receive(room, message); break;
      case 'reset': if (room) this.#startOver(room, message.last ?? 0); break;
      case 'typing': if (room) this.#typingChanged(room, message); break;
      case 'presence': this.#presenceChanged(room, message.users); break;
      case 'read': if (room) this.#readElsewhere(room, message.seq); break;
      case 'room': this.#roomChanged(message); break;
      case 'replayed': if (room) room.isReplaying = false; break;
      default: break; // Unknown types are for later versions.
    }
  }

  #receive(room, event) {
    const { apply, gap } = room.cursor.receive(event);
    this.#apply(room, apply);
    if (gap) this.#pager.fillGap(room);
  }

  #apply(room, events) {
    for (const event of events) this.#applyOne(room, event);
    if (events.length === 0) return;
    room.settleConfirmed();
    this.emit('log', { room });
  }

  #applyOne(room, event) {
    room.timeline.append(event);
    const isOwn = event.from.id === this.me.id;
    if (isOwn && event.cid) this.#sender.confirm(event.cid);
    if (event.k === 'msg') this.#applyMessage(room, event, isOwn);
    if (event.k === 'join' && !room.isReplaying) this.#memberJoined(room, event.from);
    if (event.k === 'leave' && !room.isReplaying) this.#memberLeft(room, event.from.id);
  }

  #applyMessage(room, event, isOwn) {
    room.typing.remove(event.from.id);
    this.emit('typing', { room });
    if (isOwn) return;
    room.unread += 1;
    const mentionsMe = mentionsName(event.body ?? '', this.me.name);
    if (mentionsMe) room.mentions += 1;
    this.emit('message', { room, event, mentionsMe });
    this.emit('rooms');
  }

  /** The server cannot bring us up to date event by event: page instead. */
  #startOver(room, last) {
    room.isReplaying = false;
    room.reset(last);
    this.emit('log', { room });
    if (room === this.rooms.current) this.#pager.latest(room);
  }

  #typingChanged(room, { users, ttl_ms: ttlMs = TYPING_TTL_MS }) {
    room.typing.replace(users, ttlMs, this.#clock.now());
    this.emit('typing', { room });
    this.#clock.after(ttlMs + 50, () => this.emit('typing', { room }));
  }

  #presenceChanged(room, users) {
    if (room) room.members.update(users);
    else for (const each of this.rooms.all) each.members.updateKnown(users);
    this.emit('members', { room: room ?? this.rooms.current });
  }

  #memberJoined(room, user) {
    room.members.update([{ state: 'online', ...user }]);
    this.emit('members', { room });
  }

  #memberLeft(room, id) {
    room.members.remove(id);
    this.emit('members', { room });
    if (id === this.me.id) this.#leftRoom(room.id);
  }

  #readElsewhere(room, seq) {
    room.markRead(seq);
    this.emit('rooms');
  }

  #roomChanged(entry) {
    this.rooms.put(entry);
    this.emit('rooms');
  }

  // ---- rooms

  openRoom(r) {
    const room = this.rooms.get(r);
    if (!room || room === this.rooms.current) return;
    this.typing.stopped();
    this.rooms.current = room;
    this.#settings.room = r;
    room.timeline.reading = false;
    // A visit begins at the newest messages, not where the last one had paged to.
    if (!room.timeline.atTail) room.timeline.clear();
    room.beginVisit();
    this.emit('current');
    this.emit('rooms');
    this.#refresh(room);
  }

  /** What the screen needs of a room, asked anew after every connect. */
  async #refresh(room) {
    if (!this.#connection.isOnline) return;
    if (!room.timeline.loaded) this.#pager.latest(room);
    try {
      const { members } = await this.#connection.request({ t: 'who', r: room.id });
      room.members.replace(members);
      this.emit('members', { room });
    } catch (error) {
      // The list stays as it was; the next connect asks again.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  /** A page of the rooms one could join; `after` is the last room of the page before, or null. */
  publicRooms(query, after) {
    return this.#connection.request({
      t: 'rooms', ...(query === '' ? {} : { q: query }), ...(after === null ? {} : { after }),
    });
  }

  async join(r) {
    this.#entered(await this.#connection.request({ t: 'join', r }));
  }

  async create(name) {
    this.#entered(await this.#connection.request({ t: 'create', name, kind: 'public' }));
  }

  async leave(r) {
    await this.#connection.request({ t: 'leave', r });
    this.#leftRoom(r);
  }

  #entered(entry) {
    this.rooms.put(entry);
    this.openRoom(entry.r);
  }

  #leftRoom(r) {
    const wasCurrent = this.rooms.current?.id === r;
    this.rooms.remove(r);
    this.emit('rooms');
    if (wasCurrent) this.openRoom((this.rooms.get(LOBBY) ?? this.rooms.inOrder()[0])?.id);
  }

  // ---- messages

  /** What stands below the stored events: confirmed messages on their way back, then the outbox. */
  pendingOf(room) {
    const confirmed = room.confirmed.map((entry) => ({ ...entry, state: 'sent' }));
    return [...confirmed, ...this.#sender.outbox.ofRoom(room.id)];
  }

  get outboxSize() {
    return this.#sender.outbox.unsent;
  }

  /** False if the outbox is full. */
  send(body) {
    this.typing.stopped();
    return this.#sender.submit(this.rooms.current.id, body, this.me.id);
  }

  retry(cid) {
    this.#sender.retry(cid, this.me.id);
  }

  discard(cid) {
    this.#sender.discard(cid);
  }

  showLatest(room) {
    if (!room.timeline.atTail) this.#pager.latest(room);
  }

  showOlder(room) {
    this.#pager.older(room);
  }

  showNewer(room) {
    this.#pager.newer(room);
  }

  /** The end of the current room is on the screen of someone who looks. */
  seen(room) {
    if (!this.#isVisible() || room.cursor.last <= room.read) return;
    this.#marks.mark(room);
    this.emit('rooms');
  }

  #acked(entry, seq, ts) {
    const room = this.rooms.get(entry.r);
    if (room && seq > room.cursor.last) room.confirmed.push({ ...entry, seq, at: ts ?? entry.at });
    this.#outboxChanged(entry.r);
  }

  #outboxChanged(r) {
    this.emit('outbox');
    const room = r === null ? this.rooms.current : this.rooms.get(r);
    if (room) this.emit('log', { room });
  }

  #paged(room) {
    this.emit('log', { room });
  }
}
