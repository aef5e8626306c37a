// Bytes as people write them.

export function toHex(bytes, separator = " ") {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

// Digits in pairs; whitespace, commas, colons and 0x between them do not matter. Throws when it is not hexadecimal.
export function fromHex(text) {
  const digits = text.replace(/0x|[\s,:]/gi, "");
  if (/[^0-9a-f]/i.test(digits)) throw new Error("Hexadecimal has digits 0–9 and a–f only.");
  if (digits.length % 2 !== 0) throw new Error("Hexadecimal needs two digits for each byte; one is missing.");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// Both alphabets, with or without padding. Throws when it is not Base64.
export function fromBase64(text) {
  const standard = text.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(standard), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error("This is not Base64.");
  }
}

export function toBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// One character per byte: printable ASCII as it is, a dot for the rest.
export function toAscii(bytes) {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
}
