/** The line to the switch: logs in, keeps alive, and comes back under the same `sessid` when it breaks. */
import { every, within, type Cancel, type Clock } from "./clock";
import { texts, type Fields } from "./fields";
import { Lost, Refused, Rpc } from "./rpc";
import type { OpenWire } from "./wire";

/** Where to log in, and as whom: asked for anew before every login. */
export interface Credentials {
  /** `wss://…` of mod_verto. */
  url: string;
  /** `user@domain`. */
  login: string;
  password: string;
}

/**
 * How the line is. `offline`: not wanted. `connecting`: for the `attempt`-th time since it was ready.
 * `ready`: calls can come. `taken-over`: another tab has this session, `start` takes it back.
 * `refused`: the switch does not know us; `start` tries again.
 */
export type LineState =
  | { name: "offline" }
  | { name: "connecting"; attempt: number; why: string }
  | { name: "ready" }
  | { name: "taken-over" }
  | { name: "refused"; why: string };

export interface LineHooks {
  state(state: LineState): void;
  asked(method: string, params: Fields): void;
  /** The socket is gone; comes before the state. */
  lost(): void;
  /** Logged in, and which answered calls the switch still has for us; comes before the state. */
  back(reattached: readonly string[]): void;
  /** The `sessid` to log in with; `fresh` if the last one is another user's. */
  sessid(login: string, fresh: boolean): string;
}

export interface LineParts {
  clock: Clock;
  open: OpenWire;
  credentials(): Promise<Credentials>;
  random(): number;
}

/** Milliseconds: between heartbeats, for one to be answered, for a socket to open, for the login to end. */
export const BEAT = 3000;
export const BEAT_DEADLINE = 6000; // mod_verto may take 5.3 s to end a hold, and answers nothing meanwhile
export const OPENING = 5000;
export const LOGIN = 10_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;
const AUTH_REQUIRED = -32000;
const AUTH_FAILED = -32001;

/** Milliseconds before the n-th new attempt: twice as long each time, and by chance half or one and a half. */
export function pause(attempt: number, random: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.max(0, attempt - 1), LONGEST_PAUSE) * (0.5 + random);
}

export class Line {
  state: LineState = { name: "offline" };
  /** Milliseconds the last heartbeat took, or null. */
  rtt: number | null = null;
  private rpc: Rpc | null = null;
  private loggedIn = false;
  private attempt = 0;
  private refusals = 0;
  private fresh = false;
  private known: Credentials | null = null;
  private cancels: Cancel[] = [];

  constructor(private readonly parts: LineParts, private readonly hooks: LineHooks) {}

  /** Connects, and keeps connected until `stop`. */
  start(): void {
    if (this.state.name === "connecting" || this.state.name === "ready") return;
    this.refusals = this.attempt = 0;
    this.connect("start");
  }

  /** Leaves without a word: an answered call waits at the switch for whoever logs in with this `sessid`. */
  stop(): void {
    this.drop();
    this.become({ name: "offline" });
  }

  /** Gives the socket up and takes a new one now: after sleep, or when the network is another. */
  renew(why: string): void {
    if (this.state.name !== "ready" && this.state.name !== "connecting") return;
    this.drop();
    this.attempt = 0;
    this.connect(why);
  }

  /** What the switch answers; fails with `Refused`, or with `Lost` when there is no line. */
  async ask(method: string, params: Fields): Promise<Fields> {
    if (this.rpc === null || !this.loggedIn) throw new Lost("there is no line");
    const rpc = this.rpc;
    try {
      return await rpc.ask(method, params);
    } catch (error) {
      if (error instanceof Refused && error.code === AUTH_REQUIRED && rpc === this.rpc) this.broken(error.message);
      throw error;
    }
  }

