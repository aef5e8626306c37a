import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, RETRY_FIRST_MS, RETRY_MAX_MS } from '../js/core/backoff.js';

test('the ceiling doubles from half a second to thirty seconds (6455-7.2.3-01)', () => {
  const backoff = new Backoff(() => 1);
  const delays = Array.from({ length: 9 }, () => backoff.nextMs());
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test('the jitter is full: any delay from zero to the ceiling (6455-7.2.3-01)', () => {
  assert.equal(new Backoff(() => 0).nextMs(), 0);
  assert.equal(new Backoff(() => 0.5).nextMs(), RETRY_FIRST_MS / 2);
});

test('the server may ask for more time, never for less', () => {
  const backoff = new Backoff(() => 1);
  assert.equal(backoff.nextMs(5000), 5000);
  assert.equal(backoff.nextMs(10), 1000);
});

test('a reset starts over', () => {
  const backoff = new Backoff(() => 1);
  for (let i = 0; i < 100; i += 1) backoff.nextMs();
  assert.equal(backoff.nextMs(), RETRY_MAX_MS);
  backoff.reset();
  assert.equal(backoff.nextMs(), RETRY_FIRST_MS);
});
