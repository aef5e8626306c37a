// What the tests of a peer found, for readers and for the tables in docs/conformance.md.

import { appendFileSync } from "node:fs";
import test from "node:test";

const file = process.env.DUPLEX_INTEROP_RESULTS;
const requirementIds = /\s*\([A-Z0-9][\w., -]*\)$/;

/** A test that is also one line of JSON in the file that $DUPLEX_INTEROP_RESULTS names: who, which version, which of
 *  us listens, what was checked, and whether it was so. `name` may end in requirement IDs. */
export function check(peer, direction, name, play, { timeout = 30_000, skip = false } = {}) {
  test(`${peer.name}: ${name}`, { timeout, skip }, async (t) => {
    let ok = false;
    try {
      await play(t);
      ok = true;
    } finally {
      const result = { peer: peer.name, version: peer.version, direction, check: name.replace(requirementIds, ""), ok };
      if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
    }
  });
}
