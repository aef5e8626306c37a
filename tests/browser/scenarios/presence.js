/** Who is here, and who is writing. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

/** More than the six seconds after which a page forgets who was typing. */
const LONG_TEXT = 'I am not a fast typist at all, sorry.';
const SLOW_KEY_MS = 200;

scenario('the line about who is typing comes and goes', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');

  await alice.writes('Hel');
  await bob.seesText('#typing-line', 'Alice is typing');
  await alice.fill('#send-box', '');
  await bob.seesText('#typing-line', '');

  await alice.writes('Hello');
  await bob.seesText('#typing-line', 'Alice is typing');
  await alice.press('Enter');
  await bob.reads('Hello');
  await bob.seesText('#typing-line', '');
  await alice.seesText('#typing-line', '');
});

scenario('two who type are both named, and one who vanishes is forgotten', async (stage) => {
  await stage.startChat();
  const bob = await stage.enters('Bob');
  const typists = [await stage.rawClient('Alice'), await stage.rawClient('Carol')];
  for (const typist of typists) typist.tell({ t: 'typing', r: 'lobby', on: true });
  await bob.waitUntil('both are named', () =>
    ['Alice and Carol are typing', 'Carol and Alice are typing'].includes(
      document.querySelector('#typing-line').textContent));
  await typists[0].leave();
  await bob.seesText('#typing-line', 'Carol is typing');
});

scenario('who takes long to write is named all the time', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await alice.writes('Well. ');
  await bob.seesText('#typing-line', 'Alice is typing');
  const seen = await bob.page.evaluateHandle(() => {
    const texts = new Set();
    const line = document.querySelector('#typing-line');
    new MutationObserver(() => texts.add(line.textContent)).observe(line, { childList: true, subtree: true });
    return texts;
  });
  await alice.page.keyboard.type(LONG_TEXT, { delay: SLOW_KEY_MS });
  assert.equal(await bob.textOf('#typing-line'), 'Alice is typing');
  assert.deepEqual(await seen.evaluate((texts) => [...texts].filter((text) => text !== 'Alice is typing')), []);
});

scenario('who closes the page is offline for the others', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await bob.seesPresence('Alice', 'online');
  await bob.seesPresence('Bob', 'online');
  await bob.seesText('#member-count', '2');
  await alice.page.close();
  await bob.seesPresence('Alice', 'offline');
  await bob.seesText('#member-count', '1');
});
