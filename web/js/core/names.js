/** The rules for names of people and rooms. The server decides; this only spares a round trip. */

export const NAME_CHARACTERS_MAX = 32;

const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What the server will compare and show. */
export function normalizeName(text) {
  return text.normalize('NFKC').trim();
}

/** Why a name cannot be used, as a sentence, or null. */
export function nameProblem(text) {
  const name = normalizeName(text);
  if (name === '') return 'Please type a name.';
  if ([...name].length > NAME_CHARACTERS_MAX) return `A name has at most ${NAME_CHARACTERS_MAX} characters.`;
  if (FORBIDDEN.test(name)) return 'A name cannot contain invisible characters.';
  return null;
}

/** One or two letters to stand for someone. */
export function initialsOf(name) {
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join('').toLocaleUpperCase();
}

/** A stable tint for someone, from 0 to `tints` − 1. */
export function tintOf(id, tints) {
  let hash = 2166136261;
  for (const character of String(id)) hash = Math.imul(hash ^ character.codePointAt(0), 16777619);
  return (hash >>> 0) % tints;
}
