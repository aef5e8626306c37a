/** Finds `@name` in a body. Names are compared as the server compares them: NFKC, case folded. */

const WORD = /[\p{L}\p{N}_]/u;

export function mentionsName(body, name) {
  const text = fold(body);
  const wanted = `@${fold(name)}`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = text.slice(0, at).at(-1) ?? ' ';
    const after = text.slice(at + wanted.length)[0] ?? ' ';
    if (!WORD.test(before) && !WORD.test(after)) return true;
  }
  return false;
}

function fold(text) {
  return text.normalize('NFKC').toLowerCase();
}
