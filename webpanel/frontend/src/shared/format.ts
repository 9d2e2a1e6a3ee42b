/** Figures as people read them. */

/** Minutes and seconds of a wait, hours when there are any: 1:12, 1:02:03. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A share in per cent with one decimal, a dash before the first call. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  return share === 1 ? "100" : (Math.floor(share * 1000 + 1e-9) / 10).toFixed(1);
}

export function timeOfDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat("ja-JP", { hour: "numeric", minute: "2-digit", hour12: false, timeZone: zone }).format(at);
}

export function day(at: number, zone: string, lang: string): string {
  const locale = lang.startsWith("en") ? "en-GB" : "ja-JP";
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", weekday: "short", timeZone: zone }).format(at);
}
