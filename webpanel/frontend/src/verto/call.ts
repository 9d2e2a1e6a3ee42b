/** One call: what the switch and the operator may do to it, and how it outlives page and line. */
import type { CallState, CallView } from "./callview";
import { CONNECTION_LOST, NotNow } from "./callview";
import { CallSound } from "./callsound";
import type { Clock } from "./clock";
import { described } from "./described";
import { text, type Fields } from "./fields";
import { Hold } from "./hold";
import type { Media, Voice } from "./media";
import { dialable, keys } from "./number";
import { Lost, Refused } from "./rpc";
import type { Remembered } from "./storage";

export interface CallParts {
  clock: Clock;
  media: Media;
  ask(method: string, params: Fields): Promise<Fields>;
  changed(call: Call): void;
  /** The sound was there and is gone while the line may live: both are to be built anew. */
  soundFailed(): void;
}

const gone = (error: unknown): boolean => error instanceof Refused && error.message === "CALL DOES NOT EXIST";

export class Call {
  private state: CallState;
  private readonly told: Remembered;
  private cause = "";
  private interrupted = false;
  private endedAt: number | null = null;
  private readonly holding: Hold;
  private readonly sound: CallSound;
  private turn = 0;

  private constructor(
    readonly id: string,
    private readonly parts: CallParts,
    state: CallState,
    told: Remembered,
    private readonly restored: boolean,
    private remote = "",
  ) {
    this.state = state;
    this.told = { ...told };
    this.holding = new Hold(told.held, {
      ask: (action) => this.modify({ action }),
      ready: () => this.state === "talking",
      changed: () => this.change(),
    });
    this.sound = new CallSound({
      clock: parts.clock,
      media: parts.media,
      failed: () => parts.soundFailed(),
      expected: () => (this.state === "talking" ? this.heard : null),
      measured: () => this.change(),
    });
  }

  /** The switch offers one: `params` of its verto.invite. */
  static offered(id: string, parts: CallParts, params: Fields): Call {
    return new Call(id, parts, "offered", described(params, parts.clock.now()), false, text(params, "sdp"));
  }

  /** We dial one. */
  static dialled(id: string, parts: CallParts, number: string): Call {
    const told = { ...described({}, parts.clock.now()), direction: "out" as const, number };
    return new Call(id, parts, "dialling", told, false);
  }

  /** One of before the page was loaded, as remembered or, by another tab's switch, as its verto.attach says. */
  static kept(id: string, parts: CallParts, told: Remembered | Fields): Call {
    const known = "startedAt" in told ? (told as Remembered) : described(told, parts.clock.now());
    return new Call(id, parts, known.ending ? "ending" : "away", known, true);
  }

  get view(): CallView {
    const { ending, ...told } = this.told;
    return {
      ...told,
      id: this.id,
      state: this.state,
      held: this.holding.held,
      endedAt: this.endedAt,
      restored: this.restored,
      cause: this.cause,
      interrupted: this.interrupted,
      sound: this.sound.now,
      summary: this.sound.summary,
    };
  }

  /** What is to be known of it after a reload. */
  get remembered(): Remembered {
    return { ...this.told, held: this.holding.wanted, ending: this.state === "ending" };
  }

  get over(): boolean {
    return this.state === "ended";
  }

  // -- what the operator does -------------------------------------------------------------------

  /** Takes an offered call; without a microphone it rings on. */
  async answer(): Promise<void> {
    this.need("answer", "offered");
    const turn = this.become("answering");
    try {
      const voice = await this.newVoice(turn, false);
      const sdp = await voice.answer(this.remote);
      this.same(turn);
      await this.ask("verto.answer", { sdp });
    } catch (error) {
      if (turn === this.turn && gone(error)) this.end("ORIGINATOR_CANCEL");
      else if (turn === this.turn && error instanceof Refused) await this.hangup("INCOMPATIBLE_DESTINATION");
      else if (turn === this.turn && !(error instanceof Lost)) this.become("offered");
      throw error;
    }
    if (turn === this.turn) this.talk();
  }

  /** Calls the number; resolves when the switch has taken it on, long before anybody answers. */
  async dial(): Promise<void> {
    const turn = this.turn;
    try {
      const voice = await this.newVoice(turn, false);
      const sdp = await voice.offer();
      this.same(turn);
      await this.ask("verto.invite", { sdp }, { destination_number: this.told.number });
    } catch (error) {
      if (turn === this.turn && !(error instanceof Lost)) {
        this.end(error instanceof Refused ? text(error.about, "cause") || "CALL_REJECTED" : "MEDIA_ERROR");
      }
      throw error;
    }
  }

  /** Ends it, or refuses the offer; while the line is down, as soon as the switch is reached. */
  async hangup(cause: string): Promise<void> {
    if (this.state === "ended" || this.state === "ending") return;
    const reachable = this.state !== "away";
    this.sound.disconnect();
    this.become("ending");
    if (reachable) await this.bye(cause);
  }

  /** Puts the caller on hold or takes him back. While the line is down, the wish is kept. */
  async hold(on: boolean): Promise<void> {
    this.need("hold", "talking", "away", "returning");
    await this.holding.want(on);
  }

  mute(on: boolean): void {
    this.told.muted = on;
    this.change();
  }

