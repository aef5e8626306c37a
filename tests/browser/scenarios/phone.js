/** On a phone: 390 by 844, touch. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';
import { PHONE } from '../support/visitor.js';

const TOUCH_PX_MIN = 44;

scenario('on a phone rooms and members are drawers, and one can write', async (stage) => {
  await stage.startChat();
  const bob = await stage.enters('Bob');
  await bob.createsRoom('Garden');
  // It has to be wrapped, and is so long that most of it is folded away.
  await bob.says(`One long word: ${'abcdefghij'.repeat(150)}`);
  const alice = await stage.enters('Alice', { viewport: PHONE });
  await isInReach(alice, '#send-box');
  assert.equal(await alice.page.$eval('#sidebar', isOnScreen), false);

  await alice.page.tap('#open-drawer');
  await alice.waitUntil('the drawer is open', isOnScreenById, 'sidebar');
  await fitsThePhone(alice, '#sidebar');
  await alice.page.tap('#browse-rooms');
  await alice.seesElement('#browse-list [data-join]');
  await fitsThePhone(alice, '#browse-dialog');
  await alice.page.tap('#browse-list [data-join]');
  await alice.isIn('Garden');
  await alice.waitUntil('the drawer is closed', isNotOnScreenById, 'sidebar');

  await alice.page.tap('#send-box');
  await alice.page.keyboard.sendCharacter('from the phone');
  await alice.page.tap('#send-button');
  await bob.reads('from the phone');
  await alice.reads('from the phone');
  await fitsThePhone(alice, '#main');
  await isInReach(alice, '#send-box');

  await alice.page.tap('#members-button');
  await alice.waitUntil('the members are open', isOnScreenById, 'members');
  await alice.seesPresence('Bob', 'online');
  await fitsThePhone(alice, '#members');
  await alice.page.tap('#close-members');
  await alice.waitUntil('the members are closed', isNotOnScreenById, 'members');

  await stage.server.end('SIGKILL');
  await alice.seesElement('#banner #retry-now');
  await fitsThePhone(alice, '#main');
});

scenario('the dialogs fit on a phone', async (stage) => {
  await stage.startChat();
  const alice = await stage.arrives({ name: 'Alice', viewport: PHONE });
  await alice.seesElement('#name-dialog[open]');
  await fitsThePhone(alice, '#name-dialog');
  await alice.enter('Alice');
  for (const [button, dialog] of [
    ['create-room', 'create-dialog'], ['switch-room', 'switch-dialog'], ['help-button', 'help-dialog'], ['me-button', 'me-dialog'],
  ]) {
    if (!await alice.page.$eval('#sidebar', isOnScreen)) await alice.page.tap('#open-drawer');
    await alice.waitUntil('the drawer is open', isOnScreenById, 'sidebar');
    await alice.page.tap(`#${button}`);
    await alice.seesElement(`#${dialog}[open]`);
    await fitsThePhone(alice, `#${dialog}`);
    await alice.press('Escape');
    await alice.missesElement(`#${dialog}`);
  }
});

/** Nothing to scroll sideways, and everything one can touch is large enough for a finger. */
async function fitsThePhone(person, selector) {
  const { surplus, small } = await person.page.$eval(selector, (part, least) => ({
    surplus: Math.max(document.scrollingElement.scrollWidth - innerWidth, part.scrollWidth - part.clientWidth),
    small: [...part.querySelectorAll('button, input, textarea, select')]
      .filter((control) => control.checkVisibility({ checkVisibilityCSS: true }))
      .map((control) => ({ control: control.id || control.className, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(({ control, box }) => `${control} ${box.width}×${box.height}`),
  }), TOUCH_PX_MIN);
  assert.deepEqual({ surplus, small }, { surplus: 0, small: [] }, selector);
}

async function isInReach(person, selector) {
  const isInside = await person.page.$eval(selector, (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && bottom > top;
  });
  assert.ok(isInside, `${selector} is on the screen`);
}

function isOnScreen(node) {
  const { left, right } = node.getBoundingClientRect();
  return node.checkVisibility({ checkVisibilityCSS: true }) && right > 0 && left < innerWidth;
}

/** Whether it stands still there: a drawer slides. */
function isOnScreenById(id) {
  const node = document.getElementById(id);
  const { left, right } = node.getBoundingClientRect();
  return node.checkVisibility({ checkVisibilityCSS: true }) && left >= 0 && right <= innerWidth + 0.5 &&
    node.getAnimations().length === 0;
}

function isNotOnScreenById(id) {
  const node = document.getElementById(id);
  const { left, right } = node.getBoundingClientRect();
  return (!node.checkVisibility({ checkVisibilityCSS: true }) || right <= 0 || left >= innerWidth) &&
    node.getAnimations().length === 0;
}
