// Node's HTTP parser and ws, as a peer: reads one case per line, prints how they take it. Their sockets are streams
// in memory.

"use strict";

const crypto = require("node:crypto");
const http = require("node:http");
const readline = require("node:readline");
const { Duplex } = require("node:stream");

// A case names the key that the client sends; ws takes it from here, and has to be loaded after this.
let keyOfCase = "";
const { randomBytes } = crypto;
crypto.randomBytes = (count, ...rest) =>
  count === 16 && keyOfCase ? Buffer.from(keyOfCase, "base64") : randomBytes(count, ...rest);

const WebSocket = require("ws");
const { PerMessageDeflate, Receiver } = WebSocket;

/** How many turns of the loop a case gets to settle; everything is in memory, so they are enough or nothing comes. */
const TURNS_MAX = 12;

/** What http and ws take for a TCP connection. */
class FakeSocket extends Duplex {
  constructor() {
    super();
    this.written = [];
  }
  _read() {}
  _write(chunk, encoding, done) {
    this.written.push(chunk);
    done();
  }
  setTimeout() { return this; }
  setNoDelay() { return this; }
  setKeepAlive() { return this; }
  ref() { return this; }
  unref() { return this; }
  output() { return Buffer.concat(this.written).toString("latin1"); }
}

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

/** The pieces one after the other, as separate reads; then until `isSettled`. */
async function feed(socket, pieces, isSettled) {
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.push(Buffer.from(piece, "hex"));
    await turn();
  }
  for (let turns = 0; turns < TURNS_MAX && !isSettled(); ++turns) await turn();
}

/** What a parser made of the header section, as the probe prints it. */
function encodeFields(rawHeaders) {
  let text = "";
  for (let index = 0; index < rawHeaders.length; index += 2)
    text += `${rawHeaders[index]}:${rawHeaders[index + 1]}\r\n`;
  return Buffer.from(text, "latin1").toString("hex");
}

// --- the server's half of the opening handshake

const webSocketServer = new WebSocket.Server({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered, request) =>
    [...offered].find((protocol) => request.socket.testCase.subprotocols.includes(protocol)) ?? false,
});
webSocketServer.on("wsClientError", (error, socket) => {
  socket.why = error.message;
  socket.end(`HTTP/1.1 ${error.message.includes("method") ? 405 : 400} \r\n\r\n`);
});

const httpServer = http.createServer();
function answerRequest(request, response) {  // as ws answers by itself what is no upgrade
  request.socket.head = { head: "read", fields: encodeFields(request.rawHeaders) };
  response.writeHead(426).end();
}
for (const event of ["request", "checkContinue"]) httpServer.on(event, answerRequest);
httpServer.on("upgrade", (request, socket, head) => {
  socket.head = { head: "read", fields: encodeFields(request.rawHeaders) };
  webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on("error", () => {});  // what follows the handshake are no frames
    webSocket.terminate();
  });
});
httpServer.on("clientError", (error, socket) => {
  // A body that is no good is told after the head was answered; that answer stands.
  socket.head ??= { head: "refused", why: error.code };
  if (socket.written.length === 0) socket.end(`HTTP/1.1 ${error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400} \r\n\r\n`);
});

function readAnswer(socket) {
  const answer = /^(?:HTTP\/1\.1 100 [^]*?\r\n\r\n)?HTTP\/1\.1 (\d+)/.exec(socket.output());
  if (!answer) return { end: socket.destroyed ? "refused" : "waiting", status: 0, why: "closed" };
  const status = Number(answer[1]);
  if (status !== 101) return { end: "refused", status, why: socket.why ?? socket.head?.why ?? `answered ${status}` };
  const field = (name) => new RegExp(`\r\n${name}: (.*?)\r\n`).exec(socket.output())?.[1] ?? "";
  return { end: "accepted", accept: field("Sec-WebSocket-Accept"), subprotocol: field("Sec-WebSocket-Protocol") };
}

