/** Someone with a page open: what they do with it, what they see on it, and what went wrong in it. */

import { TimeoutError } from 'puppeteer-core';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const WAIT_MS = 30_000;
/** Not by frames: a page that is not in front has none. */
const LOOK_EVERY_MS = 40;
/** What a browser says about a server that is not there. */
const OUTAGE = /WebSocket connection to '[^']*' failed|net::ERR_(CONNECTION|NETWORK|EMPTY|SOCKET)/;

export class Visitor {
  page;
  name;

  #troubles = [];

  /** Opens `url` in a new tab of `context`. */
  static async open(context, url, { name = 'someone', viewport = DESKTOP, timeZone = 'UTC' } = {}) {
    const visitor = new this();
    visitor.name = name;
    visitor.page = await context.newPage();
    visitor.#listen();
    await visitor.page.setViewport(viewport);
    await visitor.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    await visitor.page.emulateTimezone(timeZone);
    // All pages of a headless browser are visible, but only one has the focus unless told otherwise.
    const session = await visitor.page.createCDPSession();
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    visitor.response = await visitor.page.goto(url);
    return visitor;
  }

  /** Resolves when `isSo(...values)`, which runs in the page, returns something true; `what` names it. */
  async waitUntil(what, isSo, ...values) {
    try {
      const handle = await this.page.waitForFunction(isSo, { timeout: WAIT_MS, polling: LOOK_EVERY_MS }, ...values);
      return await handle.jsonValue();
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      throw new Error(`${this.name} waited in vain: ${what}`, { cause: error });
    }
  }

  /** Waits until the element is there and not hidden. */
  async seesElement(selector) {
    await this.waitUntil(`${selector} is visible`, isVisible, selector);
  }

  /** Waits until the element is gone or hidden. */
  async missesElement(selector) {
    await this.waitUntil(`${selector} is gone`, isNotVisible, selector);
  }

  /** Waits until the element has exactly this text. */
  async seesText(selector, text) {
    await this.waitUntil(`${selector} says “${text}”`, hasText, selector, text);
  }

  async click(selector) {
    await this.seesElement(selector);
    await this.page.click(selector);
  }

  /** Replaces what stands in a field. */
  async fill(selector, text) {
    await this.seesElement(selector);
    await this.page.$eval(selector, (field) => field.select());
    await this.page.focus(selector);
    if (text === '') await this.page.keyboard.press('Delete');
    else await this.page.keyboard.sendCharacter(text);
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  textOf(selector) {
    return this.page.$eval(selector, (node) => node.textContent);
  }

  /** Errors in the page and in its console. Those about a server that is not there are excused. */
  troubles({ outageIsExcused }) {
    return this.#troubles.filter((text) => !(outageIsExcused && OUTAGE.test(text)));
  }

  /** The same, after which they are forgotten: for those that were provoked. */
  takeTroubles() {
    return this.#troubles.splice(0);
  }

  #listen() {
    const note = (text) => this.#troubles.push(`${this.name}: ${text}`);
    this.page.on('pageerror', (error) => note(error.message));
    this.page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) note(`${message.text()} (${message.location().url ?? ''})`);
    });
  }
}

function isVisible(selector) {
  const node = document.querySelector(selector);
  return node !== null && node.checkVisibility({ checkVisibilityCSS: true });
}

function isNotVisible(selector) {
  const node = document.querySelector(selector);
  return node === null || !node.checkVisibility({ checkVisibilityCSS: true });
}

function hasText(selector, text) {
  return document.querySelector(selector)?.textContent === text;
}
