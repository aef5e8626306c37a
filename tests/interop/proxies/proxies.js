// nginx, HAProxy and Caddy as processes without privileges, configured by the snippets of docs/deploy.

import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";

import { Program } from "../browsers/programs.js";
import { fill, readSnippet } from "./snippet.js";

const nobody = 65_534;
const asNobody = process.getuid() === 0 ? { uid: nobody, gid: nobody } : {};
const connectAgainMs = 20;

/** What stands in the snippets for the test to replace. */
const examples = { backend: "127.0.0.1:8080", timeout: "75s" };

const kinds = {
  nginx: {
    document: "nginx.md",
    executable: "nginx",
    versionFlag: "-v",
    cutsWhatIsSilent: true,
    answerWhenDown: 502,
    stopSignal: "SIGTERM",  // its workers would survive a SIGKILL
    fill: (snippet, { folder, port }) => fill(snippet, {
      "listen 443": `listen 127.0.0.1:${port}`,
      "/etc/ssl/chat.example.crt": `${folder}/certificate.pem`,
      "/etc/ssl/chat.example.key": `${folder}/key.pem`,
    }),
    // What /etc/nginx/nginx.conf says around it, without what needs privileges.
    surround: (snippet, { folder }) => `
      daemon off;
      pid ${folder}/pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
          .map((use) => `${use}_temp_path ${folder}/${use};`).join("\n")}
        include /etc/nginx/mime.types;
        ${snippet}
      }`,
    start: (file) => ["-e", "stderr", "-c", file],
  },
  HAProxy: {
    document: "haproxy.md",
    executable: "haproxy",
    versionFlag: "-v",
    cutsWhatIsSilent: true,
    answerWhenDown: 503,
    fill: (snippet, { folder, port }) => fill(snippet, {
      "bind :443": `bind 127.0.0.1:${port}`,
      "/etc/haproxy/chat.example.pem": `${folder}/both.pem`,
      // So that nobody waits for the next look at a server that is back.
      "inter 2s": "inter 100ms rise 1 fall 1",
    }),
    surround: (snippet) => `global\n    log stderr format raw daemon\n\n${snippet}`,
    start: (file) => ["-db", "-f", file],
  },
  Caddy: {
    document: "caddy.md",
    executable: "caddy",
    versionFlag: "version",
    cutsWhatIsSilent: false,
    answerWhenDown: 502,
    // Of an address Caddy is its own authority.
    fill: (snippet, { port }) => fill(snippet, { "chat.example": `https://127.0.0.1:${port}` }),
    surround: (snippet) => `{
      admin off
      skip_install_trust
      auto_https disable_redirects
    }
    ${snippet}`,
    start: (file) => ["run", "--adapter", "caddyfile", "--config", file],
  },
};

export class Proxy {
  /** Of what is installed; the version is null where nothing is. */
  constructor(name) {
    this.name = name;
    this.kind = kinds[name];
    this.version = versionOf(this.kind.executable, this.kind.versionFlag);
  }

  get snippet() {
    return readSnippet(this.kind.document, this.name.toLowerCase());
  }

  /** Runs in front of that port until the test `t` ends. `change` may spoil the snippet. */
  async start(t, backendPort, { timeout = examples.timeout, change = (snippet) => snippet } = {}) {
    const folder = await mkdtemp(path.join(os.tmpdir(), "duplex-interop-proxy-"));
    t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    await makeCertificate(folder);
    const port = await freePort();
    const place = { folder, port };
    let snippet = this.kind.fill(change(this.snippet), place);
    snippet = fill(snippet, { [examples.backend]: `127.0.0.1:${backendPort}` });
    if (this.kind.cutsWhatIsSilent) snippet = fill(snippet, { [examples.timeout]: timeout });
    const file = path.join(folder, "configuration");
    await writeFile(file, this.kind.surround(snippet, place));
    await hand(folder);
    const environment = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const program = new Program(t, this.kind.executable, this.kind.start(file),
      { ...asNobody, cwd: folder, env: environment, stopSignal: this.kind.stopSignal });
    await untilItListens(program, port);
    return { program, port, host: `127.0.0.1:${port}`, url: `wss://127.0.0.1:${port}/` };
  }
}

function versionOf(executable, flag) {
  const { error, stdout, stderr } = spawnSync(executable, [flag], { encoding: "utf8" });
  return error ? null : /\d+\.\d+\.\d+/.exec(stdout + stderr)[0];
}

/** For 127.0.0.1 and a day; HAProxy wants both parts in one file. */
async function makeCertificate(folder) {
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => path.join(folder, name));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
    "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
    { stdio: "ignore" });
  await writeFile(path.join(folder, "both.pem"), Buffer.concat([await readFile(certificate), await readFile(key)]));
}

/** The proxy may be someone else than this test. */
async function hand(folder) {
  if (asNobody.uid === undefined) return;
  for (const name of ["", "key.pem", "certificate.pem", "both.pem", "configuration"]) {
    await chown(path.join(folder, name), nobody, nobody);
  }
  await chmod(folder, 0o700);
}

async function freePort() {
  const server = net.createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function untilItListens(program, port) {
  for (;;) {
    // Caddy listens before it has a certificate.
    const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    const isOpen = await once(socket, "secureConnect").then(() => true, () => false);
    socket.on("error", () => {}).destroy();
    if (isOpen) return;
    if (program.hasEnded) throw new Error(`it does not start:\n${program.lines.join("\n")}`);
    await new Promise((again) => setTimeout(again, connectAgainMs));
  }
}
