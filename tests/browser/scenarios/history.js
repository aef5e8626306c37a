/** Reading back: pages are put in above what one reads without moving it. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';
import { fillLobby } from '../support/raw_client.js';

const MESSAGES = 430;
/** More than this the page does not hold; what it dropped it asks for again. */
const ROWS_MAX = 400;
const MOVED_PX_MAX = 2;

scenario('one can read back to the first message, and the place one reads at does not move', async (stage) => {
  await stage.startChat();
  await fillLobby(stage.server, MESSAGES);
  const alice = await stage.enters('Alice');
  await alice.reads(`message ${MESSAGES}`);

  const read = new Map();
  for (let oldest = Infinity; oldest > 1;) {
    const messages = await alice.messages();
    assert.ok(messages.length <= ROWS_MAX, `${messages.length} rows`);
    for (const { seq, body } of messages) read.set(seq, body);
    oldest = messages[0].seq;
    if (oldest > 1) await pageBack(alice, oldest);
  }
  assert.deepEqual([...read.keys()].sort((a, b) => a - b), numbersTo(MESSAGES));
  for (const [seq, body] of read) assert.equal(body, `message ${seq}`);
  await alice.waitUntil('the beginning is announced', () =>
    document.querySelector('#log-start').textContent.startsWith('This is the beginning of Lobby'));

  await newMessagesDoNotPull(alice, await stage.rawClient('Bob'));
});

scenario('from the top one can read down again to the newest message', async (stage) => {
  await stage.startChat();
  await fillLobby(stage.server, MESSAGES);
  const alice = await stage.enters('Alice');
  await alice.reads(`message ${MESSAGES}`);
  while ((await alice.messages())[0].seq > 1) await pageBack(alice, (await alice.messages())[0].seq);

  let last = (await alice.messages()).at(-1).seq;
  assert.ok(last < MESSAGES, 'the page has dropped its newest rows');
  while (last < MESSAGES) {
    await alice.page.$eval('#log', (log) => { log.scrollTop = log.scrollHeight; });
    last = await alice.waitUntil('the next page is there', (known) => {
      const seq = Number([...document.querySelectorAll('#messages .message')].at(-1).dataset.seq);
      return seq > known && seq;
    }, last);
  }
  const seqs = (await alice.messages()).map(({ seq }) => seq);
  assert.deepEqual(seqs, numbersTo(MESSAGES).slice(-seqs.length));
});

/** Scrolls near the top, and looks that the first visible row stays where it is while older ones come in. */
async function pageBack(person, oldest) {
  const anchor = await person.page.$eval('#log', (log) => {
    log.scrollTop = 300;
    const edge = log.getBoundingClientRect().top;
    const row = [...log.querySelectorAll('.message')].find((each) => each.getBoundingClientRect().top >= edge);
    return { seq: row.dataset.seq, top: row.getBoundingClientRect().top };
  });
  await person.waitUntil(`something older than ${oldest}`, (known) =>
    Number(document.querySelector('#messages .message').dataset.seq) < known, oldest);
  await isStillAt(person, anchor);
}

async function isStillAt(person, { seq, top }) {
  const now = await person.page.$eval(`.message[data-seq="${seq}"]`, (row) => row.getBoundingClientRect().top);
  assert.ok(Math.abs(now - top) <= MOVED_PX_MAX, `row ${seq} moved from ${top} to ${now}`);
}

async function newMessagesDoNotPull(reader, writer) {
  const anchor = await reader.page.$eval('.message[data-seq="5"]', (row) =>
    ({ seq: row.dataset.seq, top: row.getBoundingClientRect().top }));
  for (const text of ['news 1', 'news 2', 'news 3']) await writer.say(text);
  await reader.seesText('#new-messages[data-unread="true"]', '3 new');
  await isStillAt(reader, anchor);

  await reader.click('#new-messages');
  await reader.reads('news 3');
  await reader.missesElement('#new-messages');
  const distance = await reader.page.$eval('#log', (log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  assert.ok(Math.abs(distance) <= MOVED_PX_MAX, `${distance} px above the end`);
  // At the end one stays at the end.
  await writer.say('news 4');
  await reader.reads('news 4');
  await reader.waitUntil('news 4 is on the screen', () => {
    const row = [...document.querySelectorAll('#messages .message')].at(-1);
    return row.getBoundingClientRect().bottom <= document.querySelector('#log').getBoundingClientRect().bottom;
  });
}

function numbersTo(last) {
  return Array.from({ length: last }, (_, index) => index + 1);
}
