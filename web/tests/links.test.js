import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLinks } from '../js/core/links.js';

const hrefs = (body) => splitLinks(body).filter((part) => part.href).map((part) => part.href);
const check = (body, expected) => {
  assert.deepEqual(hrefs(body), expected);
  assert.equal(splitLinks(body).map((part) => part.text).join(''), body);
};

test('http and https addresses become links', () => {
  check('see http://a.example and https://b.example/x?y=1#z now', ['http://a.example/', 'https://b.example/x?y=1#z']);
});

test('nothing else becomes a link', () => {
  for (const body of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'ftp://a.example',
    'xhttp://a.example', 'http://', 'https://', 'mailto:a@b.example', '<a href="x">', 'no link']) check(body, []);
});

test('the punctuation of the sentence is not part of the address', () => {
  check('Look (https://a.example/b). Really: https://a.example/c!', ['https://a.example/b', 'https://a.example/c']);
  check('"https://a.example/d", he said', ['https://a.example/d']);
});

test('balanced brackets belong to the address', () => {
  check('https://a.example/Duplex_(radio)', ['https://a.example/Duplex_(radio)']);
  check('(https://a.example/Duplex_(radio))', ['https://a.example/Duplex_(radio)']);
});

test('an address with credentials, which could read as another site, stays text', () => {
  check('https://bank.example@evil.example/', []);
  check('https://user:secret@a.example/', []);
});

test('bidi and control characters end an address', () => {
  check('https://a.example/\u202egnp.exe', ['https://a.example/']);
  check('https://a.example/\u0007x', ['https://a.example/']);
});

test('markup is text', () => {
  check('<script>alert(1)</script> https://a.example/<b>', ['https://a.example/']);
});

test('a long body without spaces is split in a moment', () => {
  const body = `https://a.example/${'('.repeat(8000)}${')'.repeat(8000)}`;
  const begin = performance.now();
  splitLinks(body);
  assert.ok(performance.now() - begin < 2000);
});
