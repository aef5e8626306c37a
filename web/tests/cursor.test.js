import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUFFERED_EVENTS_MAX, Cursor } from '../js/core/cursor.js';

const event = (seq, prev = seq - 1) => ({ seq, prev });
const seqs = (events) => events.map(({ seq }) => seq);

test('an event that was applied before is dropped', () => {
  const cursor = new Cursor(5);
  assert.deepEqual(cursor.receive(event(5)), { apply: [], gap: false });
  assert.deepEqual(cursor.receive(event(3)), { apply: [], gap: false });
});

test('the next event is applied, also where sequences are sparse', () => {
  const cursor = new Cursor(5);
  assert.deepEqual(seqs(cursor.receive(event(9, 5)).apply), [9]);
  assert.equal(cursor.last, 9);
});

test('an event whose predecessor is missing is buffered and asks for history', () => {
  const cursor = new Cursor(5);
  assert.deepEqual(cursor.receive(event(8)), { apply: [], gap: true });
  assert.equal(cursor.last, 5);
});

test('history fills the gap and releases what was buffered, in order and once', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(9));
  cursor.receive(event(8));
  const { apply, gap, trimmed } = cursor.receiveHistory([event(6), event(7), event(8)]);
  assert.deepEqual(seqs(apply), [6, 7, 8, 9]);
  assert.equal(gap, false);
  assert.equal(trimmed, false);
});

test('a page that does not reach the buffered events leaves the gap open', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(20));
  const { apply, gap } = cursor.receiveHistory([event(6), event(7)]);
  assert.deepEqual(seqs(apply), [6, 7]);
  assert.equal(gap, true);
});

test('the late original of a gap event releases what was buffered', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(7));
  assert.deepEqual(seqs(cursor.receive(event(6)).apply), [6, 7]);
});

test('history that begins above the cursor says that something is gone for good', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(40));
  assert.equal(cursor.receiveHistory([event(30), event(31)]).trimmed, true);
});

test('an empty history means that nothing lies between', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(9, 8));
  cursor.receive(event(10, 9));
  assert.deepEqual(seqs(cursor.receiveHistory([]).apply), [9, 10]);
});

test('the buffer is bounded and what did not fit is still missed', () => {
  const cursor = new Cursor(0);
  for (let seq = 2; seq < BUFFERED_EVENTS_MAX + 10; seq += 1) cursor.receive(event(seq));
  const { apply, gap } = cursor.receiveHistory([event(1)]);
  assert.equal(apply.length, BUFFERED_EVENTS_MAX + 1);
  assert.equal(gap, true);
});

test('after a reconnect the replay starts at the cursor, not at the buffer', () => {
  const cursor = new Cursor(5);
  cursor.receive(event(8));
  cursor.forgetBuffered();
  assert.deepEqual(seqs(cursor.receive(event(6)).apply), [6]);
  assert.deepEqual(seqs(cursor.receive(event(7)).apply), [7]);
});

test('a reset moves the cursor, also backwards', () => {
  const cursor = new Cursor(50);
  cursor.reset(3);
  assert.deepEqual(seqs(cursor.receive(event(4)).apply), [4]);
});

test('events that arrive in any order are applied once and in order', () => {
  for (let round = 0; round < 200; round += 1) {
    const events = Array.from({ length: 12 }, (_, index) => event(index + 1));
    const shuffled = events.map((each) => [Math.sin(each.seq * (round + 1) * 7.3), each])
      .sort((a, b) => a[0] - b[0]).map(([, each]) => each);
    const cursor = new Cursor(0);
    const applied = [...shuffled, ...shuffled].flatMap((each) => seqs(cursor.receive(each).apply));
    assert.deepEqual(applied, seqs(events));
  }
});
