/** Who stands where, who is found, and how long is too long. */
import type { Level } from "../wallboard/picture";
import type { Operator } from "./types";

/** Raised hands first, who has waited longest before the others; then by seat. */
export function inOrder(operators: readonly Operator[]): Operator[] {
  const seat = (one: Operator) => one.seat ?? Number.MAX_SAFE_INTEGER;
  return [...operators].sort(
    (a, b) =>
      (a.hand ?? Infinity) - (b.hand ?? Infinity) || seat(a) - seat(b) || (a.key < b.key ? -1 : 1),
  );
}

/** A text in which width, case and the two kana do not matter. */
export function folded(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  return plain.replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

export function matches(one: Operator, wanted: string): boolean {
  const text = folded(wanted);
  return text === "" || [one.name, one.kana, one.key, String(one.seat ?? "")].some((part) => folded(part).includes(text));
}

/** The level of a status that lasts so many milliseconds. */
export function levelOf(status: string, lasts: number, limits: Record<string, [number, number]>): Level {
  const limit = limits[status];
  if (limit === undefined) return "calm";
  return lasts >= limit[1] * 1000 ? "alarm" : lasts >= limit[0] * 1000 ? "caution" : "calm";
}

/** The place a key of the arrows leads to, in rows of so many; null where there is none. */
export function moved(key: string, at: number, count: number, columns: number): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  const step = steps[key];
  const to = key === "Home" ? 0 : key === "End" ? count - 1 : step === undefined ? -1 : at + step;
  return to >= 0 && to < count && to !== at ? to : null;
}

/** `HH:MM` on a clock in a zone, so many milliseconds later. */
export function clockAt(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(at);
}
