/** Pictures of a conversation, for people to look at: build/screenshots/. That all of it could be drawn is the test. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PICTURES, scenario } from '../support/scenario.js';
import { DESKTOP, PHONE } from '../support/visitor.js';

const CONVERSATION = [
  ['Mira', 'Morning! The release build is green again.'],
  ['Mira', 'All suites, also under the sanitizers.'],
  ['Jonas', 'Nice. Did the race in the reconnect test turn up once more?'],
  ['Mira', 'Not in two hundred runs. It was the test: it looked at the list before the replay was complete.'],
  ['Ada', 'I left notes at https://example.org/notes/reconnect, please have a look.'],
  ['Ada', '@Jonas the picture in section two is yours to check.'],
  ['Jonas', 'Will do after lunch.\nIs the office plant still alive, by the way?'],
  ['Ada', 'Thriving. I moved it to the window.'],
];
const LAST = CONVERSATION.at(-1)[1];

scenario('pictures are taken on desktop and phone, in light and dark', async (stage) => {
  await mkdir(PICTURES, { recursive: true });
  await stage.startChat();
  const jonas = await stage.enters('Jonas', { timeZone: zoneWhereItIsNine() });
  const others = { Mira: await stage.rawClient('Mira'), Ada: await stage.rawClient('Ada') };
  const garden = await furnish(jonas, others);
  for (const [author, text] of CONVERSATION) {
    if (author !== 'Jonas') await others[author].say(text);
    else await sayLines(jonas, text);
    await jonas.reads(text);
  }
  await others.Mira.say('The beans are up!', garden);
  await jonas.seesRoom('Garden', { count: '1' });
  await take(jonas, others.Mira, DESKTOP, 'desktop');
  await take(jonas, others.Mira, PHONE, 'phone');
  await jonas.page.click('#open-drawer');
  await picture(jonas, 'phone-drawer-dark');
});

scenario('pictures are taken of the welcome, the help, and an outage', async (stage) => {
  await mkdir(PICTURES, { recursive: true });
  await stage.startChat();
  const ada = await stage.arrives({ name: 'Ada' });
  await ada.seesElement('#name-dialog[open]');
  await picture(ada, 'welcome');
  await ada.enter('Ada');
  await picture(ada, 'empty-room');
  await ada.click('#help-button');
  await picture(ada, 'help');
  await ada.press('Escape');
  await stage.server.end('SIGKILL');
  await ada.says('Is anyone there?');
  await ada.waits(1);
  await ada.seesElement('#banner');
  await picture(ada, 'outage');
});

/** Rooms to show in the list; Mira is in the garden, of which this is the id. */
async function furnish(person, { Mira }) {
  for (const room of ['Garden', 'Release 1.0', 'Music']) await person.createsRoom(room);
  const { rooms: [garden] } = await Mira.ask({ t: 'rooms', q: 'Garden' });
  await Mira.ask({ t: 'join', r: garden.r });
  await person.opens('Lobby');
  return garden.r;
}

async function sayLines(person, text) {
  const [first, ...others] = text.split('\n');
  await person.writes(first);
  for (const line of others) {
    await person.page.keyboard.down('Shift');
    await person.press('Enter');
    await person.page.keyboard.up('Shift');
    await person.writes(line);
  }
  await person.press('Enter');
}

/** The conversation begins in the morning, whenever it is played. (The sign of these zones is the opposite of
 *  what one expects.) */
function zoneWhereItIsNine() {
  const hours = (9 - new Date().getUTCHours() + 36) % 24 - 12;
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

async function take(person, typist, viewport, name) {
  await person.page.setViewport(viewport);
  await person.isOnline();
  for (const colours of ['light', 'dark']) {
    await person.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colours }]);
    await person.reads(LAST);
    typist.tell({ t: 'typing', r: 'lobby', on: true });
    await person.seesText('#typing-line', `${typist.me.name} is typing`);
    await picture(person, `${name}-${colours}`);
  }
}

async function picture(person, name) {
  await person.waitUntil('nothing changes its colour or place', () =>
    !document.getAnimations().some((each) => each instanceof CSSTransition));
  await person.page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
