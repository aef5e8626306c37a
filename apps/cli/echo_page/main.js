// Wires the page.
import { complainAboutClose, meaningOf } from "./close_codes.js";
import { Composer } from "./composer.js";
import { Repeater } from "./repeater.js";
import { WatchedSocket } from "./watched_socket.js";
import { WireLog } from "./wire_log.js";

// Repeating must not fill the browser's memory when the network is slower.
const bufferedBytesMax = 16 * 1024 * 1024;

const find = (id) => document.getElementById(id);
const log = new WireLog(find("frames"));
const composer = new Composer(find("message-form"), find("payload"), find("file"));
const repeater = new Repeater();
let socket;
let ending = "";

function complain(text) {
  find("complaint").textContent = text;
}

function showState(text, isOpen) {
  find("state").textContent = text;
  document.body.classList.toggle("is-open", isOpen);
  for (const id of ["send", "repeat", "close"]) find(id).disabled = !isOpen;
}

function showRepeating() {
  find("repeat").textContent = repeater.isRunning ? "Stop" : "Repeat";
  find("repeat").setAttribute("aria-pressed", String(repeater.isRunning));
}

function stopRepeating() {
  repeater.stop();
  showRepeating();
}

const listener = {
  opened(protocol) {
    showState(protocol ? `connected, ${protocol}` : "connected", true);
  },
  frame(frame) {
    log.frame(frame);
  },
  closed(code, reason, wasClean) {
    const how = `${code} ${meaningOf(code)}${reason ? `: “${reason}”` : ""}${wasClean ? "" : ", not clean"}`;
    ending = `The browser saw the connection close with ${how}.`;
    end(`closed with ${how}`);
  },
  finished() {
    log.note(ending);
    find("connect").disabled = false;
  },
  failed(text) {
    end("not connected");
    complain(text);
    find("connect").disabled = false;
  },
};

function end(state) {
  socket = undefined;
  stopRepeating();
  showState(state, false);
}

function connect() {
  const path = find("path").value.trim();
  const subprotocols = find("subprotocols").value.split(/[\s,]+/).filter((name) => name !== "");
  complain(path.startsWith("/") ? "" : "A path begins with /.");
  if (!path.startsWith("/")) return;
  log.begin();
  showState("connecting …", false);
  find("connect").disabled = true;
  const origin = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
  socket = new WatchedSocket(origin, path, subprotocols, listener);
}

async function send() {
  try {
    const payload = await composer.read();
    complain("");
    if (socket && socket.bufferedBytes < bufferedBytesMax) socket.send(payload);
  } catch (error) {
    complain(error.message);
    throw error;
  }
}

function onSubmit(id, action) {
  find(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

onSubmit("connect-form", connect);
onSubmit("message-form", () => send().catch(() => {}));
onSubmit("close-form", () => {
  const code = Number(find("close-code").value);
  const reason = find("close-reason").value;
  const complaint = complainAboutClose(code, reason);
  complain(complaint);
  if (!complaint) socket.close(code, reason);
});
find("payload").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find("message-form").requestSubmit();
});
find("repeat").addEventListener("click", () => {
  if (repeater.isRunning) return stopRepeating();
  repeater.start(Number(find("interval").value) || 1000, () => send().finally(showRepeating));
  showRepeating();
});
find("clear").addEventListener("click", () => log.clear());
