/** The page's state: the newest picture, what is open, what was said last. */
import { computed, signal } from "@preact/signals";
import { english } from "../desk/words";
import { boot as read } from "../shared/page";
import { picture as board, serverNow, silent } from "../wallboard/state";
import { inOrder, matches } from "./order";
import type { Boot, Floor, Operator } from "./types";

export { age, silent, take, tick } from "../wallboard/state";

export const boot: Boot = read<Boot>();
export const floor = computed(() => board.value as Floor | null);
/** The server's time; it stands still while nobody knows what happens. */
export const now = computed(() => (silent.value && floor.value !== null ? floor.value.now : serverNow.value));

export const view = signal<"cards" | "map">(localStorage.getItem("supervise.view") === "map" ? "map" : "cards");
export const wanted = signal("");
/** What is open over the page. */
export const sheet = signal<"" | "operator" | "message" | "emergency" | "keys">("");
/** Whom the open sheet, or the next key, is about. */
export const chosen = signal("");
export const notice = signal<{ text: string; kind: "done" | "error" } | null>(null);
/** What a screen reader is told. */
export const spoken = signal("");

export interface Question {
  title: string;
  text: string;
  verb: string;
  grave?: boolean;
  run(): unknown;
}
export const question = signal<Question | null>(null);

export const operators = computed<Operator[]>(() => inOrder(floor.value?.operators ?? []));
export const shown = computed(() => operators.value.filter((one) => matches(one, wanted.value)));
export const mine = computed(() => floor.value?.listening.find((one) => one.by === boot.login) ?? null);

export const operator = (key: string): Operator | null =>
  floor.value?.operators.find((one) => one.key === key) ?? null;
export const flowName = (key: string): string => {
  const flow = boot.flows.find((one) => one.key === key);
  return flow === undefined ? "" : english ? flow.name_en : flow.name;
};

export function show(next: "cards" | "map"): void {
  view.value = next;
  localStorage.setItem("supervise.view", next);
}

let hiding = 0;

/** Says what became of a deed; errors stay until the next. */
export function say(text: string, kind: "done" | "error" = "done"): void {
  notice.value = { text, kind };
  spoken.value = text;
  clearTimeout(hiding);
  if (kind === "done") hiding = window.setTimeout(() => (notice.value = null), 6000);
}
