/** Runs `work` once per frame however often it is asked for. A hidden page has no
 *  frames, so a timer stands in. */

const HIDDEN_MS = 250;

export function perFrame(work) {
  let isDue = false;
  const run = () => {
    if (!isDue) return;
    isDue = false;
    work();
  };
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(run);
    setTimeout(run, HIDDEN_MS);
  };
}
