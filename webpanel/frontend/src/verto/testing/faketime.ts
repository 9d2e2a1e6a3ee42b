/** A clock that a test moves: nothing happens between two of its moments, and nothing waits. */
import type { Cancel, Clock } from "../clock";

interface Due {
  at: number;
  run: () => void;
}

/** Lets everything that is promised already happen. */
export async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done, 0));
}

export class FakeTime implements Clock {
  private time = 1_000_000;
  private due: Due[] = [];

  now(): number {
    return this.time;
  }

  later(ms: number, run: () => void): Cancel {
    const one = { at: this.time + ms, run };
    this.due.push(one);
    return () => {
      this.due = this.due.filter((other) => other !== one);
    };
  }

  /** Lets so many milliseconds pass. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.due = this.due.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settled();
    }
    this.time = end;
  }

  /** The machine sleeps: time goes by, no timer runs; then those that are due run late. */
  async sleep(ms: number): Promise<void> {
    this.time += ms;
    await this.pass(0);
  }

  private next(end: number): Due | undefined {
    return this.due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
