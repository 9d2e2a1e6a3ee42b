/** Which interval of a chart is meant. */

/** Where a key leads from the interval `at` (-1: none yet) of `count`; null if the key is not ours. */
export function moved(key: string, at: number, count: number): number | null {
  if (!count) return null;
  switch (key) {
    case "ArrowRight":
      return Math.min(at + 1, count - 1);
    case "ArrowLeft":
      return at < 0 ? count - 1 : Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** Where a word of `wide` pixels stands, so that it is over its place and inside a picture of `whole`. */
export function inside(middle: number, wide: number, whole: number): number {
  return Math.max(0, Math.min(middle - wide / 2, whole - wide));
}
