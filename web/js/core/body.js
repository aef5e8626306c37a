/** The size of a message body: what the server accepts, and what is folded away. */

const NEAR_LIMIT = 0.8;
const FOLDED_LINES = 14;
const FOLDED_CHARACTERS = 1400;

export function bodyBytes(body) {
  return new TextEncoder().encode(body).length;
}

/** `far`, `near` or `over` the limit, and the bytes that are left. */
export function roomLeft(body, bytesMax) {
  const left = bytesMax - bodyBytes(body);
  if (left < 0) return { level: 'over', left };
  return { level: left < bytesMax * (1 - NEAR_LIMIT) ? 'near' : 'far', left };
}

/** Whether a body is so long that only its beginning is shown at first. */
export function isLong(body) {
  return body.length > FOLDED_CHARACTERS || body.split('\n', FOLDED_LINES + 1).length > FOLDED_LINES;
}
