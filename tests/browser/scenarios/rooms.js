/** Rooms: making, finding, joining and leaving them, and what their badges say. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

scenario('a room is created, found, joined and left', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');

  await alice.createsRoom('Garden');
  await alice.says('tomatoes');
  await bob.joinsRoom('Garden');
  await bob.reads('tomatoes');
  await bob.seesPresence('Alice', 'online');
  await alice.seesPresence('Bob', 'online');
  await bob.says('and beans');
  await alice.reads('and beans');

  await bob.click('#leave-room');
  await bob.click('#leave-confirm');
  await bob.isIn('Lobby');
  await bob.seesRoom('Garden', null);
  await alice.waitUntil('reads that Bob left', () =>
    [...document.querySelectorAll('.notice')].at(-1)?.textContent === 'Bob left');
});

scenario('a room name that is taken is refused', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.createsRoom('Garden');
  await alice.click('#create-room');
  await alice.fill('#create-field', 'GARDEN');
  await alice.press('Enter');
  await alice.seesText('#create-error', 'There is a room with that name already.');
});

scenario('badges count what is unread and what mentions one, and clear when it is read', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await alice.createsRoom('Garden');
  await bob.joinsRoom('Garden');
  await bob.opens('Lobby');

  await alice.says('tomatoes');
  await bob.seesRoom('Garden', { unread: 'true', count: '1', mentions: '0' });
  await bob.waitUntil('the title counts', () => document.title === '(1) Lobby · Duplex');
  await alice.says('What do you say, @bob?');
  await bob.seesRoom('Garden', { unread: 'true', count: '2', mentions: '1' });
  await bob.waitUntil('the icon has a badge', () => document.querySelector('#favicon').dataset.badge === 'mention');

  await bob.opens('Garden');
  await bob.seesRoom('Garden', { unread: 'false', count: '0', mentions: '0' });
  await bob.seesElement('[data-new-line]');
  await bob.seesElement('.message[data-mention="true"]');
  await bob.waitUntil('the title is plain', () => document.title === 'Garden · Duplex');

  // What has been read stays read.
  await bob.page.reload();
  await bob.isIn('Garden');
  await bob.seesRoom('Garden', { unread: 'false', count: '0' });
});

scenario('every room keeps its own draft', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.createsRoom('Garden');
  await alice.writes('half a thought');
  await alice.opens('Lobby');
  assert.equal(await alice.page.$eval('#send-box', (box) => box.value), '');
  await alice.page.reload();
  await alice.isOnline();
  await alice.opens('Garden');
  assert.equal(await alice.page.$eval('#send-box', (box) => box.value), 'half a thought');
});
