/** What a tab remembers over a reload: its `sessid`, and of each call what the switch does not know. */
import { fields, number, text } from "./fields";

/** The part of `sessionStorage` we use. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export type Direction = "in" | "out";

/** A call as it was when the page went. Times are milliseconds since 1970. */
export interface Remembered {
  direction: Direction;
  number: string;
  name: string;
  startedAt: number;
  answeredAt: number | null;
  held: boolean;
  muted: boolean;
  /** It was hung up here, and the switch may not know. */
  ending: boolean;
}

export interface Memory {
  /** Whose it is: `user@domain`. */
  login: string;
  sessid: string;
  calls: Readonly<Record<string, Remembered>>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Calls that are kept at most: an operator has two or three. */
const MOST = 16;

/** A memory read from anywhere; null if it is none. A call that cannot be understood is left out. */
export function readMemory(value: unknown): Memory | null {
  const from = fields(value);
  const sessid = text(from, "sessid");
  if (!UUID.test(sessid)) return null;
  const calls: Record<string, Remembered> = {};
  for (const [id, one] of Object.entries(fields(from.calls)).slice(0, MOST)) {
    const call = readCall(one);
    if (call !== null && /^[\w-]{1,64}$/.test(id)) calls[id] = call;
  }
  return { login: text(from, "login"), sessid, calls };
}

function readCall(value: unknown): Remembered | null {
  const from = fields(value);
  const startedAt = number(from, "startedAt");
  const direction = text(from, "direction");
  if (startedAt === null || (direction !== "in" && direction !== "out")) return null;
  return {
    direction,
    number: text(from, "number").slice(0, 64),
    name: text(from, "name").slice(0, 128),
    startedAt,
    answeredAt: number(from, "answeredAt"),
    held: from.held === true,
    muted: from.muted === true,
    ending: from.ending === true,
  };
}

/** The memory of this tab. A browser that keeps nothing (private mode, full) costs the memory, not the call. */
export class Keeper {
  private memory: Memory | null;

  constructor(
    private readonly store: Store,
    private readonly uuid: () => string,
    private readonly key = "verto",
  ) {
    this.memory = readMemory(this.read());
  }

  /** What was kept, or null. */
  get now(): Memory | null {
    return this.memory;
  }

  /** The `sessid` of this user in this tab; another user, or `fresh`, begins anew. */
  sessid(login: string, fresh: boolean): string {
    if (fresh || this.memory === null || this.memory.login !== login) {
      this.keep({ login, sessid: this.uuid(), calls: {} });
    }
    return this.memory!.sessid;
  }

  /** Keeps the calls as they are now. */
  calls(calls: Readonly<Record<string, Remembered>>): void {
    if (this.memory !== null) this.keep({ ...this.memory, calls });
  }

  /** Takes another tab's memory over. */
  keep(memory: Memory): void {
    this.memory = memory;
    try {
      this.store.setItem(this.key, JSON.stringify(memory));
    } catch {
      // kept in this page at least
    }
  }

  private read(): unknown {
    try {
      return JSON.parse(this.store.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }
}
