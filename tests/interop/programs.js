// Starts the programs of the project: `duplex echo`, and the client of this folder.

import { execFile, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { promisify } from "node:util";

const binary = process.env.DUPLEX;
const clientBinary = path.join(path.dirname(binary), "interop_client");

/** `duplex echo` on a free port until the test `t` ends. */
export async function startEcho(t, ...flags) {
  const process = spawn(binary, ["echo", "--port", "0", ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => process.kill("SIGKILL"));
  const log = new Log(process.stderr);
  const [, port] = await log.find(/listening on http:\/\/127\.0\.0\.1:(\d+)\//);
  return { port: Number(port), url: `ws://127.0.0.1:${port}/`, log };
}

/** The lines of a program, those that came and those to come. */
class Log {
  constructor(stream) {
    this.lines = [];
    this.hasEnded = false;
    this.news = new EventEmitter();
    const reader = readline.createInterface({ input: stream });
    reader.on("line", (line) => {
      this.lines.push(line);
      this.news.emit("news");
    });
    reader.on("close", () => {
      this.hasEnded = true;
      this.news.emit("news");
    });
  }

  /** The first match; waits for it. */
  async find(pattern) {
    for (;;) {
      const line = this.lines.find((each) => pattern.test(each));
      if (line) return pattern.exec(line);
      if (this.hasEnded) throw new Error(`the log ended without ${pattern}:\n${this.lines.join("\n")}`);
      await once(this.news, "news");
    }
  }
}

/** Runs our client to its end; returns what it saw. */
export async function runClient(url, ...steps) {
  const { stdout } = await promisify(execFile)(clientBinary, [url, ...steps]);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** The same, where it is told to say a single thing of interest: the one event of that name. */
export async function runClientFor(event, url, ...steps) {
  const events = await runClient(url, ...steps);
  const found = events.filter((each) => each.event === event);
  if (found.length !== 1) throw new Error(`expected one "${event}": ${JSON.stringify(events)}`);
  return found[0];
}

/** `duplex bench` with these arguments, to its end; the report. */
export async function runBench(url, ...flags) {
  const { stdout } = await promisify(execFile)(binary, ["bench", url, "--json", ...flags]);
  return JSON.parse(stdout);
}
