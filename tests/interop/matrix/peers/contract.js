// The contract of README.md for peers in JavaScript, over callbacks. A peer is an object with
//
//   send(isText, data)   fragments(isText, parts)   uncompressed(isText, data)   ping(data)   close(code, reason)
//
// where one that its library cannot do is left out, and not asked for. Data are Buffers.

import crypto from "node:crypto";
import { parseArgs } from "node:util";

const characters = Buffer.from("aé€😀");  // one to four bytes each

export function parseArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      subprotocol: { type: "string", multiple: true, default: [] },
      origin: { type: "string" },
      header: { type: "string", multiple: true, default: [] },
      deflate: { type: "string" },
    },
  });
  const [role, url, ...actions] = positionals;
  const headers = Object.fromEntries(values.header.map((header) => header.split(/:(.*)/s).slice(0, 2)));
  const { subprotocol: subprotocols, origin, deflate } = values;
  return { role, url, actions, headers, subprotocols, origin, deflate };
}

export function report(event) {
  console.log(JSON.stringify(event));
}

/** The client: one action after the other, each when the one before has its answer. */
export class Script {
  constructor(actions, peer) {
    this.actions = actions;
    this.peer = peer;
    this.awaited = [];
  }

  next() {
    while (this.awaited.length === 0 && this.actions.length > 0) this.perform(...this.actions.shift().split(/:(.*)/s));
  }

  perform(verb, details) {
    const [what, more] = (details ?? "").split(/:(.*)/s);
    switch (verb) {
      case "echo": return this.expect(what, more, (isText, data) => this.peer.send(isText, data));
      case "uncompressed": return this.expect(what, more, (isText, data) => this.peer.uncompressed(isText, data));
      case "fragments": return this.expect(what, more, (isText, data) => this.peer.fragments(isText, thirds(data)));
      case "burst": return this.burst(Number(what));
      case "ping": return this.peer.ping(Buffer.from(details));
      case "close": return this.peer.close(Number(what), more);
    }
  }

  expect(type, size, send) {
    const message = { isText: type === "text", data: payload(type, Number(size)) };
    this.awaited = [message];
    this.isSame = true;
    send(message.isText, message.data);
  }

  burst(count) {
    this.awaited = Array.from({ length: count }, (_, i) => ({ isText: true, data: Buffer.from(`message ${i}`) }));
    this.isSame = true;
    for (const { isText, data } of [...this.awaited]) this.peer.send(isText, data);
  }

  heard(isText, data) {
    const expected = this.awaited.shift();
    this.isSame &&= expected !== undefined && expected.isText === isText && expected.data.equals(data);
    if (this.awaited.length > 0) return;
    report({ event: "echo", same: this.isSame });
    this.next();
  }

  ended(code, reason) {
    report({ event: "closed", code, reason });
  }
}

/** The server, one connection of it: returns what to do with a message. */
export function serve(peer, path) {
  if (path === "/close") peer.close(4001, "enough – ü");
  if (path === "/ping") peer.ping(Buffer.from("are you there?"));
  let count = 0;
  return (isText, data) => {
    ++count;
    if (path === "/fragments") peer.fragments(isText, thirds(data));
    else if (path === "/mixed" && count % 2 === 0) peer.uncompressed(isText, data);
    else peer.send(isText, data);
  };
}

function payload(type, size) {
  if (type === "noise") return crypto.randomBytes(size);
  if (type === "binary") return Buffer.from(Uint8Array.from({ length: size }, (_, i) => i % 251));
  return Buffer.concat([...Array(Math.floor(size / 10)).fill(characters), Buffer.alloc(size % 10, "x")]);
}

function thirds(data) {
  const third = Math.floor(data.length / 3);
  return [data.subarray(0, third), data.subarray(third, 2 * third), data.subarray(2 * third)];
}
