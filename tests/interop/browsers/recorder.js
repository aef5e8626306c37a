// A port that leads to another and keeps the first thing that each side said: the heads of HTTP.

import { EventEmitter, once } from "node:events";
import net from "node:net";

const headBytesMax = 65_536;

export class Recorder {
  constructor() {
    this.exchanges = [];
    this.news = new EventEmitter();
  }

  static async before(t, port) {
    const recorder = new this();
    const server = net.createServer((near) => recorder.#join(t, near, net.connect({ port, host: "127.0.0.1" })));
    t.after(() => server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    recorder.port = server.address().port;
    return recorder;
  }

  /** Both heads of the first opening handshake on that path; waits for them. */
  async handshake(path) {
    for (;;) {
      const found = this.exchanges.map(readExchange).find((each) => each?.path === path && each.fields.upgrade);
      if (found) return found;
      await once(this.news, "news");
    }
  }

  #join(t, near, far) {
    const exchange = { request: "", answer: "" };
    this.exchanges.push(exchange);
    for (const [from, to, part] of [[near, far, "request"], [far, near, "answer"]]) {
      t.after(() => from.destroy());
      from.on("data", (bytes) => {
        to.write(bytes);
        if (exchange[part].length < headBytesMax) exchange[part] += bytes.toString("latin1");
        this.news.emit("news");
      });
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  }
}

/** Null until both heads are there. */
function readExchange({ request, answer }) {
  const head = readHead(request);
  const answerHead = readHead(answer);
  if (!head || !answerHead) return null;
  return { path: head.line.split(" ")[1], fields: head.fields, status: Number(answerHead.line.split(" ")[1]),
           answerFields: answerHead.fields };
}

function readHead(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [line, ...lines] = text.slice(0, end).split("\r\n");
  const fields = Object.fromEntries(lines.map((each) => {
    const colon = each.indexOf(":");
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()];
  }));
  return { line, fields };
}
