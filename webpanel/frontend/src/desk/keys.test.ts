import { describe, expect, test } from "vitest";
import { actionOf, allowed, combination, DEFAULTS, holder, isField, readKeys, type Pressed } from "./keys";

function press(code: string, more: Partial<Pressed> = {}): Pressed {
  return {
    key: code.replace("Key", "").toLowerCase(),
    code,
    keyCode: 65,
    altKey: false,
    ctrlKey: false,
    shiftKey: false,
    metaKey: false,
    repeat: false,
    isComposing: false,
    getModifierState: () => false,
    ...more,
  };
}

describe("keys", () => {
  test("a combination is the key's, not what it types", () => {
    expect(combination(press("KeyA", { altKey: true, key: "å" }))).toBe("Alt+A");
    expect(combination(press("Enter", { ctrlKey: true }))).toBe("Ctrl+Enter");
    expect(combination(press("Slash", { key: "?", shiftKey: true }))).toBe("?");
    expect(combination(press("KeyA", { altKey: true, metaKey: true }))).toBe("");
  });

  test("they never act while the IME composes", () => {
    for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
      expect(actionOf(press("KeyA", { altKey: true, ...composing }), DEFAULTS, true)).toBeNull();
      expect(actionOf(press("Enter", { ctrlKey: true, ...composing }), DEFAULTS, true)).toBeNull();
    }
  });

  test("what is typed into a field stays there", () => {
    expect(actionOf(press("KeyA"), DEFAULTS, true)).toBeNull();
    expect(actionOf(press("Slash", { key: "?" }), DEFAULTS, true)).toBeNull();
    expect(actionOf(press("Slash", { key: "?" }), DEFAULTS, false)).toBe("help");
    expect(actionOf(press("KeyH", { altKey: true }), DEFAULTS, true)).toBe("hold");
    const altGr = { altKey: true, ctrlKey: true, getModifierState: () => true };
    expect(actionOf(press("KeyE", altGr), DEFAULTS, true)).toBeNull();
  });

  test("a key that is held down acts once", () => {
    expect(actionOf(press("KeyH", { altKey: true, repeat: true }), DEFAULTS, false)).toBeNull();
  });

  test("only combinations that nobody else needs can be chosen", () => {
    for (const good of ["Alt+Q", "Ctrl+Alt+1", "Alt+F2", "Ctrl+Enter"]) expect(allowed(good)).toBe(true);
    for (const bad of ["A", "Shift+A", "Ctrl+C", "Ctrl+W", "Alt+Tab", "Alt+F4", "Alt+<", ""]) expect(allowed(bad)).toBe(false);
    expect(holder(DEFAULTS, "Alt+H")).toBe("hold");
    expect(holder(DEFAULTS, "Alt+Q")).toBeNull();
  });

  test("what was kept is checked", () => {
    expect(readKeys(null)).toEqual(DEFAULTS);
    expect(readKeys("{")).toEqual(DEFAULTS);
    expect(readKeys('{"hold":"Alt+J","fly":"Alt+K","answer":"A","mute":5}')).toEqual({ ...DEFAULTS, hold: "Alt+J" });
    expect(readKeys('{"hold":"Alt+A"}')).toEqual(DEFAULTS); // one key for two deeds
    expect(readKeys("[1]")).toEqual(DEFAULTS);
  });

  test("a field is where somebody writes", () => {
    expect(isField({ tagName: "TEXTAREA" } as unknown as EventTarget)).toBe(true);
    expect(isField({ tagName: "INPUT", type: "search" } as unknown as EventTarget)).toBe(true);
    expect(isField({ tagName: "INPUT", type: "radio" } as unknown as EventTarget)).toBe(false);
    expect(isField({ tagName: "BUTTON" } as unknown as EventTarget)).toBe(false);
    expect(isField(null)).toBe(false);
  });
});
