/** A recording's sound as a picture: one path for each channel, as wide as there are bars. */

/** What the server says of a recording: its length, and each channel's peaks from 0 to 100. */
export interface Wave {
  seconds: number;
  peaks: number[][];
}

/** The outline of one channel in a box as wide as its bars and `tall` high, around its middle. */
export function outline(peaks: readonly number[], tall: number): string {
  if (!peaks.length) return "";
  const middle = tall / 2;
  const reach = (peak: number) => Math.max(0.4, (Math.min(100, Math.max(0, peak)) / 100) * (middle - 1));
  const top = peaks.map((peak, at) => `${at} ${(middle - reach(peak)).toFixed(1)}`);
  const bottom = peaks.map((peak, at) => `${at} ${(middle + reach(peak)).toFixed(1)}`).reverse();
  return `M${top.join("L")}L${bottom.join("L")}Z`;
}

/** The loudest peak, so that quiet recordings can be seen too; never so low that silence looks loud. */
export function loudest(wave: Wave): number {
  return Math.max(10, ...wave.peaks.map((channel) => channel.reduce((high, peak) => Math.max(high, peak), 0)));
}

/** The same wave, its loudest peak at the edge. */
export function stretched(wave: Wave): Wave {
  const full = 100 / loudest(wave);
  return { ...wave, peaks: wave.peaks.map((channel) => channel.map((peak) => peak * full)) };
}
