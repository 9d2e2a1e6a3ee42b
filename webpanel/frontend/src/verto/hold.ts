/** Hold as a wish and a fact: however often the key is pressed, the last wish is what becomes true. */
import { text, type Fields } from "./fields";
import { Lost } from "./rpc";

export interface HoldParts {
  /** Asks the switch for `hold` or `unhold`; its answer has the `holdState`. */
  ask(action: "hold" | "unhold"): Promise<Fields>;
  /** Whether the switch can be asked now. */
  ready(): boolean;
  changed(): void;
}

export class Hold {
  private fact: boolean | null = false;
  private settling: Promise<void> | null = null;

  /** `wanted`: as it was before the page was loaded. */
  constructor(public wanted: boolean, private readonly parts: HoldParts) {
    if (wanted) this.fact = null;
  }

  /** Whether the caller hears music, or soon will: the microphone is off from the wish on. */
  get held(): boolean {
    return this.wanted || this.fact === true;
  }

  /** Nobody knows how it is at the switch. */
  unknown(): void {
    this.fact = null;
  }

  /** Resolves when it is so, or when the line is down and the wish waits; fails if the switch refuses. */
  want(on: boolean): Promise<void> {
    this.wanted = on;
    this.parts.changed();
    return this.settle();
  }

  /** Makes the fact what is wanted. */
  settle(): Promise<void> {
    this.settling ??= this.run().finally(() => (this.settling = null));
    return this.settling;
  }

  private async run(): Promise<void> {
    while (this.parts.ready() && this.fact !== this.wanted) {
      const wanted = this.wanted;
      let fact: boolean;
      try {
        fact = text(await this.parts.ask(wanted ? "hold" : "unhold"), "holdState") === "held";
      } catch (error) {
        if (error instanceof Lost) return;
        this.wanted = this.fact ?? false;
        this.parts.changed();
        throw error;
      }
      this.fact = fact;
      if (fact !== wanted && this.wanted === wanted) this.wanted = fact;
      this.parts.changed();
    }
  }
}
