/** Splits a body into plain text and links. Only http and https become links:
 *  `javascript:` and friends are how a chat message runs code. */

/** Spaces, quotes, angle brackets, control and bidi characters end an address:
 *  the last could make a link read as another one. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/giu;
const CLOSERS = { ')': '(', ']': '[', '}': '{' };

/** An array of `{text}` and `{text, href}`. Joining the texts gives the body back. */
export function splitLinks(body) {
  const parts = [];
  let end = 0;
  for (const match of body.matchAll(ADDRESS)) {
    const text = withoutTrailingPunctuation(match[0]);
    const href = hrefOf(text);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: body.slice(end, match.index) });
    parts.push({ text, href });
    end = match.index + text.length;
  }
  if (end < body.length) parts.push({ text: body.slice(end) });
  return parts;
}

/** `https://bank.example@evil.example` reads as the bank: an address with credentials stays text. */
function hrefOf(text) {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
    return isWeb && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}

/** The brackets are counted once: a body of nothing but brackets must not cost its square. */
function withoutTrailingPunctuation(text) {
  const surplus = surplusOfClosers(text);
  let end = text.length;
  for (; end > 0; end -= 1) {
    const last = text[end - 1];
    if (surplus[last] > 0) surplus[last] -= 1;
    else if (!'.,;:!?…*_~'.includes(last)) break;
  }
  return text.slice(0, end);
}

/** How many more closing than opening brackets of each kind there are. */
function surplusOfClosers(text) {
  const surplus = {};
  for (const [closer, opener] of Object.entries(CLOSERS)) {
    surplus[closer] = text.split(closer).length - text.split(opener).length;
  }
  return surplus;
}
