/** The locks and the channels of one browser, shared by its tabs. */
import type { Channel, LeaderParts } from "../leader";

interface Held {
  release(): void;
  steal(): void;
}

export class FakeBrowser {
  private held: Held | null = null;
  private queue: (() => void)[] = [];
  private readonly channels = new Set<Channel>();

  /** A channel of one tab. A frozen tab hears nothing. */
  channel(frozen: () => boolean = () => false): Channel {
    const mine: Channel = {
      onmessage: null,
      postMessage: (data) => {
        const copy: unknown = structuredClone(data);
        for (const other of this.channels) {
          if (other !== mine) queueMicrotask(() => other.onmessage?.({ data: copy } as MessageEvent));
        }
      },
      close: () => this.channels.delete(mine),
    };
    const gated: Channel = { ...mine };
    Object.defineProperty(mine, "onmessage", {
      get: () => (frozen() ? null : gated.onmessage),
      set: (heard: Channel["onmessage"]) => (gated.onmessage = heard),
    });
    this.channels.add(mine);
    return mine;
  }

  /** `navigator.locks`, as far as one lock needs it. */
  get locks(): LeaderParts["locks"] {
    const request = async (_name: string, how: LockOptions, run: (lock: Lock | null) => unknown): Promise<unknown> => {
      if (how.steal === true) this.held?.steal();
      else if (this.held !== null && how.ifAvailable === true) return run(null);
      else if (this.held !== null) await this.turn(how.signal);
      return new Promise((done, failed) => {
        const mine: Held = {
          release: () => {
            if (this.held !== mine) return;
            this.held = null;
            this.queue.shift()?.();
          },
          steal: () => failed(new DOMException("stolen", "AbortError")),
        };
        this.held = mine;
        void Promise.resolve(run({ name: "verto", mode: "exclusive" })).then((value) => (mine.release(), done(value)));
      });
    };
    const query = async () => ({ held: this.held === null ? [] : [{ name: "verto" }] });
    return { request, query } as unknown as LeaderParts["locks"];
  }

  /** The tab that holds the lock is closed. */
  closeHolder(): void {
    this.held?.release();
  }

  private turn(signal?: AbortSignal): Promise<void> {
    return new Promise((done, failed) => {
      this.queue.push(done);
      signal?.addEventListener("abort", () => {
        this.queue = this.queue.filter((one) => one !== done);
        failed(new DOMException("late", "AbortError"));
      });
    });
  }
}
