/** What the server tells the desk. Times are milliseconds since 1970. */
import type { Case } from "./cases";

export type Status =
  | "ready"
  | "ringing"
  | "talking"
  | "holding"
  | "wrap-up"
  | "on break"
  | "away"
  | "training"
  | "logged out";

export interface Choice {
  status: Status;
  reason: string;
}

export interface Named {
  name: string;
  name_en: string;
}

export interface Duty extends Choice {
  since: number;
  next: Choice | null;
  leg: string;
  call: string;
  outgoing: boolean;
  missed: number;
  flow: string;
  flow_name: string;
  flow_name_en: string;
  /** Since when the caller waits. */
  waits: number | null;
  /** When an offer goes to the next. */
  withdrawn: number | null;
  mode: "" | "optional" | "own pace" | "timed" | "timed without exit";
  due: number | null;
}

export interface SeatAt {
  number: number;
  since: number;
  place: string;
}

export interface State {
  now: number;
  connected: boolean;
  seat: SeatAt | null;
  elsewhere: SeatAt | null;
  seats: { taken: number; of: number; season: string; season_en: string };
  duty: Duty | null;
  hand: number | null;
  queue: { waiting: number; since: number | null; available: number };
  today: { answered: number; handling: number | null; ready: number };
}

export interface Contact {
  id: number;
  name: string;
  kana: string;
  organisation: string;
  note: string;
  tags: string[];
  numbers: { number: string; shown: string; label: string }[];
}

export interface Before {
  uuid: string;
  at: number;
  direction: string;
  outcome: string;
  flow: string;
  flow_en: string;
  cases: [string, string][];
  operators: string[];
  note: string;
}

export interface Pop {
  leg: string;
  call: string;
  outgoing: boolean;
  number: string;
  shown: string;
  waiting_since: number | null;
  answered_at: number | null;
  flow: string;
  flow_name: string;
  flow_name_en: string;
  wrap_up: Duty["mode"];
  contact: Contact | null;
  others: string[];
  past: Before[];
  script: { flow: string; title: string; body: string; version: number } | null;
  note: { text: string; case: string; saved: boolean } | null;
  last_case: string;
}

export interface Notice {
  number: number;
  author: string;
  text: string;
  at: number;
}

export interface Holder {
  number: number;
  name: string;
  since: number;
  place: string;
  status: Status | "";
}

export interface Targets {
  operators: { key: string; name: string; kana: string; status: Status; reason: string; since: number; free: boolean }[];
  queues: { key: string; flow: string; flow_name: string; flow_name_en: string; waiting: number; available: number | null }[];
}

export interface Boot {
  operator: string;
  name: string;
  zone: string;
  cases: Case[];
  reasons: (Named & { status: Status })[];
  flows: (Named & { key: string })[];
  telephone: boolean;
  /** Whether the switch carries voice: the embedded one does not. */
  voice: boolean;
  outgoing: boolean;
}
