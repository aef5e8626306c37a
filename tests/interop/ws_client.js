// ws as a client, so that a test can await what comes.

import { on, once } from "node:events";

import WebSocket from "ws";

/** An open connection until the test `t` ends. */
export async function connect(t, url, protocols = [], options = {}) {
  const socket = new WebSocket(url, protocols, options);
  const incoming = on(socket, "message");
  const closed = new Promise((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, "open");
  t.after(() => socket.terminate());
  const message = async () => {
    const [data, isBinary] = (await incoming.next()).value;
    return { data, isBinary };
  };
  return { socket, closed, message };
}

/** The HTTP answer that came instead of a connection. */
export async function refusal(url, options = {}) {
  const socket = new WebSocket(url, options);
  const response = await new Promise((resolve, reject) => {
    socket.on("unexpected-response", (request, answer) => resolve(answer));
    socket.on("open", () => reject(new Error(`connected with ${JSON.stringify(options)}`)));
  });
  socket.on("error", () => {});  // that it never opened
  socket.terminate();
  return response;
}

/** Bytes past the library that guards them. */
export function sendRaw(socket, ...frames) {
  socket._socket.write(Buffer.concat(frames));
}
