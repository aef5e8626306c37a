// The configurations that docs/deploy publishes: what is tested is what is written there.

import { readFileSync } from "node:fs";

const documents = new URL("../../../docs/deploy/", import.meta.url);

/** The only block of that language in the document. */
export function readSnippet(document, language) {
  const text = readFileSync(new URL(document, documents), "utf8");
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))];
  if (blocks.length !== 1) throw new Error(`${document} has ${blocks.length} blocks of ${language}, not one`);
  return blocks[0][1];
}

/** The snippet with its examples replaced; each of them has to be there. */
export function fill(snippet, replacements) {
  return Object.entries(replacements).reduce((text, [example, value]) => {
    if (!text.includes(example)) throw new Error(`the snippet does not say ${example}:\n${text}`);
    return text.replaceAll(example, value);
  }, snippet);
}