  private connect(why: string): void {
    this.attempt += 1;
    this.become({ name: "connecting", attempt: this.attempt, why });
    const { clock } = this.parts;
    let stale = false;
    const late = clock.later(OPENING + LOGIN, () => this.broken("the login takes too long"));
    this.cancels.push(() => (stale = true), late);
    this.parts.credentials().then(
      (credentials) => stale || this.open((this.known = credentials), true),
      (error: unknown) => {
        if (stale) return;
        if (this.known === null) this.broken(`no credentials: ${String(error)}`);
        else this.open(this.known, false); // a panel that is down must not cost a call
      },
    );
  }

  private open(credentials: Credentials, latest: boolean): void {
    const { clock } = this.parts;
    const late = clock.later(OPENING, () => this.broken("the socket does not open"));
    this.cancels.push(late);
    const wire = this.parts.open(credentials.url, {
      opened: () => (late(), this.logIn(rpc, credentials, latest)),
      heard: (message) => rpc.feed(message),
      gone: () => rpc === this.rpc && this.broken("the socket closed"),
    });
    const rpc: Rpc = new Rpc(wire, clock, {
      asked: (method, params) => rpc === this.rpc && this.asked(method, params),
      overdue: (method) => rpc === this.rpc && this.broken(`no answer to ${method}`),
    });
    this.rpc = rpc;
  }

  private logIn(rpc: Rpc, { login, password }: Credentials, latest: boolean): void {
    const sessid = this.hooks.sessid(login, this.fresh);
    this.fresh = false;
    rpc.ask("login", { login, passwd: password, sessid }).catch((error: unknown) => {
      if (rpc === this.rpc && error instanceof Refused) this.refused(error, latest);
    });
  }

  private refused(error: Refused, latest: boolean): void {
    this.fresh = error.message === "Session in use";
    if (latest) this.refusals += 1;
    else this.known = null;
    const known = error.code === AUTH_FAILED || error.code === AUTH_REQUIRED;
    if (!known || this.refusals < 2) {
      this.broken(error.message); // with new credentials it may go
      return;
    }
    this.drop();
    this.become({ name: "refused", why: error.message });
  }

  private asked(method: string, params: Fields): void {
    this.loggedIn = true; // of a stranger the switch asks nothing
    if (method === "verto.clientReady") this.ready(texts(params, "reattached_sessions"));
    else if (method === "verto.punt") this.punted();
    else this.hooks.asked(method, params);
  }

  private ready(reattached: readonly string[]): void {
    if (this.state.name === "ready") return;
    this.forget();
    this.attempt = this.refusals = 0;
    this.cancels.push(every(this.parts.clock, BEAT, () => this.beat()));
    this.hooks.back(reattached);
    this.become({ name: "ready" });
    this.beat();
  }

  private beat(): void {
    const { clock } = this.parts;
    const sent = clock.now();
    const rpc = this.rpc;
    rpc?.ask("verto.ping", {}, BEAT_DEADLINE).then(
      () => rpc === this.rpc && (this.rtt = clock.now() - sent),
      (error: unknown) => rpc === this.rpc && error instanceof Refused && this.broken(error.message),
    );
  }

  private punted(): void {
    this.drop();
    this.become({ name: "taken-over" });
  }

  private broken(why: string): void {
    this.drop();
    this.become({ name: "connecting", attempt: this.attempt + 1, why });
    const wait = pause(this.attempt, this.parts.random());
    this.cancels.push(this.parts.clock.later(wait, () => this.connect(why)));
  }

  private drop(): void {
    this.forget();
    const rpc = this.rpc;
    this.rpc = this.rtt = null;
    this.loggedIn = false;
    rpc?.close();
    if (rpc !== null) this.hooks.lost();
  }

  private forget(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
  }

  private become(state: LineState): void {
    this.state = state;
    this.hooks.state(state);
  }
}

/** The credentials, or a failure after so many milliseconds: a panel that hangs must not hang the line. */
export function impatient(clock: Clock, ask: () => Promise<Credentials>, ms = OPENING): () => Promise<Credentials> {
  return () => within(clock, ms, ask(), () => new Lost("the panel does not answer"));
}
