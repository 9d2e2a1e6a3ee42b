/** What the server sends: the wallboard's figures, and everybody by name. Times are milliseconds since 1970. */
import type { Choice, Named, Status } from "../desk/types";
import type { Flow as BoardFlow, Level, Picture } from "../wallboard/picture";

export type Mode = "listen" | "whisper" | "barge";
export const MODES: readonly Mode[] = ["listen", "whisper", "barge"];

export interface Caller {
  number: string;
  name: string;
}

export interface Operator {
  key: string;
  name: string;
  kana: string;
  seat: number | null;
  place: string;
  status: Status;
  reason: string;
  since: number;
  due: number | null;
  next: Choice | null;
  outgoing: boolean;
  flow: string;
  caller: Caller | null;
  hand: number | null;
  /** Until when the queues are not the season's. */
  assigned: number | null;
}

export interface Waiting extends Caller {
  call: string;
  flow: string;
  since: number;
  rings: string[];
}

export interface Flow extends BoardFlow {
  levels: Partial<Record<"waiting" | "longest" | "available" | "rate", Level>>;
}

export interface Seat {
  number: number;
  operator: string;
  reserve: boolean;
  place: string;
  since: number;
}

export interface Listening {
  by: string;
  name: string;
  operator: string;
  mode: Mode;
  since: number;
}

export interface Emergency {
  flow: string;
  text: string;
  author: string;
  since: number;
  until: number;
}

export interface Alarm {
  id: number;
  text: string;
  text_en: string;
  call: string;
  subject: string;
  at: number;
}

export interface Drift {
  at: number;
  what: string;
  repaired: boolean;
  note: string;
}

export interface Floor extends Picture {
  flows: Flow[];
  operators: Operator[];
  queue: Waiting[];
  seats: { of: number; reserve: number; held: Seat[] };
  listening: Listening[];
  emergencies: Emergency[];
  alarms: Alarm[];
  alarm_count: number;
  drift: Drift[];
}

export interface Boot {
  login: string;
  /** The operator ID of who looks, if any: nobody listens to the own call. */
  operator: string;
  zone: string;
  limits: Record<string, [number, number]>;
  telephone: boolean;
  closing: string;
  flows: (Named & { key: string })[];
  reasons: (Named & { status: Status })[];
  announcements: { key: string; title: string; text: string }[];
}

export interface QueueRow {
  key: string;
  flow: string;
  level: number;
  season_level: number;
  until: number | null;
}
