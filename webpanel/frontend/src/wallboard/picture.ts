/** What the server sends: the whole board at one moment. Times are milliseconds since 1970. */
export type Level = "calm" | "caution" | "alarm";

export interface Figures {
  offered: number;
  answered: number;
  abandoned: number;
  short: number;
  overflowed: number;
  rate: number | null;
  in_time: number | null;
}

export interface Flow {
  key: string;
  name: string;
  name_en: string;
  waiting: number;
  waiting_since: number | null;
  available: number | null;
  total: Figures;
}

export interface Picture {
  seq: number;
  now: number;
  link: { connected: boolean; heard: number | null; reason: string; gaps: number };
  centre: { name: string; name_en: string; zone: string };
  standing: {
    open: boolean;
    announcement: string;
    season: string;
    season_en: string;
    hours: string;
    changes: number | null;
    seats: number | null;
    seats_taken: number | null;
    clock: number;
  };
  levels: Record<"waiting" | "longest" | "available" | "rate", Level>;
  thresholds: { wait_caution: number; rate_caution: number };
  waiting: number;
  waiting_since: number | null;
  available: number;
  talking: number;
  holding: number;
  wrap_up: number;
  away: number;
  total: Figures;
  balanced: boolean;
  flows: Flow[];
}
