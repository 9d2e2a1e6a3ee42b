/** The board's state: the newest picture, the clocks, and how old everything is. */
import { computed, signal } from "@preact/signals";
import type { Picture } from "./picture";

/** Milliseconds without a picture after which the board no longer claims to be live. */
export const SILENCE = 2500;

export const picture = signal<Picture | null>(null);
/** The browser's clock; ticks four times a second. */
export const tick = signal(Date.now());
const received = signal(0);
const offset = signal(0);

/** The server's time now, as far as the browser can tell. */
export const serverNow = computed(() => tick.value + offset.value);

/** Takes a picture in. One that overtook another, or comes twice, is no step back. */
export function take(next: Picture, at = Date.now()): void {
  const before = picture.value;
  if (before !== null && next.seq === before.seq && next.now < before.now) return;
  picture.value = next;
  received.value = at;
  offset.value = next.now - at;
  tick.value = at;
}

/** Who is silent, if anybody: the server towards us, or the switch towards the server. */
export const silent = computed<"" | "server" | "switch">(() => {
  const now = picture.value;
  if (now === null) return "";
  if (tick.value - received.value > SILENCE) return "server";
  return now.link.connected ? "" : "switch";
});

/** Milliseconds since what is shown was known to be true. */
export const age = computed(() => {
  const now = picture.value;
  if (now === null) return 0;
  const sinceReceived = tick.value - received.value;
  const heard = now.link.connected || now.link.heard === null ? 0 : now.now - now.link.heard;
  return Math.max(0, sinceReceived + heard);
});
