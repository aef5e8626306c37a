// The servers under test as processes whose lines can be waited for.

import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import readline from "node:readline";

const binary = process.env.DUPLEX;
const toldServer = path.join(path.dirname(binary), "interop_told_server");

/** A process until the test `t` ends, and all that it says. */
export class Program {
  constructor(t, command, args, { stopSignal = "SIGKILL", ...options } = {}) {
    this.lines = [];
    this.hasEnded = false;
    this.news = new EventEmitter().setMaxListeners(0);
    this.process = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.process, "close").then(() => this.#end(), (error) => this.#end(error));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      readline.createInterface({ input: stream }).on("line", (line) => this.#add(line));
    }
    t.after(() => this.end(stopSignal));
  }

  /** Resolves when it is gone. */
  async end(signal) {
    if (!this.hasEnded) this.process.kill(signal);
    await this.ended;
  }

  /** The first line that matches; waits for it. */
  async line(pattern) {
    return pattern.exec(await this.#find((line) => pattern.test(line), 0));
  }

  /** The first line of JSON that has these values, or a later one; waits for it. */
  async event(wanted, index = 0) {
    const isWanted = (line) => {
      const event = line.startsWith("{") ? JSON.parse(line) : {};
      return Object.entries(wanted).every(([key, value]) => event[key] === value);
    };
    return JSON.parse(await this.#find(isWanted, index));
  }

  async #find(isWanted, index) {
    for (;;) {
      const found = this.lines.filter(isWanted)[index];
      if (found !== undefined) return found;
      if (this.hasEnded) throw new Error(`it ended without a line as awaited:\n${this.lines.join("\n")}`);
      await once(this.news, "news");
    }
  }

  #add(line) {
    this.lines.push(line);
    this.news.emit("news");
  }

  #end(error) {
    if (error) this.lines.push(String(error));
    this.hasEnded = true;
    this.news.emit("news");
  }
}

/** `duplex COMMAND`, on a free port unless the flags name one. */
export async function startDuplex(t, command, ...flags) {
  const program = new Program(t, binary, [command, ...(flags.includes("--port") ? [] : ["--port", "0"]), ...flags]);
  const [, port] = await program.line(/on http:\/\/[^/\s]+:(\d+)\//);
  return Object.assign(program, { port: Number(port) });
}

/** The server that does what it is told. */
export async function startTold(t, ...flags) {
  const program = new Program(t, toldServer, flags);
  const { port } = await program.event({ event: "listening" });
  return Object.assign(program, { port });
}
