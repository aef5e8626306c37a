import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER_MS, TabLease } from '../js/core/tab_lease.js';
import { FakeClock } from './fake_clock.js';

/** Tabs on one channel; messages are delivered when `settle` is called. */
class Tabs {
  clock = new FakeClock();
  tabs = [];
  #mail = [];

  open(id) {
    const tab = { holds: null, channel: { postMessage: (data) => this.#mail.push([tab, data]) } };
    tab.lease = new TabLease({ channel: tab.channel, clock: this.clock, id, changed: (holds) => { tab.holds = holds; } });
    this.tabs.push(tab);
    tab.lease.ask();
    return tab;
  }

  settle() {
    while (this.#mail.length > 0) {
      const [from, data] = this.#mail.shift();
      for (const tab of this.tabs) if (tab !== from) tab.channel.onmessage({ data });
    }
  }

  wait(ms) {
    this.settle();
    this.clock.advance(ms);
    this.settle();
  }

  get holders() {
    return this.tabs.filter((tab) => tab.holds).length;
  }
}

test('the only tab gets the lease', () => {
  const tabs = new Tabs();
  const one = tabs.open('a');
  tabs.wait(ANSWER_MS);
  assert.equal(one.holds, true);
});

test('a second tab finds it taken', () => {
  const tabs = new Tabs();
  const one = tabs.open('a');
  tabs.wait(ANSWER_MS);
  const two = tabs.open('b');
  tabs.wait(ANSWER_MS * 4);
  assert.deepEqual([one.holds, two.holds], [true, false]);
});

test('a tab can take the lease, and the other one learns of it', () => {
  const tabs = new Tabs();
  const one = tabs.open('z');
  tabs.wait(ANSWER_MS);
  const two = tabs.open('b');
  tabs.wait(ANSWER_MS);
  two.lease.take();
  tabs.wait(0);
  assert.deepEqual([one.holds, two.holds], [false, true]);
});

test('when the holder goes away one of the others follows', () => {
  const tabs = new Tabs();
  const one = tabs.open('a');
  tabs.wait(ANSWER_MS);
  tabs.open('b');
  tabs.open('c');
  tabs.wait(ANSWER_MS);
  one.lease.release();
  tabs.tabs.shift();
  tabs.wait(ANSWER_MS * 2);
  assert.equal(tabs.holders, 1);
});

test('tabs that start together end with one holder', () => {
  const tabs = new Tabs();
  for (const id of ['a', 'b', 'c', 'd']) tabs.open(id);
  tabs.wait(ANSWER_MS * 2);
  assert.equal(tabs.holders, 1);
});

test('a tab that was frozen with the lease gives way to the later claim', () => {
  const tabs = new Tabs();
  const frozen = tabs.open('z');
  tabs.wait(ANSWER_MS);
  tabs.tabs = [];
  const two = tabs.open('b');
  tabs.wait(ANSWER_MS);
  tabs.tabs.push(frozen);
  frozen.channel.onmessage({ data: { type: 'who' } });
  tabs.wait(0);
  assert.deepEqual([frozen.holds, two.holds], [false, true]);
});
