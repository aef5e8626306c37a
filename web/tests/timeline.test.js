import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS_MAX, Timeline } from '../js/core/timeline.js';

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, prev: from + i - 1 }));
const shown = (timeline) => [timeline.oldest, timeline.newest];
const isContiguous = (timeline) => timeline.events.every((event, i, all) => i === 0 || event.prev === all[i - 1].seq);

function loaded(from, to) {
  const timeline = new Timeline();
  timeline.showLatest(range(from, to), from > 1);
  return timeline;
}

test('live events before the first page are joined to it without gap or repetition', () => {
  const timeline = new Timeline();
  for (const event of range(8, 12)) timeline.append(event);
  timeline.showLatest(range(1, 10), false);
  assert.deepEqual(shown(timeline), [1, 12]);
  assert.ok(isContiguous(timeline));
  assert.ok(timeline.atTail);
});

test('a live event that the page already holds is not shown twice', () => {
  const timeline = loaded(1, 10);
  timeline.append(range(10, 10)[0]);
  assert.equal(timeline.events.length, 10);
});

test('growth at the end drops the beginning, which can be paged in again', () => {
  const timeline = loaded(1, EVENTS_MAX);
  timeline.append(range(EVENTS_MAX + 1, EVENTS_MAX + 1)[0]);
  assert.deepEqual(shown(timeline), [2, EVENTS_MAX + 1]);
  assert.ok(timeline.moreBefore);
});

test('growth at the end does not push away what someone reads', () => {
  const timeline = loaded(1, EVENTS_MAX);
  timeline.reading = true;
  timeline.append(range(EVENTS_MAX + 1, EVENTS_MAX + 1)[0]);
  assert.deepEqual(shown(timeline), [1, EVENTS_MAX]);
  assert.equal(timeline.atTail, false);
});

test('paging back drops the end, and live events are then only counted', () => {
  const timeline = loaded(1001, 1000 + EVENTS_MAX);
  timeline.prepend(range(901, 1000), true);
  assert.deepEqual(shown(timeline), [901, 900 + EVENTS_MAX]);
  timeline.append(range(5000, 5000)[0]);
  assert.deepEqual(shown(timeline), [901, 900 + EVENTS_MAX]);
  assert.ok(isContiguous(timeline));
});

test('paging forward reaches the end again, with what came meanwhile', () => {
  const timeline = loaded(1001, 1000 + EVENTS_MAX);
  timeline.prepend(range(901, 1000), true);
  timeline.append(range(1001 + EVENTS_MAX, 1001 + EVENTS_MAX)[0]);
  timeline.extend(range(901 + EVENTS_MAX, 1000 + EVENTS_MAX), false);
  assert.equal(timeline.newest, 1001 + EVENTS_MAX);
  assert.ok(timeline.atTail);
  assert.ok(isContiguous(timeline));
});

test('a page that misses newer live events does not claim to be the end', () => {
  const timeline = loaded(1, 10);
  timeline.atTail = false;
  timeline.append(range(50, 50)[0]);
  timeline.extend(range(11, 20), false);
  assert.equal(timeline.atTail, false);
});

test('an empty room is at its end', () => {
  const timeline = loaded(1, 0);
  assert.ok(timeline.atTail);
  timeline.append({ seq: 1, prev: 0 });
  assert.deepEqual(shown(timeline), [1, 1]);
});
