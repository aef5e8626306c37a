import assert from "node:assert/strict";
import test from "node:test";

import { fromBase64, fromHex, toAscii, toBase64Url, toHex } from "../bytes.js";
import { complainAboutClose, meaningOf } from "../close_codes.js";
import { explainFrame, previewOf } from "../frame.js";

function report(header, payload, bytes = payload.length / 2) {
  return { direction: "received", number: 0, at_us: 1500, header, payload, payload_bytes: bytes };
}

test("a masked text frame is taken apart and unmasked (RFC 6455 §5.7)", () => {
  const frame = explainFrame(report("818537fa213d", "7f9f4d5158"));
  assert.equal(frame.name, "Text");
  assert.equal(frame.fin, true);
  assert.equal(frame.rsv, 0);
  assert.equal(frame.masked, true);
  assert.equal(frame.length7, 5);
  assert.deepEqual(frame.parts.key, fromHex("37fa213d"));
  assert.equal(previewOf(frame), "Hello");
});

test("an unmasked frame has no key and its payload is as it came", () => {
  const frame = explainFrame({ ...report("0103", "48656c"), direction: "sent" });
  assert.equal(frame.toServer, false);
  assert.equal(frame.fin, false);
  assert.equal(frame.parts.key.length, 0);
  assert.equal(previewOf(frame), "Hel");
});

test("a 16-bit and a 64-bit length belong to the length part", () => {
  assert.equal(toHex(explainFrame(report("827e0100", "00".repeat(256))).parts.length), "7e 01 00");
  const large = explainFrame(report("827f0000000000010000", "00".repeat(256), 65536));
  assert.equal(toHex(large.parts.length), "7f 00 00 00 00 00 01 00 00");
  assert.equal(large.length, 65536);
});

test("a Close says its code and reason", () => {
  const frame = explainFrame(report("8805", "03e8627965"));
  assert.deepEqual(frame.close, { code: 1000, reason: "bye" });
  assert.equal(previewOf(frame), "1000 bye");
  assert.equal(previewOf(explainFrame(report("8800", ""))), "without a code");
});

test("opcodes without a meaning are called reserved", () => {
  assert.equal(explainFrame(report("8300", "")).name, "Reserved 0x3");
});

test("a compressed payload is not shown as text", () => {
  assert.equal(previewOf(explainFrame(report("c103", "aa0000"))), "compressed");
});

test("hexadecimal is read as people write it, and refused when it is not", () => {
  assert.deepEqual(fromHex("0x48, 65:6C\n6c 6f"), new TextEncoder().encode("Hello"));
  assert.throws(() => fromHex("4g"), /0–9/);
  assert.throws(() => fromHex("48 6"), /two digits/);
});

test("Base64 is read in both alphabets, and refused when it is not", () => {
  assert.deepEqual(fromBase64("-_8="), Uint8Array.of(0xfb, 0xff));
  assert.equal(toBase64Url(Uint8Array.of(0xfb, 0xff)), "-_8");
  assert.throws(() => fromBase64("*"), /not Base64/);
});

test("bytes that cannot be printed become dots", () => {
  assert.equal(toAscii(Uint8Array.of(0x41, 0x0a, 0xff)), "A··");
});

test("close codes that a browser cannot send are refused with a reason", () => {
  assert.equal(complainAboutClose(1000, "bye"), "");
  assert.equal(complainAboutClose(4999, ""), "");
  assert.match(complainAboutClose(1001, ""), /1000 and 3000/);
  assert.match(complainAboutClose(1000, "é".repeat(62)), /123 bytes/);
  assert.equal(meaningOf(1009), "message too big");
  assert.equal(meaningOf(999), "not a valid code");
});
