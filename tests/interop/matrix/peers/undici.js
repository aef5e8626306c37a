// undici, whose WebSocket is that of browsers and of Node.js itself: no server, no pings, no fragments, and an offer
// of permessage-deflate that cannot be changed.

import { WebSocket } from "undici";

import { Script, parseArguments } from "./contract.js";

const { url, actions, subprotocols, origin, headers } = parseArguments();
const socket = new WebSocket(url, { protocols: subprotocols, headers: { ...headers, ...(origin && { origin }) } });
socket.binaryType = "arraybuffer";
const script = new Script(actions, {
  send: (isText, data) => socket.send(isText ? data.toString() : data),
  close: (code, reason) => socket.close(code, reason),
});
socket.addEventListener("open", () => script.next());
socket.addEventListener("message", ({ data }) => script.heard(typeof data === "string", Buffer.from(data)));
socket.addEventListener("close", ({ code, reason }) => script.ended(code, reason));
