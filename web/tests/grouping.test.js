import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUP_GAP_MS, rowsOf } from '../js/core/grouping.js';

const me = { id: 'me', name: 'Me' };
const ada = { id: 'ada', name: 'Ada' };
const bo = { id: 'bo', name: 'Bo' };
const DAY_MS = 86_400_000;
const message = (seq, from, ts, more = {}) => ({ seq, prev: seq - 1, ts, k: 'msg', from, body: `${seq}`, ...more });
const rows = (events, pending = [], newAfter = null) =>
  rowsOf(events, pending, { me, newAfter, dayOf: (ts) => `day ${Math.floor(ts / DAY_MS)}` });
const shape = (all) => all.map((row) => (row.kind === 'message' ? `${row.first ? '+' : '-'}${row.body}` : row.kind));

test('messages of one author in quick succession form a group', () => {
  assert.deepEqual(shape(rows([message(1, ada, 0), message(2, ada, 1000), message(3, bo, 2000), message(4, ada, 3000)])),
    ['day', '+1', '-2', '+3', '+4']);
});

test('a pause begins a new group', () => {
  assert.deepEqual(shape(rows([message(1, ada, 0), message(2, ada, GROUP_GAP_MS + 1)])), ['day', '+1', '+2']);
});

test('every day has one separator and begins a group', () => {
  assert.deepEqual(shape(rows([message(1, ada, DAY_MS - 1), message(2, ada, DAY_MS), message(3, ada, DAY_MS + 1)])),
    ['day', '+1', 'day', '+2', '-3']);
});

test('the new line stands once, above the first message of others that was not read', () => {
  const events = [message(1, ada, 0), message(2, me, 1), message(3, ada, 2), message(4, ada, 3)];
  assert.deepEqual(shape(rows(events, [], 1)), ['day', '+1', '+2', 'new', '+3', '-4']);
});

test('a day that begins with something new shows the day above the line', () => {
  const events = [message(1, ada, 0), message(2, ada, DAY_MS)];
  assert.deepEqual(shape(rows(events, [], 1)), ['day', '+1', 'day', 'new', '+2']);
});

test('nothing new, no line', () => {
  assert.deepEqual(shape(rows([message(1, ada, 0)], [], 1)), ['day', '+1']);
});

test('joins and leaves are notices, and kinds of later versions are skipped', () => {
  const events = [message(1, ada, 0), message(2, ada, 1, { k: 'join' }), message(3, ada, 2, { k: 'poll' }), message(4, ada, 3)];
  assert.deepEqual(shape(rows(events)), ['day', '+1', 'notice', '+4']);
});

test('an own message keeps its key when the server confirms it', () => {
  const [, waiting] = rows([], [{ cid: 'x', at: 0, body: 'hi', state: 'sending' }]);
  const [, stored] = rows([message(7, me, 5, { cid: 'x', body: 'hi' })]);
  assert.equal(waiting.key, stored.key);
  assert.equal(waiting.state, 'sending');
  assert.equal(stored.state, 'sent');
});

test('all keys differ', () => {
  const all = rows([message(1, ada, 0), message(2, me, DAY_MS, { cid: 'c1' })], [{ cid: 'c2', at: DAY_MS, body: '', state: 'queued' }], 0);
  assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
});
