/** Time by injection, so that a test moves it by hand. */
export interface Clock {
  setTimer(run: () => void, delayMs: number): Timer;
}

export interface Timer {
  cancel(): void;
}

export const systemClock: Clock = {
  setTimer(run, delayMs) {
    const id = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(id) };
  },
};

/**
 * How long to wait before try number `attempt` (0, 1, 2 …): the first at once, then from half a
 * second doubling to `maxMs`, with a random half taken off, so that many clients do not come back
 * together.
 */
export function backoffMs(attempt: number, random: () => number, maxMs = 15_000): number {
  if (attempt <= 0) return 0;
  const fullMs = Math.min(maxMs, 500 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(fullMs * (0.5 + 0.5 * random()));
}
