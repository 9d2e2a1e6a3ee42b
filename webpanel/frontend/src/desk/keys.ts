/** The keys of the desk: which combination does what, changed by the operator, kept in this browser. */

export const ACTIONS = [
  "answer",
  "hold",
  "transfer",
  "hang_up",
  "mute",
  "status",
  "wrap_up",
  "hand",
  "save",
  "help",
] as const;
export type Action = (typeof ACTIONS)[number];
export type Keys = Readonly<Record<Action, string>>;

export const DEFAULTS: Keys = {
  answer: "Alt+A",
  hold: "Alt+H",
  transfer: "Alt+T",
  hang_up: "Alt+E",
  mute: "Alt+M",
  status: "Alt+S",
  wrap_up: "Alt+W",
  hand: "Alt+R",
  save: "Ctrl+Enter",
  help: "?",
};

/** What the browser, or a text field, needs itself. */
const TAKEN = new Set([..."ACFNPRSTVWXYZ"].map((letter) => `Ctrl+${letter}`).concat("Alt+F4", "Alt+Tab"));
const COMBINATION = /^(Ctrl\+)?(Alt\+)?(Shift\+)?([A-Z0-9]|Enter|Space|F([1-9]|1[0-2])|Arrow(Up|Down|Left|Right))$/;

/** The part of a KeyboardEvent that is looked at. */
export interface Pressed {
  key: string;
  code: string;
  keyCode: number;
  altKey: boolean;
  ctrlKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  isComposing: boolean;
  getModifierState(name: string): boolean;
}

/** The combination that is pressed, empty for none that could be one; the letter is the key's, whatever it types. */
export function combination(event: Pressed): string {
  if (event.isComposing || event.keyCode === 229 || event.metaKey || event.getModifierState("AltGraph")) return "";
  if (event.key === "?" && !event.altKey && !event.ctrlKey) return "?";
  const key = event.code.replace(/^(Key|Digit|Numpad)(?=[A-Z0-9]$)/, "").replace(/^NumpadEnter$/, "Enter");
  const pressed = `${event.ctrlKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${key}`;
  return COMBINATION.test(pressed) ? pressed : "";
}

/** Whether a combination may be chosen: one with Alt or Ctrl that types nothing and that nobody else needs. */
export function allowed(pressed: string): boolean {
  return COMBINATION.test(pressed) && /^(Ctrl|Alt)\+/.test(pressed) && !TAKEN.has(pressed);
}

/** What the pressed keys mean. While the IME composes, nothing; `?` in a field is a question mark. */
export function actionOf(event: Pressed, keys: Keys, writing: boolean): Action | null {
  if (event.repeat) return null;
  const pressed = combination(event);
  if (pressed === "" || (pressed === "?" && writing)) return null;
  return ACTIONS.find((action) => keys[action] === pressed) ?? null;
}

/** Whether somebody writes there. */
export function isField(target: EventTarget | null): boolean {
  const element = target as { tagName?: string; type?: string; isContentEditable?: boolean } | null;
  if (element?.isContentEditable) return true;
  const tag = element?.tagName?.toLowerCase();
  if (tag === "textarea" || tag === "select") return true;
  return tag === "input" && !["button", "checkbox", "radio", "range", "submit"].includes(element?.type ?? "text");
}

/** The keys that were kept; what is unknown, not allowed, or there twice is as by default. */
export function readKeys(kept: string | null): Keys {
  let found: unknown = null;
  try {
    found = JSON.parse(kept ?? "null");
  } catch {
    return DEFAULTS;
  }
  const read: Record<Action, string> = { ...DEFAULTS };
  for (const action of ACTIONS) {
    const wanted = (found as Record<string, unknown> | null)?.[action];
    if (typeof wanted === "string" && (allowed(wanted) || wanted === DEFAULTS[action])) read[action] = wanted;
  }
  return new Set(Object.values(read)).size === ACTIONS.length ? read : DEFAULTS;
}

/** Who has a combination already. */
export function holder(keys: Keys, pressed: string): Action | null {
  return ACTIONS.find((action) => keys[action] === pressed) ?? null;
}
