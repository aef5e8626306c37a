/** A visitor of the chat page. */

import { Visitor } from './visitor.js';

export class Person extends Visitor {
  /** Answers the name dialog and waits until the lobby is there. */
  async enter(name) {
    this.name = name;
    await this.fill('#name-dialog[open] #name-field', name);
    await this.press('Enter');
    await this.isOnline();
    await this.isIn('Lobby');
  }

  async isOnline() {
    await this.waitUntil('the page is online', () =>
      document.querySelector('#me-button').dataset.connection === 'online');
  }

  /** Online again after an outage, as impatient people do it. */
  async comesBack() {
    await this.waitUntil('the connection is back', () => {
      const retry = document.querySelector('#retry-now');
      if (retry?.checkVisibility()) retry.click();
      return document.querySelector('#me-button').dataset.connection === 'online';
    });
  }

  /** Waits until the room's messages are on the screen. */
  async isIn(room) {
    await this.seesText('#room-title', room);
    await this.seesElement('#log[aria-busy="false"]');
  }

  async opens(room) {
    await this.page.locator(roomEntry(room)).click();
    await this.isIn(room);
  }

  async writes(text) {
    await this.page.focus('#send-box');
    await this.page.keyboard.sendCharacter(text);
  }

  async says(text) {
    await this.writes(text);
    await this.press('Enter');
  }

  /** Waits until exactly one message says this and the server has it. */
  async reads(text) {
    await this.waitUntil(`reads “${text}”`, (wanted) => {
      const rows = [...document.querySelectorAll('#messages .message')];
      const found = rows.filter((row) => row.querySelector('.body').textContent === wanted);
      return found.length === 1 && found[0].dataset.state === 'sent';
    }, text);
  }

  /** Nothing of one's own waits to be sent any more. The page draws once per frame, so that only the newest message
   *  on the screen tells that all of them are there. */
  async hasSentAll({ newest }) {
    await this.reads(newest);
    await this.waitUntil('everything is sent', () =>
      [...document.querySelectorAll('#messages .message')].every((row) => row.dataset.state === 'sent'));
    await this.seesText('#outbox-count', '');
  }

  async waits(count) {
    await this.seesElement(`#outbox-count[data-count="${count}"]`);
  }

  /** The messages on the page, from the first to the last. */
  messages() {
    return this.page.$$eval('#messages .message', (rows) => rows.map((row) => ({
      seq: row.dataset.seq === undefined ? null : Number(row.dataset.seq),
      cid: row.dataset.cid ?? null,
      state: row.dataset.state,
      isOwn: row.dataset.own === 'true',
      isFirst: row.dataset.first === 'true',
      author: row.querySelector('.author').textContent,
      body: row.querySelector('.body').textContent,
    })));
  }

  /** The names in the member list with their presence. */
  async seesPresence(name, presence) {
    await this.waitUntil(`${name} is ${presence}`, (wanted, state) =>
      [...document.querySelectorAll('#member-list [data-member]')].some((item) =>
        item.querySelector('.member-name').textContent === wanted && item.dataset.presence === state), name, presence);
  }

  /** Waits until the room's entry in the list has these data attributes; null means that there is no entry. */
  async seesRoom(room, data) {
    await this.waitUntil(`the room ${room} shows ${JSON.stringify(data)}`, (name, wanted) => {
      const entry = [...document.querySelectorAll('#room-list [data-room]')]
        .find((each) => each.querySelector('bdi').textContent === name);
      if (!entry || wanted === null) return (entry ?? null) === wanted;
      return Object.entries(wanted).every(([key, value]) => entry.dataset[key] === value);
    }, room, data);
  }

  async createsRoom(name) {
    await this.click('#create-room');
    await this.fill('#create-field', name);
    await this.press('Enter');
    await this.isIn(name);
  }

  async joinsRoom(name) {
    await this.click('#browse-rooms');
    await this.page.locator(`#browse-list li ::-p-text(${name})`).wait();
    await this.page.locator(`::-p-xpath(//*[@id="browse-list"]/li[.//bdi[text()="${name}"]]//button)`).click();
    await this.isIn(name);
  }
}

function roomEntry(room) {
  return `::-p-xpath(//*[@id="room-list"]//button[bdi[text()="${room}"]])`;
}
