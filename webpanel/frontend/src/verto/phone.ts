/** The phone: a line, its calls, and what an operator can do; tells its listeners of every change. */
import { Call, type CallParts } from "./call";
import type { CallView } from "./callview";
import { onWake, type Cancel, type Clock } from "./clock";
import { text, type Fields } from "./fields";
import { Line, type LineParts, type LineState } from "./line";
import type { Media } from "./media";
import { dialable } from "./number";
import type { Keeper, Memory, Remembered } from "./storage";

export type PhoneEvent =
  /** The line is in another state. */
  | { kind: "line"; line: LineState }
  /** A call is new, or another than it was; `ended` is the last of it. */
  | { kind: "call"; call: CallView }
  /** What must outlive the page has changed. */
  | { kind: "memory"; memory: Memory };

export interface PhoneParts extends LineParts {
  clock: Clock;
  media: Media;
  keeper: Keeper;
  uuid(): string;
}

/** Milliseconds in which sound that fails again and again renews the line but once. */
const RENEWAL = 20_000;

export class Phone {
  private readonly calls = new Map<string, Call>();
  private readonly listeners = new Set<(event: PhoneEvent) => void>();
  private readonly connection: Line;
  private awake: Cancel | null = null;
  private renewed = -Infinity;
  private saved = "";

  constructor(private readonly parts: PhoneParts) {
    this.connection = new Line(parts, {
      state: (line) => this.tell({ kind: "line", line }),
      asked: (method, params) => this.asked(method, params),
      lost: () => this.each((call) => call.lost()),
      back: (reattached) => this.each((call) => call.back(reattached)),
      sessid: (login, fresh) => parts.keeper.sessid(login, fresh),
    });
  }

  /** How the line is. */
  get line(): LineState {
    return this.connection.state;
  }

  /** Milliseconds the switch takes to answer, or null. */
  get rtt(): number | null {
    return this.connection.rtt;
  }

  /** The calls that are not over, the oldest first. */
  get views(): CallView[] {
    return [...this.calls.values()].map((call) => call.view);
  }

  /** What another tab needs to go on where this one stops; null before the first login. */
  get memory(): Memory | null {
    return this.parts.keeper.now;
  }

