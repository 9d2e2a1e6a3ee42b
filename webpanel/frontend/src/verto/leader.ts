/** One tab telephones. The others say so, and may take over: then the calls move, nobody hangs up. */
import { every, type Cancel, type Clock } from "./clock";
import { fields, text } from "./fields";
import { readMemory, type Memory } from "./storage";

/** `elsewhere`: another tab telephones; `free`: it did, and is gone for good (a reload is quicker). */
export type LeaderState = { name: "asking" } | { name: "leading" } | { name: "elsewhere"; free: boolean };

/** The part of a BroadcastChannel we use. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface LeaderParts {
  clock: Clock;
  locks: Pick<LockManager, "request" | "query">;
  channel: Channel;
  /** The lock that only one tab has; tabs with another one are no rivals. */
  lock?: string;
  state(state: LeaderState): void;
  /** This tab telephones from now on; with what another tab left, if it took over. */
  lead(memory: Memory | null): void;
  /** This tab must stop at once; what it leaves. */
  leave(): Memory | null;
}

/** Milliseconds: a reloaded tab waits for its own old page; a taker waits for the other tab, then takes by force. */
export const OWN_PAGE = 3000;
export const YIELDING = 2000;
const LOOKING = 4000;

export class Leader {
  state: LeaderState = { name: "asking" };
  private heard: Memory | null = null;
  private published: Memory | null = null;
  private release: (() => void) | null = null;
  private watching: Cancel | null = null;

  private readonly lock: string;

  constructor(private readonly parts: LeaderParts) {
    this.lock = parts.lock ?? "verto";
    parts.channel.onmessage = ({ data }) => this.hear(data);
  }

  /** Leads if nobody does. `before`: this tab did before it was reloaded, so its old page may take a moment to go. */
  async begin(before: boolean): Promise<void> {
    this.become({ name: "asking" });
    const got = before ? await this.seize({ patience: OWN_PAGE }) : await this.seize({ ifAvailable: true });
    if (got) this.lead(null);
    else this.wait();
  }

  /** Leads, whoever did until now: it hands its calls over, or is robbed if it does not react. */
  async takeOver(): Promise<void> {
    if (this.state.name !== "elsewhere") return;
    this.become({ name: "asking" });
    this.parts.channel.postMessage({ kind: "yield" });
    const got = (await this.seize({ patience: YIELDING })) || (await this.seize({ steal: true }));
    if (got) this.lead(this.heard);
    else this.wait();
  }

  /** Lets the other tabs know what they need if this one freezes. */
  publish(memory: Memory | null): void {
    this.published = memory;
    if (this.state.name === "leading" && memory !== null) this.parts.channel.postMessage({ kind: "memory", memory });
  }

  close(): void {
    this.watching?.();
    this.release?.();
    this.parts.channel.close();
  }

  private hear(message: unknown): void {
    const said = fields(message);
    const kind = text(said, "kind");
    if (kind === "memory" && this.state.name !== "leading") this.heard = readMemory(said.memory) ?? this.heard;
    if (this.state.name !== "leading") return;
    if (kind === "ask") this.publish(this.published);
    if (kind === "yield") this.step();
  }

  private lead(memory: Memory | null): void {
    this.watching?.();
    this.become({ name: "leading" });
    this.parts.lead(memory);
  }

  private step(): void {
    const memory = this.parts.leave();
    this.publish(memory);
    this.release?.();
    this.release = null;
    this.wait();
  }

  private wait(): void {
    this.become({ name: "elsewhere", free: false });
    this.parts.channel.postMessage({ kind: "ask" });
    let free = 0;
    this.watching?.();
    this.watching = every(this.parts.clock, LOOKING, () => {
      void this.parts.locks.query().then(({ held }) => {
        free = held?.some((lock) => lock.name === this.lock) ? 0 : free + 1;
        if (this.state.name === "elsewhere" && this.state.free !== free > 1) {
          this.become({ name: "elsewhere", free: free > 1 });
        }
      });
    });
  }

  /** Whether the lock is ours now; it stays so until it is released or stolen. */
  private seize(how: { ifAvailable?: true; steal?: true; patience?: number }): Promise<boolean> {
    const { patience, ...options } = how;
    const patient = new AbortController();
    const cancel = patience === undefined ? null : this.parts.clock.later(patience, () => patient.abort());
    return new Promise((answer) => {
      let mine = false;
      const held = (lock: Lock | null): Promise<void> | undefined => {
        cancel?.();
        mine = lock !== null;
        const kept = mine ? new Promise<void>((done) => (this.release = done)) : undefined;
        answer(mine);
        return kept;
      };
      const request = cancel === null ? options : { ...options, signal: patient.signal };
      this.parts.locks.request(this.lock, request, held).catch(() => {
        answer(false);
        if (mine && this.state.name === "leading") this.robbed();
      });
    });
  }

  private robbed(): void {
    this.release = null;
    this.parts.leave();
    this.wait();
  }

  private become(state: LeaderState): void {
    this.state = state;
    this.parts.state(state);
  }
}
