// websocket, also known as WebSocket-Node. It does not compress; it fragments what is longer than a threshold.

import http from "node:http";

import websocket from "websocket";

import { Script, parseArguments, report, serve } from "./contract.js";

const limits = { maxReceivedFrameSize: 2 ** 30, maxReceivedMessageSize: 2 ** 30, fragmentationThreshold: 16_384 };

function peerOf(connection) {
  const send = (isText, data) => (isText ? connection.sendUTF(data.toString()) : connection.sendBytes(data));
  return {
    send,
    fragments: (isText, parts) => send(isText, Buffer.concat(parts)),
    ping: (data) => connection.ping(data),
    close: (code, reason) => connection.close(code, reason),
  };
}

function listen(connection, heard) {
  connection.on("message", (message) => {
    const isText = message.type === "utf8";
    heard(isText, isText ? Buffer.from(message.utf8Data) : message.binaryData);
  });
}

function runClient({ url, actions, subprotocols, origin, headers }) {
  const client = new websocket.client(limits);
  client.on("connect", (connection) => {
    const script = new Script(actions, peerOf(connection));
    listen(connection, (isText, data) => script.heard(isText, data));
    connection.on("close", (code, reason) => script.ended(code, reason));
    script.next();
  });
  client.connect(url, subprotocols, origin, headers);
}

function runServer({ subprotocols }) {
  const httpServer = http.createServer().listen(0, "127.0.0.1", () => {
    report({ event: "listening", port: httpServer.address().port });
  });
  new websocket.server({ httpServer, ...limits }).on("request", (request) => {
    const connection = request.accept(subprotocols.find((name) => request.requestedProtocols.includes(name)));
    listen(connection, serve(peerOf(connection), request.resource));
  });
}

const given = parseArguments();
if (given.role === "client") runClient(given);
else runServer(given);
