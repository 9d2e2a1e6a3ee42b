/** What is typed is never lost: kept here at once, at the server a moment later, sent again until it arrived. */
import { Refused } from "../shared/api";

export interface Draft {
  text: string;
  case: string;
}

/** How the draft of the present call is: nothing new, typed, on its way, at the server, or here alone; refused why. */
export type Keeping = { name: "idle" | "typing" | "keeping" | "kept" | "here" } | { name: "refused"; why: string };

export interface DraftParts {
  /** Keeps it at the server; fails with `Refused`, whose status is 0 if nobody was reached. */
  send(leg: string, draft: Draft): Promise<unknown>;
  store: Pick<Storage, "getItem" | "setItem">;
  later(milliseconds: number, run: () => void): () => void;
  changed(keeping: Keeping): void;
}

/** Milliseconds after the last key, and before another attempt. */
export const QUIET = 600;
export const AGAIN = 3000;
const MOST = 8;

export class Drafts {
  private readonly pending: Map<string, Draft>;
  private leg = "";
  private cancel: (() => void) | null = null;
  private sending = false;

  constructor(private readonly parts: DraftParts, private readonly key: string) {
    this.pending = read(parts.store.getItem(key));
    if (this.pending.size) this.schedule(0);
  }

  /** The call that is written about from now on; what this browser holds of it, newer than what the server has. */
  open(leg: string): Draft | null {
    this.leg = leg;
    const mine = this.pending.get(leg) ?? null;
    this.parts.changed({ name: mine ? "typing" : "idle" });
    return mine;
  }

  /** Something was typed or chosen. */
  put(draft: Draft): void {
    if (this.leg === "") return;
    this.pending.set(this.leg, draft);
    this.keep();
    this.parts.changed({ name: "typing" });
    this.schedule(QUIET);
  }

  /** It was saved as done: what waits of it is void. */
  saved(leg: string): void {
    this.pending.delete(leg);
    this.keep();
    if (leg === this.leg) this.parts.changed({ name: "idle" });
  }

  /** Sends what waits now: the page goes, or the server is back. */
  flush(): void {
    if (this.pending.size) this.schedule(0);
  }

  private schedule(after: number): void {
    this.cancel?.();
    this.cancel = this.parts.later(after, () => void this.run());
  }

  private async run(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (const [leg, draft] of [...this.pending]) {
        this.tell(leg, { name: "keeping" });
        await this.parts.send(leg, draft);
        if (this.pending.get(leg) !== draft) continue; // typed on meanwhile
        this.pending.delete(leg);
        this.keep();
        this.tell(leg, { name: "kept" });
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending = false;
    }
  }

  private failed(error: unknown): void {
    const [leg, draft] = [...this.pending][0] ?? [];
    if (error instanceof Refused && error.status !== 0 && leg !== undefined) {
      this.tell(leg, { name: "refused", why: error.message });
      if (leg !== this.leg && draft !== undefined) this.pending.delete(leg); // of an older call: it will never be taken
      this.keep();
      if ([...this.pending.keys()].every((one) => one === leg)) return; // until it is changed
    } else this.tell(this.leg, { name: "here" });
    this.schedule(AGAIN);
  }

  private tell(leg: string, keeping: Keeping): void {
    if (leg === this.leg) this.parts.changed(keeping);
  }

  private keep(): void {
    try {
      this.parts.store.setItem(this.key, JSON.stringify([...this.pending].slice(-MOST)));
    } catch {
      // a browser that keeps nothing: the server has it in a moment
    }
  }
}

function read(kept: string | null): Map<string, Draft> {
  const found = new Map<string, Draft>();
  try {
    for (const row of JSON.parse(kept ?? "[]") as [unknown, Partial<Draft> | null][]) {
      const [leg, draft] = row;
      if (typeof leg === "string" && typeof draft?.text === "string") {
        found.set(leg, { text: draft.text, case: typeof draft.case === "string" ? draft.case : "" });
      }
    }
  } catch {
    return found;
  }
  return found;
}
