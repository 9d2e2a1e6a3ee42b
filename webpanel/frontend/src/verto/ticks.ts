/** A worker that counts: a hidden tab's own timers are slowed to one a minute, a worker's are not. */

/** What the page asks: wake me in so many milliseconds, or no more. */
export interface Wish {
  id: number;
  ms: number | null;
}

const running = new Map<number, ReturnType<typeof setTimeout>>();

self.onmessage = ({ data: { id, ms } }: MessageEvent<Wish>) => {
  clearTimeout(running.get(id));
  running.delete(id);
  if (ms === null) return;
  const due = () => {
    running.delete(id);
    self.postMessage(id);
  };
  running.set(id, setTimeout(due, ms));
};
