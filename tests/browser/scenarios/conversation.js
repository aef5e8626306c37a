/** Two people talk. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

scenario('two people see the same messages in the same order, grouped by sender', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');

  await alice.says('Hello Bob');
  await alice.says('how are you?');
  await bob.reads('how are you?');
  await bob.says('Very well!');
  await alice.reads('Very well!');
  await alice.says('ni hao, 你好 👋');
  await bob.reads('ni hao, 你好 👋');

  const seenByBob = await bob.messages();
  assert.deepEqual(seenByBob.map(({ author, body, isFirst, isOwn }) => ({ author, body, isFirst, isOwn })), [
    { author: 'Alice', body: 'Hello Bob', isFirst: true, isOwn: false },
    { author: 'Alice', body: 'how are you?', isFirst: false, isOwn: false },
    { author: 'Bob', body: 'Very well!', isFirst: true, isOwn: true },
    { author: 'Alice', body: 'ni hao, 你好 👋', isFirst: true, isOwn: false },
  ]);
  const order = (messages) => messages.map(({ seq, body }) => [seq, body]);
  await alice.hasSentAll({ newest: 'ni hao, 你好 👋' });
  assert.deepEqual(order(await alice.messages()), order(seenByBob));
});

scenario('both talk at once and end with the same list', async (stage) => {
  await stage.startChat();
  const people = [await stage.enters('Alice'), await stage.enters('Bob')];
  await Promise.all(people.map(async (person) => {
    for (let number = 1; number <= 15; number += 1) await person.says(`${person.name} ${number}`);
  }));
  for (const person of people) {
    await person.hasSentAll({ newest: `${person.name} 15` });
    for (const each of people) await person.reads(`${each.name} 15`);
  }
  const [alice, bob] = await Promise.all(people.map(async (person) =>
    (await person.messages()).map(({ seq, author, body }) => ({ seq, author, body }))));
  assert.deepEqual(alice, bob);
  assert.deepEqual(alice, await (await stage.rawClient('Auditor')).messages());
  for (const { name } of people) {
    const own = alice.filter(({ author }) => author === name).map(({ body }) => body);
    assert.deepEqual(own, Array.from({ length: 15 }, (_, index) => `${name} ${index + 1}`));
  }
});

scenario('Shift Enter starts a new line, and the lines arrive as one message', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const bob = await stage.enters('Bob');
  await alice.writes('one');
  await alice.page.keyboard.down('Shift');
  await alice.press('Enter');
  await alice.page.keyboard.up('Shift');
  await alice.says('two');
  await bob.reads('one\ntwo');
});

scenario('a long message is folded until someone wants to read it', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.says(Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n'));
  await alice.seesElement('.message[data-state="sent"] .body[data-folded="true"]');
  const folded = await alice.page.$eval('.body', (body) => body.clientHeight);
  await alice.click('.message .link-button');
  await alice.seesElement('.body[data-folded="false"]');
  assert.ok(await alice.page.$eval('.body', (body) => body.clientHeight) > folded);
});

scenario('a message above the limit is not sent and not lost', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.writes('x'.repeat(16 * 1024 + 1));
  await alice.seesElement('#body-limit[data-level="over"]');
  await alice.seesElement('#send-button:disabled');
  await alice.press('Enter');
  await alice.seesText('#toasts', 'This message is too long to send.');
  await alice.press('Backspace', 'Enter');
  await alice.seesElement('.message[data-state="sent"]');
  assert.equal((await alice.messages())[0].body.length, 16 * 1024);
});
