import { describe, expect, test } from "vitest";
import { clockAt, inOrder, levelOf, matches, moved } from "./order";
import type { Operator } from "./types";

const made = (key: string, changes: Partial<Operator> = {}): Operator =>
  ({ key, name: "中村 和子", kana: "ナカムラ カズコ", seat: 1, hand: null, ...changes }) as Operator;

describe("who stands where", () => {
  test("raised hands come first, the longest before the others, then the seats", () => {
    const all = [
      made("a", { seat: 3 }),
      made("b", { seat: 1 }),
      made("c", { seat: 2, hand: 200 }),
      made("d", { seat: 4, hand: 100 }),
      made("e", { seat: null }),
    ];
    expect(inOrder(all).map((one) => one.key)).toEqual(["d", "c", "b", "a", "e"]);
  });

  test("people are found by name, by kana of either script and width, by ID and seat", () => {
    const one = made("op01", { seat: 12 });
    for (const text of ["", "中村", "なかむら", "ﾅｶﾑﾗ かず", "OP01", "１２"]) expect(matches(one, text)).toBe(true);
    for (const text of ["山本", "op02"]) expect(matches(one, text)).toBe(false);
  });
});

test("a status is too long by its own limits, others never", () => {
  const limits: Record<string, [number, number]> = { talking: [900, 1800] };
  expect(levelOf("talking", 899_999, limits)).toBe("calm");
  expect(levelOf("talking", 900_000, limits)).toBe("caution");
  expect(levelOf("talking", 1_800_000, limits)).toBe("alarm");
  expect(levelOf("ready", 9e9, limits)).toBe("calm");
});

test("arrows move within the rows and stop at the ends", () => {
  expect(moved("ArrowDown", 1, 10, 4)).toBe(5);
  expect(moved("ArrowUp", 5, 10, 4)).toBe(1);
  expect(moved("ArrowDown", 8, 10, 4)).toBeNull();
  expect(moved("ArrowLeft", 0, 10, 4)).toBeNull();
  expect(moved("End", 0, 10, 4)).toBe(9);
  expect(moved("x", 3, 10, 4)).toBeNull();
});

test("an hour is the centre's", () => {
  expect(clockAt(Date.UTC(2027, 3, 1, 0, 5), "Asia/Tokyo")).toBe("09:05");
});
