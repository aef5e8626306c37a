// Bytes on a TCP connection, for what the programs of others would not send by themselves.

import { once } from "node:events";
import net from "node:net";

import { Sender } from "ws";

/** A frame, as ws writes it; masked unless told otherwise. */
export function frame(opcode, payload = "", { fin = true, mask = true, rsv1 = false } = {}) {
  return Buffer.concat(Sender.frame(Buffer.from(payload), { opcode, fin, mask, rsv1, readOnly: false }));
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** One end of a TCP connection that does only what it is told. */
export class Wire {
  constructor(socket) {
    this.socket = socket.setNoDelay();
    this.socket.on("error", () => {});
    this.incoming = socket[Symbol.asyncIterator]();
    this.held = Buffer.alloc(0);
  }

  static async connect(t, port) {
    const socket = net.connect({ port, host: "127.0.0.1" });
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return new Wire(socket);
  }

  send(...parts) {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
  }

  /** The next HTTP head, without the empty line. */
  async head() {
    for (;;) {
      const end = this.held.indexOf("\r\n\r\n");
      if (end >= 0) return this.take(end + 4).subarray(0, end).toString("latin1");
      if (!(await this.fill())) throw new Error(`the connection ended inside a head: ${this.held}`);
    }
  }

  /** That many bytes. */
  async bytes(count) {
    while (this.held.length < count) {
      if (!(await this.fill())) throw new Error("the connection ended too early");
    }
    return this.take(count);
  }

  /** All bytes until the other end is done. */
  async rest() {
    while (await this.fill());
    return this.take(this.held.length);
  }

  /** Whether more came; a reset is an end like any other. */
  async fill() {
    const { value, done } = await this.incoming.next().catch(() => ({ done: true }));
    if (!done) this.held = Buffer.concat([this.held, value]);
    return !done;
  }

  take(count) {
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return taken;
  }
}

/** A port that hands each connection to `serve` as a Wire; closed when the test `t` ends. */
export async function listen(t, serve) {
  const server = net.createServer((socket) => {
    t.after(() => socket.destroy());
    serve(new Wire(socket));
  });
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server.address().port;
}

/** A port that leads to another, and forwards every byte in a TCP segment of its own, in both directions. */
export async function startSplitter(t, port) {
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    for (const [from, to] of [[near, far], [far, near]]) {
      t.after(() => from.destroy());
      forwardBytes(from.setNoDelay(), to).catch(() => to.destroy());
    }
  });
  t.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server.address().port;
}

async function forwardBytes(from, to) {
  for await (const bytes of from) {
    // Writes that are under way at the same time would become one.
    for (const byte of bytes) await new Promise((written) => to.write(Buffer.of(byte), written));
  }
  to.end();
}
