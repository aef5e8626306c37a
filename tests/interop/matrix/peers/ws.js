// ws, which most programs of Node.js use.

import { WebSocket, WebSocketServer } from "ws";

import { Script, parseArguments, report, serve } from "./contract.js";

const parameters = {
  "default": {},
  "no-takeover": { clientNoContextTakeover: true, serverNoContextTakeover: true },
  "small-window": { clientMaxWindowBits: 10, serverMaxWindowBits: 10 },
};

function peerOf(socket) {
  return {
    send: (isText, data) => socket.send(data, { binary: !isText }),
    fragments: (isText, parts) =>
      parts.forEach((part, i) => socket.send(part, { binary: !isText, fin: i === parts.length - 1 })),
    uncompressed: (isText, data) => socket.send(data, { binary: !isText, compress: false }),
    ping: (data) => socket.ping(data),
    close: (code, reason) => socket.close(code, reason),
  };
}

function runClient({ url, actions, subprotocols, origin, headers }, perMessageDeflate) {
  const socket = new WebSocket(url, subprotocols, { origin, headers, perMessageDeflate });
  const script = new Script(actions, peerOf(socket));
  socket.on("open", () => script.next());
  socket.on("message", (data, isBinary) => script.heard(!isBinary, data));
  socket.on("close", (code, reason) => script.ended(code, reason.toString()));
}

function runServer({ subprotocols }, perMessageDeflate) {
  const handleProtocols = (offered) => subprotocols.find((name) => offered.has(name)) ?? false;
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate, handleProtocols });
  server.on("listening", () => report({ event: "listening", port: server.address().port }));
  server.on("connection", (socket, request) => {
    const heard = serve(peerOf(socket), request.url);
    socket.on("message", (data, isBinary) => heard(!isBinary, data));
  });
}

const given = parseArguments();
const perMessageDeflate = given.deflate ? { threshold: 0, ...parameters[given.deflate] } : false;
if (given.role === "client") runClient(given, perMessageDeflate);
else runServer(given, perMessageDeflate);
