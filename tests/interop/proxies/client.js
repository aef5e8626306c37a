// Clients of a server behind a proxy: ws, awaitable, and plain HTTP.

import { on, once } from "node:events";
import https from "node:https";

import WebSocket from "ws";

/** The proxies' certificates are known to nobody. */
const trusting = { rejectUnauthorized: false };

/** An open connection until the test `t` ends. */
export async function connect(t, url, protocols = [], options = {}) {
  const socket = new WebSocket(url, protocols, { ...trusting, ...options });
  const incoming = on(socket, "message");
  const closed = new Promise((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, "open");
  socket.on("error", () => {});
  t.after(() => socket.terminate());
  const message = async () => {
    const [data, isBinary] = (await incoming.next()).value;
    return isBinary ? data : data.toString();
  };
  const echo = (data) => {
    socket.send(data);
    return message();
  };
  return { socket, closed, message, echo };
}

/** The status and the text that came instead of a connection. */
export async function refusal(url, options = {}) {
  const socket = new WebSocket(url, { ...trusting, ...options });
  socket.on("error", () => {});  // that it never opened
  const [, response] = await once(socket, "unexpected-response");
  const text = await bodyOf(response);
  socket.terminate();
  return { status: response.statusCode, text };
}

export async function get(url, headers = {}) {
  const [response] = await once(https.get(url, { ...trusting, headers, agent: false }), "response");
  return { status: response.statusCode, headers: response.headers, text: await bodyOf(response) };
}

async function bodyOf(response) {
  const parts = [];
  for await (const part of response) parts.push(part);
  return Buffer.concat(parts).toString();
}
