/** The time of day and timers, as one parameter that a test can replace. */
export const systemClock = {
  now: () => Date.now(),
  /** Calls back once after `delayMs`; returns a function that cancels. */
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
