/** What others write is text. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';

const EVIL = [
  '<img src=x onerror="window.isBroken = true">',
  '<script>window.isBroken = true</script>',
  '"><svg/onload=window.isBroken=true>',
  'javascript:window.isBroken=true',
  '[click](javascript:window.isBroken=true)',
  'data:text/html,<script>window.isBroken=true</script>',
  'https://bank.example@evil.example/',
];

scenario('markup and scripts in messages, names and rooms are shown as text', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('<b>Alice</b>');
  const eve = await stage.enters('<img src=x onerror=1>');
  for (const text of EVIL) {
    await eve.says(text);
    await alice.reads(text);
  }
  await eve.createsRoom('<i onclick=1>Room</i>');
  await alice.joinsRoom('<i onclick=1>Room</i>');
  await alice.opens('Lobby');
  await alice.isIn('Lobby');
  await alice.reads(EVIL.at(-1));
  const found = await alice.page.evaluate(() => ({
    isBroken: 'isBroken' in window,
    elements: document.querySelectorAll('#app img:not(.brand-mark), #messages svg, #app script, #app b, #app i:not(.typing-dots i)').length,
    links: document.querySelectorAll('#messages a').length,
  }));
  assert.deepEqual(found, { isBroken: false, elements: 0, links: 0 });
});

scenario('a link to the web is a link that tells nobody where it was', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  await alice.says('See https://example.org/a?b=c&d=(e), or not.');
  await alice.reads('See https://example.org/a?b=c&d=(e), or not.');
  const link = await alice.page.$eval('#messages a', ({ href, rel, target, textContent }) => ({ href, rel, target, textContent }));
  assert.deepEqual(link, {
    href: 'https://example.org/a?b=c&d=(e)', rel: 'noopener noreferrer nofollow', target: '_blank',
    textContent: 'https://example.org/a?b=c&d=(e)',
  });
});

scenario('the page is served under a policy that forbids inline scripts, and breaking it shows', async (stage) => {
  await stage.startChat();
  const alice = await stage.enters('Alice');
  const headers = alice.response.headers();
  assert.match(headers['content-security-policy'], /default-src 'self'/);
  assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.deepEqual(alice.troubles({ outageIsExcused: false }), []);

  const visitor = await stage.arrives({ name: 'Mallory' });
  await visitor.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.isBroken = true';
    document.body.append(script);
  });
  assert.equal(await visitor.page.evaluate(() => 'isBroken' in window), false);
  const [trouble, ...others] = visitor.takeTroubles();
  assert.match(trouble, /Content Security Policy/);
  assert.deepEqual(others, []);
});
