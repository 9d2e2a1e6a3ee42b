/** What comes from outside is an object of anything until it is looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object; an empty one if it is none. */
export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A field that is a text; empty if it is none. */
export function text(from: Fields, name: string): string {
  const value = from[name];
  return typeof value === "string" ? value : "";
}

/** A field that is a finite number, or null. */
export function number(from: Fields, name: string): number | null {
  const value = from[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The texts of a field that is a list. */
export function texts(from: Fields, name: string): string[] {
  const value = from[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
