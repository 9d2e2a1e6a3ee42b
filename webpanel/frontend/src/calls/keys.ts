/** What a key does to a recording that has the focus. */

export interface Deck {
  paused: boolean;
  currentTime: number;
  duration: number;
  playbackRate: number;
  play(): unknown;
  pause(): void;
}

export const STEP = 5;
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Goes to a moment, within the recording. */
export function seek(deck: Deck, to: number): void {
  const end = Number.isFinite(deck.duration) ? deck.duration : 0;
  deck.currentTime = Math.min(Math.max(0, to), end);
}

/** The next speed up or down. */
export function faster(rate: number, by: 1 | -1): number {
  const sorted = by > 0 ? SPEEDS : [...SPEEDS].reverse();
  return sorted.find((speed) => (by > 0 ? speed > rate + 1e-6 : speed < rate - 1e-6)) ?? rate;
}

export function toggle(deck: Deck): void {
  if (deck.paused) deck.play();
  else deck.pause();
}

/** Does what the key is for; whether it is one of ours. */
export function press(deck: Deck, key: string): boolean {
  switch (key) {
    case " ":
    case "k":
      toggle(deck);
      return true;
    case "ArrowLeft":
      seek(deck, deck.currentTime - STEP);
      return true;
    case "ArrowRight":
      seek(deck, deck.currentTime + STEP);
      return true;
    case "Home":
      seek(deck, 0);
      return true;
    case "End":
      seek(deck, deck.duration);
      return true;
    case "+":
    case ";": // the same key as + on a Japanese keyboard
      deck.playbackRate = faster(deck.playbackRate, 1);
      return true;
    case "-":
      deck.playbackRate = faster(deck.playbackRate, -1);
      return true;
    default:
      return false;
  }
}
