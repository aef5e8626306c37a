/** Who one is: the name dialog, being remembered, and several tabs. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

scenario('a name that is taken is refused, another one leads into the lobby', async (stage) => {
  await stage.startChat();
  await stage.enters('Alice');

  const bob = await stage.arrives({ name: 'Bob' });
  await bob.fill('#name-dialog[open] #name-field', '   ');
  await bob.press('Enter');
  await bob.waitUntil('a blank name is refused', () => document.querySelector('#name-error').textContent !== '');
  // Names are compared without regard to case.
  await bob.fill('#name-field', 'aLICE');
  await bob.press('Enter');
  await bob.seesText('#name-error', 'Someone here has that name already. Try another.');
  await bob.enter('Bob');
  await bob.missesElement('#name-dialog');
  await bob.seesPresence('Alice', 'online');
});

scenario('Escape does not get around the name dialog', async (stage) => {
  await stage.startChat();
  const visitor = await stage.arrives();
  await visitor.seesElement('#name-dialog[open]');
  await visitor.press('Escape', 'Escape', 'Escape');
  assert.ok(await visitor.page.$eval('#name-dialog', (dialog) => dialog.open));
});

scenario('a browser is remembered over a reload', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.says('before the reload');
  await alice.reads('before the reload');
  await alice.page.reload();
  await alice.isOnline();
  await alice.reads('before the reload');
  await alice.seesText('.me-name', 'Alice');
  const [message] = await alice.messages();
  assert.equal(message.isOwn, true);
});

scenario('one of two tabs holds the connection, and either may take it', async (stage) => {
  await stage.startChat();
  const first = await stage.enters('Alice');
  const second = await stage.opensTab(first.page.browserContext(), { name: 'Alice in the second tab' });
  await second.seesElement('#tab-dialog[open]');

  await second.click('#tab-take');
  await second.isOnline();
  await second.isIn('Lobby');
  await second.says('from the second tab');
  await second.reads('from the second tab');

  await first.seesElement('#tab-dialog[open]');
  await second.page.close();
  await first.missesElement('#tab-dialog');
  await first.isOnline();
  await first.reads('from the second tab');
});
