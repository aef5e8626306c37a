/** Without a pointer. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

const TABS_MAX = 40;

scenario('everything can be done by keyboard alone', async (stage) => {
  await stage.startChat();
  const alice = await stage.arrives({ name: 'Alice' });
  await alice.seesElement('#name-dialog[open]');
  await alice.page.keyboard.type('Alice');
  await alice.press('Enter');
  await alice.isOnline();
  await focusIsOn(alice, 'send-box');

  for (const room of ['Garden', 'Kitchen']) {
    await tabTo(alice, 'create-room');
    await alice.press('Enter');
    await focusIsOn(alice, 'create-field');
    await alice.page.keyboard.type(room);
    await alice.press('Enter');
    await alice.isIn(room);
    await focusIsOn(alice, 'send-box');
  }

  await alt(alice, 'ArrowUp');
  await alice.isIn('Garden');
  await alt(alice, 'ArrowUp');
  await alice.isIn('Lobby');
  await alt(alice, 'ArrowUp');
  await alice.isIn('Kitchen');
  await alt(alice, 'ArrowDown');
  await alice.isIn('Lobby');

  await control(alice, 'k');
  await focusIsOn(alice, 'switch-field');
  await alice.page.keyboard.type('gard');
  await alice.press('Enter');
  await alice.isIn('Garden');
  await focusIsOn(alice, 'send-box');

  await control(alice, 'k');
  await alice.press('Escape');
  await alice.missesElement('#switch-dialog');
  await alice.isIn('Garden');
  await focusIsOn(alice, 'send-box');

  await alice.page.keyboard.type('Typed by hand?');
  await alice.press('Enter');
  await alice.reads('Typed by hand?');
});

scenario('the help opens with a question mark, but not while one writes', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.writes('What');
  await alice.page.keyboard.type('?');
  assert.equal(await alice.page.$eval('#send-box', (box) => box.value), 'What?');
  assert.equal(await alice.page.$eval('#help-dialog', (dialog) => dialog.open), false);

  await tabTo(alice, 'log');
  await alice.page.keyboard.type('?');
  await alice.seesElement('#help-dialog[open]');
  await alice.press('Escape');
  await alice.missesElement('#help-dialog');
  await focusIsOn(alice, 'log');

  // A letter belongs into the message wherever the focus is.
  await alice.page.keyboard.type('x');
  await focusIsOn(alice, 'send-box');
  assert.equal(await alice.page.$eval('#send-box', (box) => box.value), 'What?x');
});

async function tabTo(person, id) {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    if (await person.page.evaluate(() => document.activeElement.id) === id) return;
    await person.press('Tab');
  }
  assert.fail(`${TABS_MAX} times Tab did not reach #${id}`);
}

async function focusIsOn(person, id) {
  await person.waitUntil(`the focus is on #${id}`, (wanted) => document.activeElement.id === wanted, id);
}

const alt = (person, key) => withModifier(person, 'Alt', key);
const control = (person, key) => withModifier(person, 'Control', key);

async function withModifier(person, modifier, key) {
  await person.page.keyboard.down(modifier);
  await person.press(key);
  await person.page.keyboard.up(modifier);
}
