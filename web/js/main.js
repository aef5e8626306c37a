/** Wires everything together; nothing else knows more than it needs. */

import { Chat } from './chat/chat.js';
import { TabLease } from './core/tab_lease.js';
import { makeUuid } from './core/uuid.js';
import { systemClock } from './net/clock.js';
import { OutboxStore } from './store/outbox_store.js';
import { Settings } from './store/settings.js';
import { Banner } from './view/banner.js';
import { BrowseDialog } from './view/browse_dialog.js';
import { copyText } from './view/clipboard.js';
import { Composer } from './view/composer.js';
import { CreateDialog } from './view/create_dialog.js';
import { openFirmly, wireDialogs } from './view/dialogs.js';
import { Drawer } from './view/drawer.js';
import { byId } from './view/element.js';
import { wireKeyboard } from './view/keyboard.js';
import { MePanel } from './view/me_panel.js';
import { MemberPanel } from './view/member_panel.js';
import { MessageLog } from './view/message_log.js';
import { NameDialog } from './view/name_dialog.js';
import { Notifications } from './view/notifications.js';
import { OutboxCount } from './view/outbox_count.js';
import { RoomHeader } from './view/room_header.js';
import { RoomList } from './view/room_list.js';
import { StoppedDialog } from './view/stopped_dialog.js';
import { Switcher } from './view/switcher.js';
import { TabBadge } from './view/tab_badge.js';
import { toast } from './view/toast.js';
import { TypingLine } from './view/typing_line.js';

const SUBPROTOCOL = 'duplex.chat.v1';
const AWAY_AFTER_MS = 5 * 60_000;

const settings = new Settings(localStorage);
const store = new OutboxStore();
const isLookedAt = () => document.visibilityState === 'visible' && document.hasFocus();

const chat = new Chat({
  openSocket: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/chat`, SUBPROTOCOL),
  store,
  settings,
  clock: systemClock,
  random: Math.random,
  isVisible: () => document.visibilityState === 'visible',
});

wireDialogs();
const drawer = new Drawer();
const roomIsOpen = () => {
  drawer.close();
  // On a touch screen the keyboard would cover what one came to read.
  if (!matchMedia('(pointer: coarse)').matches) composer.focus();
};
const openRoom = (r) => {
  chat.openRoom(r);
  roomIsOpen();
};

const log = new MessageLog({
  chat, isLookedAt,
  copy: async (text) => {
    await copyText(text);
    toast('Copied.');
  },
});
const composer = new Composer({ chat, settings, toast, sent: () => log.toNewest() });
const switcher = new Switcher({ chat, open: openRoom });
new Banner({ chat });
new BrowseDialog({ chat, joined: roomIsOpen });
new CreateDialog({ chat, created: roomIsOpen });
new MemberPanel({ chat });
new MePanel({ chat });
new NameDialog({ chat, done: roomIsOpen });
new Notifications({ chat, settings, isLookedAt, open: openRoom });
new OutboxCount({ chat });
new RoomHeader({ chat, toast });
new RoomList({ chat, open: openRoom });
new StoppedDialog({ chat });
new TabBadge({ chat });
new TypingLine({ chat });

wireKeyboard({
  switchRoom: () => switcher.show(),
  stepRoom(by) {
    const rooms = chat.rooms.inOrder();
    const at = rooms.indexOf(chat.rooms.current);
    if (rooms.length > 0) openRoom(rooms[(at + by + rooms.length) % rooms.length].id);
  },
  help: () => byId('help-dialog').showModal(),
  escape() {
    if (drawer.isOpen) drawer.close();
    else log.toNewest();
  },
  write: () => composer.focus(),
});
byId('help-button').addEventListener('click', () => byId('help-dialog').showModal());

wirePresence();
await store.open();
wireTabs();

/** Away when the page has been out of sight for a while; back at once. */
function wirePresence() {
  let cancelAway = () => {};
  document.addEventListener('visibilitychange', () => {
    cancelAway();
    if (document.visibilityState === 'hidden') {
      chat.typing.stopped();
      cancelAway = systemClock.after(AWAY_AFTER_MS, () => chat.tellPresence('away'));
      return;
    }
    chat.wake();
    chat.tellPresence('online');
    log.lookedAt();
  });
  window.addEventListener('focus', () => log.lookedAt());
  window.addEventListener('online', () => chat.wake());
}

/** One tab holds the connection. */
function wireTabs() {
  const dialog = byId('tab-dialog');
  const lease = new TabLease({
    channel: new BroadcastChannel('duplex-chat'),
    clock: systemClock,
    id: makeUuid(),
    changed(holds) {
      byId('app').hidden = false;
      if (holds) {
        dialog.close();
        chat.start();
      } else {
        chat.stop();
        openFirmly(dialog);
      }
    },
  });
  byId('tab-take').addEventListener('click', () => lease.take());
  window.addEventListener('pagehide', () => lease.release());
  window.addEventListener('pageshow', (event) => { if (event.persisted) lease.ask(); });
  lease.ask();
}
