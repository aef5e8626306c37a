// Draws one frame: a line, the strip of its bytes, and, opened, what each of them says.
import { toAscii, toHex } from "./bytes.js";
import { meaningOf } from "./close_codes.js";
import { previewOf } from "./frame.js";

const stripBytesMax = 48;

export function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

export function drawFrame(frame) {
  const details = element("details", { className: "frame" }, drawSummary(frame));
  // The table is only made for frames that someone opens.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(drawParts(frame));
  });
  return element("li", { className: frame.toServer ? "to-server" : "to-browser" }, details);
}

function drawSummary(frame) {
  const title = element("span", { className: "frame-title" },
    element("span", { className: "arrow", title: directionOf(frame) }, frame.toServer ? "→" : "←"),
    element("strong", {}, frame.name),
    element("span", { className: "preview" }, previewOf(frame)),
    element("time", {}, `+${(frame.atUs / 1000).toFixed(1)} ms`));
  return element("summary", {}, title, drawStrip(frame));
}

function directionOf(frame) {
  return frame.toServer ? "browser to server" : "server to browser";
}

function drawStrip(frame) {
  const strip = element("span", { className: "strip" });
  for (const part of ["flags", "length", "key"]) strip.append(...drawBytes(frame.parts[part], part));
  strip.append(...drawBytes(frame.parts.payload.slice(0, stripBytesMax), "payload"));
  const hidden = frame.length - Math.min(frame.parts.payload.length, stripBytesMax);
  if (hidden > 0) strip.append(element("span", { className: "more" }, `… ${hidden.toLocaleString("en")} more`));
  return strip;
}

function drawBytes(bytes, part) {
  return Array.from(bytes, (byte) => element("span", { className: `byte ${part}` }, toHex([byte])));
}

function drawParts(frame) {
  const list = element("dl", { className: "parts" });
  const add = (name, part, ...content) =>
    list.append(element("dt", { className: part }, name), element("dd", { className: part }, ...content));
  add("Direction", "", `${directionOf(frame)}, frame ${frame.number + 1} of this connection`);
  add("Byte 1", "flags", drawBits([frame.fin ? "1" : "0", bits(frame.rsv, 3), bits(frame.opcode, 4)]), explainFlags(frame));
  add("Byte 2", "length", drawBits([frame.masked ? "1" : "0", bits(frame.length7, 7)]), explainLength(frame));
  if (frame.parts.length.length > 1) add("Length", "length", explainExtendedLength(frame));
  if (frame.masked) add("Masking key", "key", toHex(frame.parts.key), " — payload byte i is XORed with key byte i mod 4");
  if (frame.close) add("Close", "payload", explainClose(frame.close));
  if (frame.length > 0) add("Payload", "payload", drawDump(frame));
  return list;
}

function bits(value, count) {
  return value.toString(2).padStart(count, "0");
}

function drawBits(groups) {
  return element("span", { className: "bits" }, ...groups.map((group) => element("b", {}, group)));
}

function explainFlags(frame) {
  const fin = frame.fin ? "FIN: the message ends here" : "no FIN: more fragments follow";
  const rsv = frame.rsv === 0 ? "no RSV bits" : frame.rsv === 4 ? "RSV1: compressed" : `RSV ${bits(frame.rsv, 3)}`;
  return `${fin}; ${rsv}; opcode 0x${frame.opcode.toString(16)}: ${frame.name}`;
}

function explainLength(frame) {
  const mask = frame.masked ? "MASK: a key follows" : "no MASK";
  if (frame.length7 === 126) return `${mask}; 126: the length is in the next 2 bytes`;
  if (frame.length7 === 127) return `${mask}; 127: the length is in the next 8 bytes`;
  return `${mask}; length ${frame.length7}`;
}

function explainExtendedLength(frame) {
  return `${toHex(frame.parts.length.slice(1))} = ${frame.length.toLocaleString("en")} bytes`;
}

function explainClose(close) {
  if (close.code === undefined) return "no code";
  return `${close.code}, ${meaningOf(close.code)}${close.reason ? `: “${close.reason}”` : ""}`;
}

function drawDump(frame) {
  const bytesPerColumn = matchMedia("(max-width: 52rem)").matches ? 8 : 16;
  const bytesPerLine = frame.masked ? bytesPerColumn / 2 : bytesPerColumn;
  const columns = frame.masked ? ["", "on the wire", "unmasked", ""] : ["", "on the wire", ""];
  const body = element("tbody");
  for (let at = 0; at < frame.parts.payload.length; at += bytesPerLine) {
    body.append(drawDumpLine(frame, at, at + bytesPerLine));
  }
  const head = element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", {}, column))));
  const dump = element("div", { className: "dump" }, element("table", {}, head, body));
  const hidden = frame.length - frame.parts.payload.length;
  if (hidden > 0) dump.append(element("p", { className: "more" }, `${hidden.toLocaleString("en")} more bytes are not shown`));
  return dump;
}

function drawDumpLine(frame, begin, end) {
  const plain = frame.unmasked.slice(begin, end);
  const cells = [element("td", { className: "offset" }, String(begin)),
    element("td", {}, toHex(frame.parts.payload.slice(begin, end)))];
  if (frame.masked) cells.push(element("td", { className: "plain" }, toHex(plain)));
  cells.push(element("td", { className: "plain" }, toAscii(plain)));
  return element("tr", {}, ...cells);
}
