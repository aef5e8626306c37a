// Bun, whose server is uWebSockets underneath.

import { parseArgs } from "node:util";

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
  pmd: { compress: "shared", decompress: "shared" },
  pmdct: { compress: "dedicated", decompress: "dedicated" },
};
const compresses = (values.mode ?? "plain") !== "plain";
const bytesMax = 67_108_864;

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(values.port),
  tls: values["tls-key"] && { cert: Bun.file(values["tls-certificate"]), key: Bun.file(values["tls-key"]) },
  fetch(request, server) {
    const path = values.topics ? new URL(request.url).pathname : "/";
    if (!server.upgrade(request, { data: path })) return new Response("WebSocket only\n", { status: 426 });
  },
  websocket: {
    perMessageDeflate: deflate[values.mode ?? "plain"],
    maxPayloadLength: bytesMax,
    backpressureLimit: bytesMax,
    idleTimeout: 0,
    open(socket) {
      if (socket.data === "/sub") socket.subscribe("fan-out");
    },
    message(socket, message) {
      if (socket.data === "/pub") socket.publish("fan-out", message, compresses);
      else socket.send(message, compresses);
    },
  },
});
