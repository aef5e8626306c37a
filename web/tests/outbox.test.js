import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTBOX_ENTRIES_MAX, Outbox } from '../js/core/outbox.js';

const NOW = 1000;
const fill = (...rooms) => {
  const outbox = new Outbox();
  rooms.forEach((r, index) => outbox.add({ cid: `c${index}`, r, body: `body ${index}`, user: 'u1', at: NOW }));
  return outbox;
};
const cids = (entries) => entries.map(({ cid }) => cid);
const temporary = (retryMs) => ({ temporary: true, message: 'later', retryMs });
const final = { temporary: false, message: 'no' };

test('the first entry of every room is ready, and one per room at a time', () => {
  const outbox = fill('a', 'a', 'b');
  assert.deepEqual(cids(outbox.ready(NOW)), ['c0', 'c2']);
  outbox.markSent('c0');
  assert.deepEqual(cids(outbox.ready(NOW)), ['c2']);
});

test('the next entry of a room is ready when the one before is confirmed', () => {
  const outbox = fill('a', 'a');
  outbox.markSent('c0');
  outbox.remove('c0');
  assert.deepEqual(cids(outbox.ready(NOW)), ['c1']);
});

test('after a lost connection everything is sent again in the original order', () => {
  const outbox = fill('a', 'a', 'a');
  outbox.markSent('c0');
  outbox.markAllUnknown();
  const sent = [];
  for (let entry = outbox.ready(NOW)[0]; entry; entry = outbox.ready(NOW)[0]) {
    sent.push(entry.cid);
    outbox.remove(entry.cid);
  }
  assert.deepEqual(sent, ['c0', 'c1', 'c2']);
});

test('a timeout means unknown: the same entry is ready again', () => {
  const outbox = fill('a');
  outbox.markSent('c0');
  outbox.markUnknown('c0');
  assert.deepEqual(cids(outbox.ready(NOW)), ['c0']);
});

test('a temporary refusal lets only that room rest, for as long as the server asks', () => {
  const outbox = fill('a', 'a', 'b');
  outbox.markSent('c0');
  outbox.markRefused('c0', temporary(700), NOW);
  assert.deepEqual(cids(outbox.ready(NOW)), ['c2']);
  assert.equal(outbox.wakesAt(NOW), NOW + 700);
  assert.deepEqual(cids(outbox.ready(NOW + 700)), ['c0', 'c2']);
});

test('a final refusal fails the entry and lets the next one go', () => {
  const outbox = fill('a', 'a');
  outbox.markSent('c0');
  outbox.markRefused('c0', final, NOW);
  assert.equal(outbox.find('c0').state, 'failed');
  assert.equal(outbox.find('c0').reason, 'no');
  assert.deepEqual(cids(outbox.ready(NOW)), ['c1']);
  assert.equal(outbox.unsent, 1);
});

test('entries of an earlier visit are sent in their order and before new ones', () => {
  const stored = fill('a', 'a').ofRoom('a').reverse().map((entry) => ({ ...entry, state: 'sending' }));
  const outbox = new Outbox();
  outbox.restore(stored, 'u1');
  outbox.add({ cid: 'new', r: 'a', body: 'later', user: 'u1', at: NOW });
  assert.deepEqual(cids(outbox.ofRoom('a')), ['c0', 'c1', 'new']);
  assert.deepEqual(cids(outbox.ready(NOW)), ['c0']);
});

test('what another user wrote in this browser is never sent under a new name', () => {
  const outbox = new Outbox();
  outbox.restore(fill('a').ofRoom('a'), 'u2');
  assert.equal(outbox.find('c0').state, 'failed');
  assert.deepEqual(outbox.ready(NOW), []);
});

test('a thousand messages queued offline are kept, and the bound is named', () => {
  const outbox = fill(...Array(1000).fill('a'));
  assert.equal(outbox.size, 1000);
  assert.equal(outbox.isFull, false);
  assert.equal(fill(...Array(OUTBOX_ENTRIES_MAX).fill('a')).isFull, true);
});
