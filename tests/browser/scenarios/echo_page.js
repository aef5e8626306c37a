/** `duplex echo` and the page it serves. */

import assert from 'node:assert/strict';
import { scenario } from '../support/scenario.js';
import { PHONE } from '../support/visitor.js';

scenario('the echo page connects, sends, shows the bytes of every frame, and closes', async (stage) => {
  await stage.startEcho('--mode', 'plain');
  const visitor = await stage.visits({ name: 'Visitor' });
  await visitor.click('#connect');
  await visitor.seesText('#state', 'connected');
  await visitor.fill('#payload', 'Hi');
  await visitor.click('#send');
  await seesFrames(visitor, 2);

  const [sent, echoed] = await frames(visitor);
  assert.equal(sent.direction, 'to-server');
  // FIN and text; MASK and 2 bytes; a key; the payload under it.
  assert.deepEqual(sent.bytes.slice(0, 2), ['81', '82']);
  assert.equal(sent.bytes.length, 8);
  const [key, masked] = [sent.bytes.slice(2, 6), sent.bytes.slice(6)].map((part) => part.map((byte) => parseInt(byte, 16)));
  assert.equal(String.fromCharCode(masked[0] ^ key[0], masked[1] ^ key[1]), 'Hi');
  assert.equal(echoed.direction, 'to-browser');
  assert.deepEqual(echoed.bytes, ['81', '02', '48', '69']);

  await visitor.fill('#close-reason', 'done');
  await visitor.click('#close');
  await visitor.waitUntil('the close is shown', () =>
    document.querySelector('#state').textContent.startsWith('closed with 1000'));
  await seesFrames(visitor, 4);
  const closes = (await frames(visitor)).slice(2).map(({ direction, bytes }) => [direction, bytes[0]]);
  assert.deepEqual(closes, [['to-server', '88'], ['to-browser', '88']]);
});

scenario('the echo page shows frames as they crossed the wire, compressed ones too', async (stage) => {
  await stage.startEcho();
  const visitor = await stage.visits({ name: 'Visitor' });
  await visitor.click('#connect');
  await visitor.seesText('#state', 'connected');
  await visitor.fill('#payload', 'again '.repeat(50));
  await visitor.click('#send');
  await seesFrames(visitor, 2);
  for (const { bytes } of await frames(visitor)) assert.equal(bytes[0], 'c1');
  const previews = await visitor.page.$$eval('#frames .preview', (nodes) => nodes.map((node) => node.textContent));
  assert.deepEqual(previews.slice(0, 2), ['compressed', 'compressed']);
});

scenario('the echo page fits on a phone', async (stage) => {
  await stage.startEcho();
  const visitor = await stage.visits({ name: 'Visitor', viewport: PHONE });
  await visitor.page.tap('#connect');
  await visitor.seesText('#state', 'connected');
  await visitor.fill('#payload', 'x'.repeat(300));
  await visitor.page.tap('#send');
  await seesFrames(visitor, 2);
  const surplus = await visitor.page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  assert.equal(surplus, 0);
});

scenario('a page that closes gets none of what is on its way (WS-3-09, WS-3-10)', async (stage) => {
  await stage.startEcho();
  const visitor = await stage.visits({ name: 'Visitor' });
  const { code, wasClean, heard } = await visitor.page.evaluate(async (url) => {
    const socket = new WebSocket(url);
    await new Promise((resolve) => { socket.onopen = resolve; });
    let messages = 0;
    socket.onmessage = () => { messages += 1; };
    for (let number = 0; number < 100; number += 1) socket.send('echoed before the answer to close()');
    socket.close(1000);
    const closed = await new Promise((resolve) => { socket.onclose = resolve; });
    return { code: closed.code, wasClean: closed.wasClean, heard: messages };
  }, stage.server.socketUrl);
  assert.deepEqual([code, wasClean, heard], [1000, true, 0]);
});

async function seesFrames(visitor, count) {
  await visitor.waitUntil(`${count} frames are shown`, (wanted) =>
    document.querySelectorAll('#frames .to-server, #frames .to-browser').length === wanted, count);
}

function frames(visitor) {
  return visitor.page.$$eval('#frames .to-server, #frames .to-browser', (lines) => lines.map((line) => ({
    direction: line.className,
    bytes: [...line.querySelectorAll('.strip .byte')].map((byte) => byte.textContent),
  })));
}
