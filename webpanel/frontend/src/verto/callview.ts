/** What the outside sees of a call: a value that does not change; a change is a new one. */
import type { Sound, Summary } from "./quality";
import type { Direction } from "./storage";

/**
 * `offered`: it rings here. `answering`, `dialling`: under way. `early`: sound before the answer.
 * `talking`. `away`: the line is down, the switch keeps the call. `returning`: it is being taken up again.
 * `ending`: hung up here, the switch was not reached yet. `ended`: over, seen once.
 */
export type CallState =
  | "offered"
  | "answering"
  | "dialling"
  | "early"
  | "talking"
  | "away"
  | "returning"
  | "ending"
  | "ended";

export interface CallView {
  /** The `callID`: the uuid of the operator's leg at the switch. */
  id: string;
  direction: Direction;
  state: CallState;
  /** The far side, as the switch last said. */
  number: string;
  name: string;
  held: boolean;
  muted: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  /** It was there before this page was: put back its screen, tell the supervisor. */
  restored: boolean;
  /** Why it ended: the switch's name of a cause, or `CONNECTION_LOST`. Empty before. */
  cause: string;
  /** It ended unanswered because the page or the line went: no "no answer". */
  interrupted: boolean;
  /** How it sounds now; null while nothing is measured. */
  sound: Sound | null;
  /** How it sounded; with `ended` the final word. */
  summary: Summary;
}

/** What cannot be done in the state a call is in. */
export class NotNow extends Error {
  constructor(wanted: string, state: string) {
    super(`${wanted} is not possible: the call is ${state}`);
    this.name = "NotNow";
  }
}

/** The cause of a call that the switch no longer has when the line is back. */
export const CONNECTION_LOST = "CONNECTION_LOST";
