/** The server is killed, drained and gone; nothing that was written is lost, shown twice, or out of order. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

const KILLS = 5;
const MESSAGES_BETWEEN_KILLS = 10;
const KEY_MS = 8;

scenario('the server is killed again and again while two people type: nothing is lost, nothing comes twice', async (stage) => {
  await stage.startChat();
  await stage.layWire();
  const people = [await stage.enters('Alice'), await stage.enters('Bob')];
  const typing = { isOver: false };
  const typed = people.map((person) => keepTyping(person, typing));
  const acknowledged = new Map();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await Promise.all(people.map((person) => hasSent(person, kill * MESSAGES_BETWEEN_KILLS)));
    await note(acknowledged, people);
    await killBeforeTheAnswer(stage, people);
    await note(acknowledged, people);
    await stage.server.start();
    await Promise.all(people.map((person) => person.comesBack()));
  }
  typing.isOver = true;
  const bodies = await Promise.all(typed);
  for (const [index, person] of people.entries()) {
    await person.comesBack();
    await person.hasSentAll({ newest: bodies[index].at(-1) });
  }
  await assertAllHaveTheSame(stage, people, bodies);
  await assertNothingMoved(people, acknowledged);
});

scenario('a message comes once, whether the server was killed before it came or before its answer went', async (stage) => {
  await stage.startChat();
  await stage.layWire();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  const auditor = await stage.rawClient('Auditor');

  stage.wire.loseAnswers();
  const stored = auditor.hears('Alice');
  await alice.says('stored, not answered');
  await stored;
  assert.notEqual((await alice.messages()).at(-1).state, 'sent');
  await restart(stage, [alice, bob]);
  for (const person of [alice, bob]) await person.reads('stored, not answered');

  stage.wire.loseRequests();
  await alice.says('sent, not stored');
  await alice.seesElement('.message[data-state="sending"]');
  await restart(stage, [alice, bob]);
  for (const person of [alice, bob]) await person.reads('sent, not stored');

  const bodies = (await (await stage.rawClient('Auditor 2')).messages()).map(({ body }) => body);
  assert.deepEqual(bodies, ['stored, not answered', 'sent, not stored']);
});

scenario('what is written while the server is gone waits, survives the page, and arrives once in order', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await alice.says('before');
  await bob.reads('before');

  await stage.server.end('SIGKILL');
  await alice.seesElement('#banner:not([data-connection="online"])');
  const written = Array.from({ length: 12 }, (_, index) => `offline ${index + 1}`);
  for (const text of written) await alice.says(text);
  await alice.waits(written.length);
  await alice.seesText('#outbox-count', '12 messages waiting to be sent');
  // A page that is gone cannot send: what arrives later has survived on disk.
  await alice.page.close();
  await stage.server.start();
  await bob.comesBack();

  const again = await stage.opensTab(alice.page.browserContext(), { name: 'Alice again' });
  await again.isOnline();
  await bob.reads(written.at(-1));
  await again.hasSentAll({ newest: written.at(-1) });
  for (const person of [again, bob]) {
    assert.deepEqual((await person.messages()).map(({ body }) => body), ['before', ...written]);
  }
  const stored = await (await stage.rawClient('Auditor')).messages();
  assert.deepEqual(stored.map(({ body }) => body), ['before', ...written]);
});

scenario('a server that is told to end says goodbye, and everyone is back after its restart without a click', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await alice.says('before');
  await bob.reads('before');

  assert.equal(await stage.server.end('SIGTERM'), 0, 'its exit code');
  for (const person of [alice, bob]) {
    await person.seesElement('#banner');
    await person.seesElement('#banner[data-connection="waiting"] #retry-now');
    await person.seesText('.banner-text', 'The connection was lost. You can keep writing.');
  }
  await alice.says('meanwhile');
  await alice.waits(1);

  await stage.server.start();
  for (const person of [alice, bob]) {
    await person.isOnline();
    await person.missesElement('#banner');
  }
  await bob.reads('meanwhile');
  await bob.says('after');
  await alice.reads('after');
  await alice.seesPresence('Bob', 'online');
  await bob.seesPresence('Alice', 'online');
});

/** Kills the server when everyone has sent something of which they have not been told that it is stored, and
 *  has written on behind it. */
async function killBeforeTheAnswer(stage, people) {
  stage.wire.loseAnswers();
  await Promise.all(people.map((person) => person.seesElement('.message[data-state="sending"] ~ .message[data-state="queued"]')));
  await stage.server.end('SIGKILL');
  stage.wire.heal();
}

async function restart(stage, people) {
  await stage.server.end('SIGKILL');
  stage.wire.heal();
  await stage.server.start();
  for (const person of people) await person.comesBack();
}

/** Types message after message until told to stop; resolves with what was typed. */
async function keepTyping(person, typing) {
  const bodies = [];
  while (!typing.isOver) {
    const body = `${person.name} says ${bodies.length + 1}`;
    await person.page.focus('#send-box');
    await person.page.keyboard.type(body, { delay: KEY_MS });
    await person.press('Enter');
    bodies.push(body);
  }
  return bodies;
}

async function hasSent(person, count) {
  await person.waitUntil(`${count} own messages are acknowledged`, (wanted) =>
    document.querySelectorAll('.message[data-own="true"][data-state="sent"][data-seq]').length >= wanted, count);
}

/** Remembers by cid the place of each message that the page shows as sent. */
async function note(acknowledged, people) {
  for (const person of people) {
    for (const { cid, seq, state, isOwn } of await person.messages()) {
      if (isOwn && state === 'sent' && seq !== null) acknowledged.set(cid, seq);
    }
  }
}

async function assertAllHaveTheSame(stage, people, bodies) {
  const stored = await (await stage.rawClient('Auditor')).messages();
  assert.ok(stored.length >= people.length * KILLS * MESSAGES_BETWEEN_KILLS, `${stored.length} messages`);
  people.forEach(({ name }, index) => {
    const own = stored.filter(({ author }) => author === name).map(({ body }) => body);
    assert.deepEqual(own, bodies[index], `what ${name} typed, once each and in order`);
  });
  for (const person of people) {
    const last = stored.at(-1);
    await person.waitUntil('the newest message', (seq) => document.querySelector(`.message[data-seq="${seq}"]`), last.seq);
    const shown = (await person.messages()).map(({ seq, author, body }) => ({ seq, author, body }));
    assert.deepEqual(shown, stored, `what ${person.name} sees`);
  }
}

async function assertNothingMoved(people, acknowledged) {
  const places = new Map();
  for (const person of people) {
    for (const { cid, seq, isOwn } of await person.messages()) if (isOwn) places.set(cid, seq);
  }
  for (const [cid, seq] of acknowledged) assert.equal(places.get(cid), seq, `the place of ${cid}`);
}
