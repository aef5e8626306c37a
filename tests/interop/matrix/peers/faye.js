// faye-websocket, with its permessage-deflate. It does not fragment.

import http from "node:http";

import WebSocket from "faye-websocket";
import deflate from "permessage-deflate";

import { Script, parseArguments, report, serve } from "./contract.js";

const parameters = {
  "default": {},
  "no-takeover": { noContextTakeover: true, requestNoContextTakeover: true },
  "small-window": { maxWindowBits: 10, requestMaxWindowBits: 10 },
};

function peerOf(socket) {
  return {
    send: (isText, data) => socket.send(isText ? data.toString() : data),
    ping: (data) => socket.ping(data.toString()),
    close: (code, reason) => socket.close(code, reason),
  };
}

function listen(socket, heard) {
  socket.on("message", ({ data }) => heard(typeof data === "string", Buffer.from(data)));
}

function runClient({ url, actions, subprotocols, origin, headers }, extensions) {
  const fields = { ...headers, ...(origin && { Origin: origin }) };
  const socket = new WebSocket.Client(url, subprotocols, { headers: fields, extensions });
  const script = new Script(actions, peerOf(socket));
  listen(socket, (isText, data) => script.heard(isText, data));
  socket.on("open", () => script.next());
  socket.on("close", ({ code, reason }) => script.ended(code, reason));
}

function runServer({ subprotocols }, extensions) {
  const server = http.createServer().listen(0, "127.0.0.1", () => {
    report({ event: "listening", port: server.address().port });
  });
  server.on("upgrade", (request, connection, body) => {
    const socket = new WebSocket(request, connection, body, subprotocols, { extensions });
    socket.on("open", () => listen(socket, serve(peerOf(socket), request.url)));
  });
}

const given = parseArguments();
const extensions = given.deflate ? [deflate.configure(parameters[given.deflate])] : [];
if (given.role === "client") runClient(given, extensions);
else runServer(given, extensions);
