/** The time, and timers that a hidden tab does not slow down. */
import type { Wish } from "./ticks";

/** Takes a timer back; harmless when it has run. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something once, in so many milliseconds. */
  later(ms: number, run: () => void): Cancel;
}

/** Milliseconds by which a tick may be late before we say that the machine slept. */
export const SLEPT = 10_000;

/** Milliseconds after which a worker that could not be loaded is asked for again. */
const AGAIN = 1_000;

interface Timer {
  due: number;
  run: () => void;
}

/**
 * A clock whose timers run in a worker; `close` ends the worker. One that cannot be loaded, as its server has
 * just ended, is asked for until it can; then the timers that are late run at once.
 */
export function workerClock(): Clock & { close(): void } {
  const waiting = new Map<number, Timer>();
  let last = 0;
  let worker = hired();
  let retry: ReturnType<typeof setTimeout> | undefined;

  function hired(): Worker {
    const one = new Worker(new URL("./ticks.ts", import.meta.url), { type: "module" });
    one.onmessage = ({ data }: MessageEvent<number>) => {
      const timer = waiting.get(data);
      waiting.delete(data);
      timer?.run();
    };
    one.onerror = () => {
      one.terminate();
      retry = setTimeout(() => {
        worker = hired();
        for (const [id, { due }] of waiting) tell({ id, ms: Math.max(0, due - Date.now()) });
      }, AGAIN);
    };
    return one;
  }

  const tell = (wish: Wish) => worker.postMessage(wish);
  return {
    now: () => Date.now(),
    later(ms, run) {
      const id = ++last;
      waiting.set(id, { due: Date.now() + ms, run });
      tell({ id, ms });
      return () => {
        if (waiting.delete(id)) tell({ id, ms: null });
      };
    },
    close: () => {
      clearTimeout(retry);
      worker.terminate();
    },
  };
}

/** Runs something again and again, so many milliseconds after it ran last, until it is taken back. */
export function every(clock: Clock, ms: number, run: () => void): Cancel {
  let cancel: Cancel;
  const again = () => {
    cancel = clock.later(ms, again);
    run();
  };
  cancel = clock.later(ms, again);
  return () => cancel();
}

/** Says when the machine was asleep, and for how many milliseconds: a tick that comes much too late. */
export function onWake(clock: Clock, woke: (slept: number) => void): Cancel {
  let before = clock.now();
  return every(clock, 1000, () => {
    const gap = clock.now() - before - 1000;
    before = clock.now();
    if (gap > SLEPT) woke(gap);
  });
}

/** The promise's outcome, or an error after so many milliseconds. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>, error: () => Error): Promise<T> {
  return new Promise((done, failed) => {
    const cancel = clock.later(ms, () => failed(error()));
    promise.then(done, failed).finally(cancel);
  });
}