  /** Tells of every change from now on, until taken back. */
  subscribe(listener: (event: PhoneEvent) => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Connects, or takes the line back; calls of before a reload are `away` until the switch offers them. */
  start(): void {
    for (const [id, told] of Object.entries(this.memory?.calls ?? {})) {
      if (!this.calls.has(id)) this.add(Call.kept(id, this.callParts, told));
    }
    this.awake ??= onWake(this.parts.clock, () => this.connection.renew("the machine slept"));
    this.connection.start();
  }

  /** Leaves without a word to the switch: answered calls wait there for whoever has the memory. */
  leave(): void {
    this.awake?.();
    this.awake = null;
    this.abandon();
    this.connection.stop();
  }

  /** Leaves the calls to another tab, and forgets them here; what it needs to go on. */
  handOver(): Memory | null {
    const memory = this.memory;
    this.leave();
    this.parts.keeper.calls({});
    this.saved = "";
    return memory;
  }

  /** Goes on with what another tab left: to be called before `start`. */
  adopt(memory: Memory): void {
    this.parts.keeper.keep(memory);
  }

  /** The browser says that there is a network again: no need to wait for the next attempt. */
  online(): void {
    if (this.line.name === "connecting") this.connection.renew("the network is back");
  }

  /** Takes an offered call and puts the others on hold. Fails with `NoMicrophone`; then it rings on. */
  async answer(id: string): Promise<void> {
    const call = this.call(id);
    if (call.view.state === "offered") this.holdOthers(call);
    await call.answer();
  }

  /** Refuses an offered call. */
  async reject(id: string, cause = "CALL_REJECTED"): Promise<void> {
    await this.call(id).hangup(cause);
  }

  async hangup(id: string): Promise<void> {
    await this.call(id).hangup("NORMAL_CLEARING");
  }

  async hold(id: string, on: boolean): Promise<void> {
    if (!on) this.holdOthers(this.call(id));
    await this.call(id).hold(on);
  }

  mute(id: string, on: boolean): void {
    this.call(id).mute(on);
  }

  async dtmf(id: string, typed: string): Promise<void> {
    await this.call(id).dtmf(typed);
  }

  /** Calls a number and puts the others on hold; the id of the new call. Fails with `NoMicrophone`, `Refused`. */
  async dial(typed: string): Promise<string> {
    const number = dialable(typed);
    if (this.line.name !== "ready") throw new Error(`dialling is not possible: the line is ${this.line.name}`);
    const call = Call.dialled(this.parts.uuid(), this.callParts, number);
    this.holdOthers(call);
    this.add(call);
    await call.dial();
    return call.id;
  }

  /** Sends a caller elsewhere without asking there. */
  async transfer(id: string, number: string): Promise<void> {
    await this.call(id).transfer(number);
  }

  /** Joins two callers of ours, usually one on hold and the colleague who was asked. */
  async join(id: string, other: string): Promise<void> {
    await this.call(id).replace(this.call(other));
  }

  private get callParts(): CallParts {
    const { clock, media } = this.parts;
    return {
      clock,
      media,
      ask: (method, params) => this.connection.ask(method, params),
      changed: (call) => this.changed(call),
      soundFailed: () => this.soundFailed(),
    };
  }

  private asked(method: string, params: Fields): void {
    const id = text(params, "callID");
    const call = this.calls.get(id);
    if (method === "verto.invite" && call === undefined && id !== "") {
      this.add(Call.offered(id, this.callParts, params));
    } else if (method === "verto.attach" && id !== "") {
      const kept = call ?? this.add(Call.kept(id, this.callParts, params));
      void kept.attach(params);
    } else if (method === "verto.media") void call?.progressed(params, false);
    else if (method === "verto.answer") void call?.progressed(params, true);
    else if (method === "verto.display") call?.display(params);
    else if (method === "verto.bye") call?.ended(params);
  }

  private soundFailed(): void {
    const now = this.parts.clock.now();
    if (now - this.renewed < RENEWAL) return;
    this.renewed = now;
    this.connection.renew("the sound is gone");
  }

  private holdOthers(call: Call): void {
    for (const other of this.calls.values()) {
      if (other !== call && other.view.state === "talking") void other.hold(true).catch(() => undefined);
    }
  }

  private call(id: string): Call {
    const call = this.calls.get(id);
    if (call === undefined) throw new RangeError(`there is no call ${id}`);
    return call;
  }

  private add(call: Call): Call {
    this.calls.set(call.id, call);
    this.changed(call);
    return call;
  }

  private changed(call: Call): void {
    if (this.calls.get(call.id) !== call) return;
    if (call.over) this.calls.delete(call.id);
    this.save();
    this.tell({ kind: "call", call: call.view });
  }

  private save(): void {
    const calls: Record<string, Remembered> = {};
    for (const call of this.calls.values()) calls[call.id] = call.remembered;
    const now = JSON.stringify(calls);
    if (now === this.saved) return; // figures of the sound change every second, the memory does not
    this.saved = now;
    this.parts.keeper.calls(calls);
    if (this.memory !== null) this.tell({ kind: "memory", memory: this.memory });
  }

  /** The calls are another tab's now; the memory stays as it is. */
  private abandon(): void {
    const all = [...this.calls.values()];
    this.calls.clear();
    for (const call of all) call.leave();
  }

  private each(run: (call: Call) => void): void {
    for (const call of [...this.calls.values()]) run(call);
  }

  private tell(event: PhoneEvent): void {
    for (const listener of [...this.listeners]) listener(event);
    if (event.kind === "line" && event.line.name === "taken-over") this.abandon();
  }
}
