/** Everything the desk shows, as signals; who changes them is in `desk.ts`. */
import { computed, signal } from "@preact/signals";
import { boot as read } from "../shared/page";
import type { CallView, LeaderState, LineState, SoundState } from "../verto";
import type { Keeping } from "./drafts";
import { readKeys, type Keys } from "./keys";
import type { Boot, Holder, Notice, Pop, SeatAt, State } from "./types";

export const boot = read<Boot>();

export const state = signal<State | null>(null);
export const pop = signal<Pop | null>(null);
export const notices = signal<readonly Notice[]>([]);
/** Whether the server is heard. */
export const served = signal(true);

/** The browser's clock, four times a second, and how far the server's is ahead. */
export const tick = signal(Date.now());
const ahead = signal(0);
export const now = computed(() => tick.value + ahead.value);

/** Takes a state in; an older one is no step back. */
export function take(next: State): void {
  if (state.value !== null && next.now < state.value.now) return;
  ahead.value = next.now - Date.now();
  state.value = next;
}

export const duty = computed(() => state.value?.duty ?? null);

// The telephone.

export const line = signal<LineState>({ name: "offline" });
export const leader = signal<LeaderState>({ name: "asking" });
export const sound = signal<SoundState>({ microphone: null, blocked: false, devices: { microphones: [], speakers: [] } });
export const calls = signal<readonly CallView[]>([]);
/** Legs that the server places for us: they are taken without ringing. */
export const expected = signal<ReadonlySet<string>>(new Set());
/** The leg on which somebody is asked during a transfer; null while nobody is. */
export const consult = signal<{ leg: string; answered: boolean; who: string } | null>(null);
export const echo = signal("");
/** Whether silence is recorded of the call. */
export const paused = signal(false);

const LIVE = new Set(["talking", "away", "returning", "answering", "early", "dialling"]);
/** The call that is spoken, or was put on hold to ask somebody. */
export const talk = computed(
  () => calls.value.find((one) => LIVE.has(one.state) && one.id !== consult.value?.leg && one.id !== echo.value) ?? null,
);
export const asked = computed(() => calls.value.find((one) => one.id === consult.value?.leg) ?? null);
export const ringing = computed(
  () => calls.value.find((one) => one.state === "offered" && !expected.value.has(one.id)) ?? null,
);

/** Whether there is a call whose sound is in no tab of ours: all that can be done is to end it. */
export const lost = computed(() => {
  const doing = state.value?.duty ?? null;
  const speaking = doing?.status === "talking" || doing?.status === "holding";
  return speaking && talk.value === null && line.value.name === "ready";
});

// What the operator writes.

export const written = signal<{ leg: string; text: string; case: string; saved: boolean }>({
  leg: "",
  text: "",
  case: "",
  saved: false,
});
export const keeping = signal<Keeping>({ name: "idle" });

// What is open.

export type Sheet = "" | "transfer" | "keys" | "dial" | "messages";
export const sheet = signal<Sheet>("");
/** A sentence about what did not work, or what did, until it is read. */
export const saying = signal<{ kind: "error" | "done"; text: string; at: number } | null>(null);
export const refusal = signal<{ kind: "full"; holders: Holder[] } | { kind: "taken"; seat: SeatAt & { mine: boolean } } | null>(null);
export const leaving = signal(false);
export const busy = signal("");

const KEYS = "desk.keys";
const stored = (): string | null => {
  try {
    return localStorage.getItem(KEYS);
  } catch {
    return null;
  }
};
export const keys = signal<Keys>(readKeys(stored()));

export function chooseKeys(chosen: Keys): void {
  keys.value = chosen;
  try {
    localStorage.setItem(KEYS, JSON.stringify(chosen));
  } catch {
    // a browser that keeps nothing: for this page at least
  }
}

export type Screen = "loading" | "no operator" | "welcome" | "full" | "taken" | "gone" | "other tab" | "self-test" | "desk";

export const screen = computed<Screen>(() => {
  const present = state.value;
  if (boot.operator === "") return "no operator";
  if (present === null) return "loading";
  if (present.seat === null) {
    if (refusal.value?.kind === "full") return "full";
    if (present.elsewhere !== null || refusal.value?.kind === "taken") return "taken";
    return leaving.value ? "gone" : "welcome";
  }
  if (leader.value.name === "elsewhere") return "other tab";
  const doing = present.duty;
  return doing?.status === "away" && doing.reason === PREPARING ? "self-test" : "desk";
});

/** The reasons of who has just logged in, and of whose telephone was not reached: the store's words, in any language. */
export const PREPARING = "準備中";
const PHONE_GONE = "電話不通";

/** Whether calls are kept away because of a telephone that is there by now: a reload may overtake the switch's word. */
export const unreached = computed(() => {
  const doing = state.value?.duty ?? null;
  return doing?.status === "away" && doing.reason === PHONE_GONE && line.value.name === "ready";
});
