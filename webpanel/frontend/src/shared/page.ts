/** What the server gave a page along: its labels, what it begins with, the language. */

function json<T>(id: string): T | null {
  const text = typeof document === "undefined" ? null : document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

const labels = json<Record<string, string>>("labels") ?? {};

/** `ja` or `en`. */
export const lang = typeof document === "undefined" ? "ja" : document.documentElement.lang;

/** A label by its key, its `{places}` filled; the key itself if there is none. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  let text = labels[key] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, String(value));
  return text;
}

/** What the page begins with, as its template gave it. */
export function boot<T>(): T {
  const found = json<T>("boot");
  if (found === null) throw new Error("the page carries no #boot");
  return found;
}
