// Takes one frame apart (RFC 6455 §5.2). Pure.
import { fromHex } from "./bytes.js";

const opcodeNames = new Map([
  [0x0, "Continuation"],
  [0x1, "Text"],
  [0x2, "Binary"],
  [0x8, "Close"],
  [0x9, "Ping"],
  [0xa, "Pong"],
]);

// A report of the server (see frame_watch.hpp) as a frame whose parts have names.
export function explainFrame(report) {
  const header = fromHex(report.header);
  const payload = fromHex(report.payload);
  const opcode = header[0] & 0x0f;
  const length7 = header[1] & 0x7f;
  const lengthBytes = length7 === 126 ? 2 : length7 === 127 ? 8 : 0;
  const key = header.slice(2 + lengthBytes);
  const unmasked = unmask(payload, key);
  return {
    toServer: report.direction === "received",
    number: report.number,
    atUs: report.at_us,
    fin: (header[0] & 0x80) !== 0,
    rsv: (header[0] >> 4) & 0x07,
    opcode,
    name: opcodeNames.get(opcode) ?? `Reserved 0x${opcode.toString(16)}`,
    masked: (header[1] & 0x80) !== 0,
    length7,
    length: report.payload_bytes,
    parts: {
      flags: header.slice(0, 1),
      length: header.slice(1, 2 + lengthBytes),
      key,
      payload,
    },
    unmasked,
    close: opcode === 0x8 ? explainClose(unmasked) : undefined,
  };
}

export function unmask(payload, key) {
  return key.length === 0 ? payload : payload.map((byte, index) => byte ^ key[index % 4]);
}

function explainClose(payload) {
  if (payload.length < 2) return { code: undefined, reason: "" };
  return { code: (payload[0] << 8) | payload[1], reason: decode(payload.slice(2)) };
}

// Text as far as it is UTF-8; a cut payload may end inside a character.
export function decode(bytes) {
  return new TextDecoder("utf-8").decode(bytes);
}

// A line about what the frame says.
export function previewOf(frame) {
  if (frame.close) return frame.close.code === undefined ? "without a code" : `${frame.close.code} ${frame.close.reason}`;
  if (frame.unmasked.length === 0) return "empty";
  if (frame.rsv & 0x04) return "compressed";
  if (frame.opcode === 0x1 || frame.opcode === 0x0) return decode(frame.unmasked.slice(0, 120));
  return "";
}
