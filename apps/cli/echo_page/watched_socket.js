// A WebSocket whose frames can be seen: a second connection hears from the server what crossed the wire.
import { toBase64Url } from "./bytes.js";
import { explainFrame } from "./frame.js";

const tokenBytes = 16;
// The last frames may be reported a moment after the connection has closed.
const lastReportsMs = 500;

export class WatchedSocket {
  #feed;
  #socket;

  // `listener` has opened(protocol), frame(frame), closed(code, reason, wasClean), failed(text), and finished() for
  // when no more frames come.
  constructor(origin, path, subprotocols, listener) {
    const token = toBase64Url(crypto.getRandomValues(new Uint8Array(tokenBytes)));
    // Throws here, before anything is opened, when path or subprotocols cannot be right.
    const url = new URL(`${origin}/.watched/${token}${path}`);
    this.#feed = new WebSocket(`${origin}/.frames/${token}`, "duplex.frames");
    this.#feed.onmessage = (event) => listener.frame(explainFrame(JSON.parse(event.data)));
    this.#feed.onopen = () => this.#open(url, subprotocols, listener);
    this.#feed.onerror = () => {
      if (!this.#socket) listener.failed("The server cannot be reached.");
    };
  }

  #open(url, subprotocols, listener) {
    try {
      this.#socket = new WebSocket(url, subprotocols);
    } catch (error) {
      this.#feed.close();
      listener.failed(error.message);
      return;
    }
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => listener.opened(this.#socket.protocol);
    this.#socket.onclose = (event) => {
      setTimeout(() => this.#finish(listener), lastReportsMs);
      listener.closed(event.code, event.reason, event.wasClean);
    };
  }

  #finish(listener) {
    this.#feed.close();
    listener.finished();
  }

  // Bytes that the browser has not yet given to the network.
  get bufferedBytes() {
    return this.#socket.bufferedAmount;
  }

  send(payload) {
    this.#socket.send(payload);
  }

  close(code, reason) {
    this.#socket.close(code, reason);
  }
}