async function receiveRequest(testCase) {
  const socket = new FakeSocket();
  socket.testCase = testCase;
  socket.on("error", () => {});  // it is told by what was written
  httpServer.emit("connection", socket);
  await feed(socket, testCase.pieces, () => readAnswer(socket).end !== "waiting");
  const reaction = { head: "waiting", ...readAnswer(socket), ...socket.head };
  if (socket.head?.head === "read") reaction.why = readAnswer(socket).why;
  else if (reaction.end === "refused") reaction.head = "refused";  // by Node itself
  socket.destroy();
  return reaction;
}

// --- the client's half

async function receiveResponse(testCase) {
  const socket = new FakeSocket();
  socket.on("error", () => {});
  keyOfCase = testCase.key;
  const client = new WebSocket("ws://server.example.com/chat", testCase.subprotocols, {
    perMessageDeflate: false,
    createConnection: () => socket,
  });
  keyOfCase = "";
  let reaction = { end: "waiting" };
  const settle = (outcome) => { if (reaction.end === "waiting") reaction = outcome; };
  client.on("open", () => settle({ end: "accepted", subprotocol: client.protocol }));
  client.on("error", (error) => settle({ end: "refused", status: 0, why: error.message }));
  await turn();
  await feed(socket, testCase.pieces, () => reaction.end !== "waiting");
  if (reaction.end === "waiting") {
    socket.push(null);
    await feed(socket, [], () => reaction.end !== "waiting");
  }
  client.terminate();
  socket.destroy();
  return reaction;
}

// --- frames

const statusCodeOf = (error) =>
  error[Object.getOwnPropertySymbols(error).find((symbol) => symbol.description === "status-code")];

/** As after a handshake that agreed on this for what comes from the peer. */
function makeCompression(testCase) {
  if (testCase.window_bits === undefined) return null;
  const isServer = testCase.role === "server";
  const compression = new PerMessageDeflate({ isServer, maxPayload: testCase.message_bytes_max });
  const sender = isServer ? "client" : "server";
  compression.params = { [`${sender}_max_window_bits`]: testCase.window_bits };
  if (!testCase.context_takeover) compression.params[`${sender}_no_context_takeover`] = true;
  return compression;
}

async function receiveFrames(testCase) {
  const compression = makeCompression(testCase);
  const receiver = new Receiver({
    isServer: testCase.role === "server",
    maxPayload: testCase.message_bytes_max,
    extensions: compression ? { [PerMessageDeflate.extensionName]: compression } : {},
  });
  const reaction = { end: "open", events: [] };
  const note = (kind) => (data) => reaction.events.push([kind, data.toString("hex")]);
  receiver.on("message", (data, isBinary) => note(isBinary ? "binary" : "text")(data));
  receiver.on("ping", note("ping"));
  receiver.on("pong", note("pong"));
  receiver.on("conclude", (code, reason) => {
    Object.assign(reaction, { end: "closed", code, reason: reason.toString("hex") });
  });
  receiver.on("error", () => {});
  for (const piece of testCase.pieces) {
    if (reaction.end !== "open") break;
    await new Promise((resolve) => {
      receiver._write(Buffer.from(piece, "hex"), "buffer", (error) => {
        if (error && reaction.end === "open")
          Object.assign(reaction, { end: "failed", code: statusCodeOf(error), why: error.message });
        resolve();
      });
    });
  }
  compression?.cleanup();
  return reaction;
}

const reactions = {
  request: receiveRequest,
  response: receiveResponse,
  frames: receiveFrames,
  inflate: receiveFrames,
  deflate: () => ({}),  // plain zlib reads what we compress
};

async function main() {
  let last = Promise.resolve();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const testCase = JSON.parse(line);
    const reaction = reactions[testCase.kind](testCase);
    // Cases overlap; their answers come in their order.
    last = Promise.all([last, reaction]).then(([, answer]) => process.stdout.write(`${JSON.stringify(answer)}\n`));
  }
  await last;
}

main().then(() => process.exit(0));
