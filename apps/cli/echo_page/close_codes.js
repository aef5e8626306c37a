// What close codes mean (RFC 6455 §7.4.1 and the IANA registry).
const meanings = new Map([
  [1000, "normal closure"],
  [1001, "going away"],
  [1002, "protocol error"],
  [1003, "unsupported data"],
  [1005, "no code given"],
  [1006, "ended without a Close"],
  [1007, "invalid payload"],
  [1008, "policy violation"],
  [1009, "message too big"],
  [1010, "extension missing"],
  [1011, "internal error"],
  [1012, "service restart"],
  [1013, "try again later"],
  [1014, "bad gateway"],
  [1015, "TLS failure"],
]);

export function meaningOf(code) {
  if (meanings.has(code)) return meanings.get(code);
  if (code >= 4000 && code <= 4999) return "private use";
  if (code >= 3000 && code <= 3999) return "registered by frameworks";
  return "not a valid code";
}

// Browsers let pages send 1000 and 3000–4999 only, with a reason of at most 123 bytes.
export function complainAboutClose(code, reason) {
  if (code !== 1000 && !(code >= 3000 && code <= 4999)) return "Browsers can close with 1000 and 3000–4999 only.";
  if (new TextEncoder().encode(reason).length > 123) return "A reason has at most 123 bytes.";
  return "";
}
