import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialsOf, nameProblem, normalizeName, tintOf } from '../js/core/names.js';

test('names of 1 to 32 characters are fine, counted as people count them', () => {
  for (const name of ['A', 'Ada Lindqvist', 'فاطمة', '山田', '🙂'.repeat(32)]) assert.equal(nameProblem(name), null, name);
  assert.match(nameProblem('x'.repeat(33)), /32/);
});

test('blank names are refused', () => {
  for (const name of ['', '   ', '\u3000']) assert.notEqual(nameProblem(name), null);
});

test('invisible characters are refused', () => {
  for (const name of ['a\u200bb', 'a\u202eb', 'a\u0007b', 'a\u2028b', 'a\u2029b']) assert.match(nameProblem(name), /invisible/);
});

test('names are normalised to NFKC', () => {
  assert.equal(normalizeName(' \uff21da '), 'Ada');
});

test('initials are one or two letters', () => {
  assert.equal(initialsOf('Ada Lindqvist'), 'AL');
  assert.equal(initialsOf('bruno'), 'B');
  assert.equal(initialsOf('jean-luc p. k'), 'JK');
  assert.equal(initialsOf('🙂 smile'), '🙂S');
});

test('a tint is stable and within the palette', () => {
  for (let i = 0; i < 100; i += 1) {
    const tint = tintOf(`user${i}`, 8);
    assert.ok(tint >= 0 && tint < 8);
    assert.equal(tint, tintOf(`user${i}`, 8));
  }
});
