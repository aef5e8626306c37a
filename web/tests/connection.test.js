import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../js/net/connection.js';
import { REPLY_TIMEOUT_MS } from '../js/net/requests.js';
import { FakeClock } from './fake_clock.js';

const HEARTBEAT_MS = 20_000;
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

class FakeSocket {
  sent = [];
  closedWith = null;
  readyState = 1;
  send(text) { this.sent.push(JSON.parse(text)); }
  close(code) { this.closedWith = code; }
  receive(message) { this.onmessage?.({ data: JSON.stringify(message) }); }
  drop(code = 1006, reason = '') { this.onclose?.({ code, reason }); }
}

class Wire {
  clock = new FakeClock();
  sockets = [];
  states = [];
  pushes = [];
  welcomes = [];
  refusals = [];

  constructor(more = {}) {
    this.connection = new Connection({
      clock: this.clock,
      random: () => 1,
      openSocket: () => {
        this.sockets.push(new FakeSocket());
        return this.socket;
      },
      on: {
        greeting: () => ({ client: 'test', auth: { name: 'Ada' } }),
        welcome: (ok) => this.welcomes.push(ok),
        refused: (error) => this.refusals.push(error),
        push: (message) => this.pushes.push(message),
        state: (state) => this.states.push(state.name),
        closed: () => true,
        ...more,
      },
    });
  }

  get socket() { return this.sockets.at(-1); }

  async greeted() {
    this.connection.start();
    await this.greet();
    return this;
  }

  async greet() {
    this.socket.onopen();
    this.socket.receive({ re: this.socket.sent[0].id, ok: { heartbeat_ms: HEARTBEAT_MS } });
    await settled();
  }
}

test('says hello first and is online with the answer', async () => {
  const wire = await new Wire().greeted();
  assert.equal(wire.sockets[0].sent[0].t, 'hello');
  assert.equal(wire.sockets[0].sent[0].client, 'test');
  assert.deepEqual(wire.states, ['connecting', 'online']);
});

test('answers a ping and hands pushes on', async () => {
  const wire = await new Wire().greeted();
  wire.socket.receive({ t: 'ping' });
  wire.socket.receive({ t: 'ev', seq: 1 });
  assert.deepEqual(wire.socket.sent.at(-1), { t: 'pong' });
  assert.deepEqual(wire.pushes, [{ t: 'ev', seq: 1 }]);
});

test('silent for the heartbeat and ten seconds more is dead', async () => {
  const wire = await new Wire().greeted();
  wire.clock.advance(HEARTBEAT_MS);
  wire.socket.receive({ t: 'ping' });
  wire.clock.advance(HEARTBEAT_MS + 9_999);
  assert.equal(wire.connection.isOnline, true);
  wire.clock.advance(1);
  assert.equal(wire.connection.state.name, 'waiting');
  assert.equal(wire.sockets[0].closedWith, 4002);
});

test('a server that never answers the hello is given up', () => {
  const wire = new Wire();
  wire.connection.start();
  wire.socket.onopen();
  wire.clock.advance(15_000);
  assert.equal(wire.connection.state.name, 'waiting');
});

test('reconnects after the backoff, and honours retry_ms of the bye', async () => {
  const wire = await new Wire().greeted();
  wire.socket.receive({ t: 'bye', code: 4000, reason: 'restart', retry_ms: 7000 });
  wire.socket.drop(4000);
  wire.clock.advance(6999);
  assert.equal(wire.sockets.length, 1);
  wire.clock.advance(1);
  assert.equal(wire.sockets.length, 2);
});

test('failures in a row wait longer, also when the hello succeeds in between (6455-7.2.3-01)', async () => {
  const wire = await new Wire().greeted();
  for (const delay of [500, 1000, 2000]) {
    wire.socket.drop();
    wire.clock.advance(delay - 1);
    assert.equal(wire.connection.state.name, 'waiting');
    wire.clock.advance(1);
    await wire.greet();
  }
  wire.clock.advance(5000);
  wire.socket.drop();
  assert.equal(wire.connection.state.until - wire.clock.now(), 500);
});

test('retry now does not wait', async () => {
  const wire = await new Wire().greeted();
  wire.socket.drop();
  wire.connection.retryNow();
  assert.equal(wire.sockets.length, 2);
});

test('close codes from 4500 on stop for good', async () => {
  const wire = await new Wire().greeted();
  wire.socket.receive({ t: 'bye', code: 4502, reason: 'enough' });
  wire.socket.drop(4502);
  wire.clock.advance(600_000);
  assert.deepEqual(wire.connection.state, { name: 'stopped', code: 4502, reason: 'enough' });
  assert.equal(wire.sockets.length, 1);
  assert.equal(wire.clock.timers, 0);
});

test('people are told the reason of a bye, never that of a Close (6455-5.5.1-05)', async () => {
  for (const code of [4000, 4502]) {
    const silent = await new Wire().greeted();
    silent.socket.drop(code, 'assertion failed in line 12');
    assert.equal(silent.connection.state.reason, undefined);
    const polite = await new Wire().greeted();
    polite.socket.receive({ t: 'bye', code, reason: 'see you' });
    polite.socket.drop(code, 'assertion failed in line 12');
    assert.equal(polite.connection.state.reason, 'see you');
  }
});

test('a hidden page that was taken over waits until it is asked', async () => {
  const wire = await new Wire({ closed: (code) => code !== 4004 }).greeted();
  wire.socket.drop(4004);
  wire.clock.advance(600_000);
  assert.equal(wire.sockets.length, 1);
  wire.connection.wake();
  assert.equal(wire.sockets.length, 2);
});

test('a refused hello is reported and not repeated by itself', async () => {
  const wire = new Wire();
  wire.connection.start();
  wire.socket.onopen();
  wire.socket.receive({ re: wire.socket.sent[0].id, err: { code: 'conflict', msg: 'taken', temporary: false } });
  await settled();
  wire.clock.advance(600_000);
  assert.equal(wire.refusals[0].code, 'conflict');
  assert.equal(wire.sockets.length, 1);
});

test('a hello refused for now is repeated after the time the server names', async () => {
  const wire = new Wire();
  wire.connection.start();
  wire.socket.onopen();
  wire.socket.receive({ re: wire.socket.sent[0].id, err: { code: 'unavailable', msg: 'later', temporary: true, retry_ms: 3000 } });
  await settled();
  wire.clock.advance(3000);
  assert.equal(wire.sockets.length, 2);
});

test('a request gets its own reply, an error becomes an exception', async () => {
  const { connection, socket } = await new Wire().greeted();
  const first = connection.request({ t: 'who' });
  const second = connection.request({ t: 'join' });
  const [a, b] = socket.sent.slice(-2);
  socket.receive({ re: b.id, err: { code: 'rate_limited', msg: 'slow', temporary: true, retry_ms: 9 } });
  socket.receive({ re: a.id, ok: { members: [] } });
  assert.deepEqual(await first, { members: [] });
  await assert.rejects(second, { code: 'rate_limited', temporary: true, retryMs: 9 });
});

test('without a reply, or with a lost connection, the outcome is unknown', async () => {
  const wire = await new Wire().greeted();
  const late = wire.connection.request({ t: 'send' });
  wire.clock.advance(REPLY_TIMEOUT_MS);
  await assert.rejects(late, { code: 'timeout', isUnknown: true });
  const lost = wire.connection.request({ t: 'send' });
  wire.socket.drop();
  await assert.rejects(lost, { code: 'lost', isUnknown: true });
  await assert.rejects(wire.connection.request({ t: 'send' }), { code: 'lost' });
});
