import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { bodyBytes, isLong, roomLeft } from '../js/core/body.js';
import { explainClose, isFinal } from '../js/core/close_codes.js';
import { mentionsName } from '../js/core/mentions.js';
import { dayName } from '../js/core/times.js';
import { typingSentence, TypingList } from '../js/core/typing_list.js';
import { makeUuid } from '../js/core/uuid.js';

globalThis.crypto ??= webcrypto; // a global in every browser, but not yet in node 18

test('a mention is the whole name after an at sign, in any case and form', () => {
  assert.ok(mentionsName('hi @ada, look', 'Ada'));
  assert.ok(mentionsName('@Ada Lindqvist: yes', 'Ada Lindqvist'));
  assert.ok(mentionsName('@\uff21da', 'Ada'));
  for (const body of ['@adam', 'mail@ada', 'ada', '@ ada']) assert.equal(mentionsName(body, 'Ada'), false, body);
});

test('the limit counts bytes of UTF-8, not characters', () => {
  assert.equal(bodyBytes('é🙂'), 6);
  assert.deepEqual(roomLeft('x'.repeat(100), 1000), { level: 'far', left: 900 });
  assert.equal(roomLeft('x'.repeat(900), 1000).level, 'near');
  assert.equal(roomLeft('x'.repeat(1000), 1000).level, 'near');
  assert.equal(roomLeft('x'.repeat(1001), 1000).level, 'over');
});

test('many lines or many characters are long', () => {
  assert.equal(isLong('short\n'.repeat(5)), false);
  assert.equal(isLong('line\n'.repeat(30)), true);
  assert.equal(isLong('x'.repeat(2000)), true);
});

test('up to three names are told, more are several people', () => {
  const text = (...names) => typingSentence(names).map((part) => part.name ?? part.text).join('');
  assert.equal(text(), '');
  assert.equal(text('Ada'), 'Ada is typing');
  assert.equal(text('Ada', 'Bo'), 'Ada and Bo are typing');
  assert.equal(text('Ada', 'Bo', 'Cy'), 'Ada, Bo and Cy are typing');
  assert.equal(text('Ada', 'Bo', 'Cy', 'Di'), 'Several people are typing');
});

test('typing expires by itself, leaves oneself out and ends with a message', () => {
  const list = new TypingList();
  list.replace([{ id: 'me' }, { id: 'ada' }, { id: 'bo' }], 6000, 1000);
  assert.deepEqual(list.others('me', 1000).map(({ id }) => id), ['ada', 'bo']);
  list.remove('ada');
  assert.deepEqual(list.others('me', 6999).map(({ id }) => id), ['bo']);
  assert.deepEqual(list.others('me', 7000), []);
});

test('from 4500 on a close is final and has an explanation', () => {
  for (const code of [1000, 1006, 1012, 4000, 4002, 4004, 4010, 4499, 5000]) assert.equal(isFinal(code), false, code);
  for (const code of [4500, 4501, 4502, 4503, 4504, 4505, 4506, 4999]) {
    assert.equal(isFinal(code), true, code);
    assert.notEqual(explainClose(code).title, '');
  }
  assert.equal(explainClose(4502).action, null);
});

test('days are named from today', () => {
  const noon = new Date(2026, 4, 10, 12).getTime();
  assert.equal(dayName(noon - 3600e3, noon), 'Today');
  assert.equal(dayName(noon - 86_400e3, noon), 'Yesterday');
  assert.notEqual(dayName(noon - 3 * 86_400e3, noon), 'Yesterday');
  assert.match(dayName(new Date(2024, 0, 5).getTime(), noon), /2024/);
});

test('a cid is a canonical lower-case UUID', () => {
  assert.match(makeUuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(makeUuid((bytes) => bytes.fill(255)), 'ffffffff-ffff-4fff-bfff-ffffffffffff');
});