  async dtmf(typed: string): Promise<void> {
    this.need("dtmf", "talking", "early");
    await this.ask("verto.info", { dtmf: keys(typed) });
  }

  /** Sends the far side to another number; the switch then ends our part. */
  async transfer(number: string): Promise<void> {
    this.need("transfer", "talking");
    await this.modify({ action: "transfer", destination: dialable(number) });
  }

  /** Joins the far sides of this and the other call; the switch then ends our two parts. */
  async replace(other: Call): Promise<void> {
    this.need("replace", "talking");
    other.need("replace", "talking");
    await this.modify({ action: "replace", replaceCallID: other.id });
  }

  // -- what the switch does ---------------------------------------------------------------------

  /** verto.media or verto.answer; whichever comes first has the description. */
  async progressed(params: Fields, answered: boolean): Promise<void> {
    if (this.state !== "dialling" && this.state !== "early") return;
    if (answered) this.talk();
    else this.become("early");
    const sdp = text(params, "sdp");
    if (sdp !== "") await this.sound.accept(sdp).catch(() => this.hangup("INCOMPATIBLE_DESTINATION"));
  }

  /** verto.attach: the switch has kept it, and offers it again. */
  async attach(params: Fields): Promise<void> {
    if (this.state === "ending") return this.bye("NORMAL_CLEARING");
    this.sound.disconnect();
    this.holding.unknown(); // the switch takes our new description for the end of a hold
    const turn = this.become("returning");
    try {
      const voice = await this.newVoice(turn, true);
      const sdp = await voice.answer(text(params, "sdp"));
      this.same(turn);
      await this.ask("verto.attach", { sdp });
    } catch (error) {
      if (turn !== this.turn || error instanceof Lost) return;
      if (error instanceof Refused) this.end(CONNECTION_LOST);
      else await this.hangup("INCOMPATIBLE_DESTINATION");
      return;
    }
    if (turn === this.turn) this.talk();
  }

  /** verto.display: whom we talk with now. */
  display(params: Fields): void {
    this.told.number = text(params, "display_number") || this.told.number;
    this.told.name = text(params, "display_name") || this.told.name;
    this.change();
  }

  /** verto.bye. */
  ended(params: Fields): void {
    this.end(text(params, "cause") || "NORMAL_CLEARING");
  }

  // -- what befalls the line --------------------------------------------------------------------

  /** The socket is gone: what rings is over, the rest may come back. */
  lost(): void {
    if (this.state === "offered") this.end(CONNECTION_LOST);
    else if (this.state !== "ended" && this.state !== "ending") this.become("away");
  }

  /** The line is back, and the switch has kept these. */
  back(reattached: readonly string[]): void {
    const waits = this.state === "away" || this.state === "ending";
    if (waits && !reattached.includes(this.id)) this.end(CONNECTION_LOST);
  }

  /** Another tab goes on with it: no more sound here, and no word to the switch. */
  leave(): void {
    this.sound.stop();
    this.turn += 1;
  }

  // -- the machinery ----------------------------------------------------------------------------

  private talk(): void {
    this.told.answeredAt ??= this.parts.clock.now();
    this.become("talking");
    this.sound.watch();
    this.holding.settle().catch(() => undefined);
  }

  private async newVoice(turn: number, orSilence: boolean): Promise<Voice> {
    const voice = await this.sound.connect(orSilence, () => turn === this.turn);
    if (voice === null) throw new NotNow("going on", this.state);
    this.apply();
    return voice;
  }

  private async bye(cause: string): Promise<void> {
    try {
      await this.ask("verto.bye", { cause });
      this.end(cause);
    } catch (error) {
      if (!(error instanceof Refused)) return; // told when the line is back
      this.end(gone(error) ? "NORMAL_CLEARING" : cause);
    }
  }

  private async modify(params: Fields): Promise<Fields> {
    try {
      return await this.ask("verto.modify", params);
    } catch (error) {
      if (gone(error)) this.end(CONNECTION_LOST);
      throw error;
    }
  }

  private ask(method: string, params: Fields, dialog: Fields = {}): Promise<Fields> {
    return this.parts.ask(method, { ...params, dialogParams: { callID: this.id, ...dialog } });
  }

  private need(wanted: string, ...states: CallState[]): void {
    if (!states.includes(this.state)) throw new NotNow(wanted, this.state);
  }

  private same(turn: number): void {
    if (turn !== this.turn) throw new NotNow("going on", this.state);
  }

  private end(cause: string): void {
    if (this.state === "ended") return;
    this.sound.stop();
    this.interrupted = cause === CONNECTION_LOST && this.told.answeredAt === null;
    this.cause = cause;
    this.endedAt = this.parts.clock.now();
    this.become("ended");
  }

  /** A new state; what was under way in the old one is void. */
  private become(state: CallState): number {
    this.state = state;
    this.turn += 1;
    this.change();
    return this.turn;
  }

  private change(): void {
    this.apply();
    this.parts.changed(this);
  }

  private get heard(): { you: boolean; caller: boolean } {
    return { you: !this.told.muted && !this.holding.held, caller: !this.holding.held };
  }

  private apply(): void {
    this.sound.open(this.heard.you, this.heard.caller);
  }
}
