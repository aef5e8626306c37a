// ws, which most programs of Node.js use.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { parseArgs } from "node:util";

import { WebSocket, WebSocketServer } from "ws";

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    mode: { type: "string" },
    topics: { type: "boolean" },
    "tls-certificate": { type: "string" },
    "tls-key": { type: "string" },
  },
});

const deflate = {
  plain: false,
  pmd: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  pmdct: { threshold: 0 },
};

const address = { host: "127.0.0.1", port: Number(values.port), backlog: 4096 };

function listenWithTls() {
  const files = { cert: readFileSync(values["tls-certificate"]), key: readFileSync(values["tls-key"]) };
  return createServer(files).listen(address);
}

const server = new WebSocketServer({
  ...(values["tls-key"] ? { server: listenWithTls() } : address),
  perMessageDeflate: deflate[values.mode ?? "plain"],
});
const subscribers = new Set();

function publish(data, binary) {
  for (const subscriber of subscribers) {
    if (subscriber.readyState === WebSocket.OPEN) subscriber.send(data, { binary });
  }
}

server.on("connection", (socket, request) => {
  socket.on("error", () => socket.terminate());
  if (values.topics && request.url === "/sub") {
    subscribers.add(socket);
    socket.on("close", () => subscribers.delete(socket));
  } else if (values.topics && request.url === "/pub") {
    socket.on("message", publish);
  } else {
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  }
});
