import { describe, expect, test } from "vitest";
import { differences, put, spotOf, step, without, type Board } from "./board";

const board: Board = [
  { key: "opening", name: "開閉栓", levels: [["a", "b", "c"], ["d"]] },
  { key: "leak", name: "漏水", levels: [["a"]] },
  { key: "other", name: "その他", levels: [] },
];
const levels = (of: Board | null | undefined, key: string) => of?.find((one) => one.key === key)?.levels;

describe("people on the board", () => {
  test("somebody dropped before another stands there, within a level and between levels", () => {
    expect(levels(put(board, "c", { queue: "opening", level: 0, place: 0 }, "opening"), "opening")).toEqual([["c", "a", "b"], ["d"]]);
    expect(levels(put(board, "a", { queue: "opening", level: 0, place: 3 }, "opening"), "opening")).toEqual([["b", "c", "a"], ["d"]]);
    expect(levels(put(board, "d", { queue: "opening", level: 0, place: 1 }, "opening"), "opening")).toEqual([["a", "d", "b", "c"]]);
    expect(levels(put(board, "b", { queue: "opening", level: 2, place: 0 }, "opening"), "opening")).toEqual([["a", "c"], ["d"], ["b"]]);
  });

  test("dragged to another queue, somebody leaves the first; from the list of people, nobody is left", () => {
    const moved = put(board, "b", { queue: "leak", level: 0, place: 0 }, "opening");
    expect(levels(moved, "leak")).toEqual([["b", "a"]]);
    expect(levels(moved, "opening")).toEqual([["a", "c"], ["d"]]);
    const added = put(board, "b", { queue: "other", level: 0, place: 0 }, null);
    expect(levels(added, "other")).toEqual([["b"]]);
    expect(levels(added, "opening")).toEqual([["a", "b", "c"], ["d"]]);
  });

  test("nobody stands in a queue twice", () => {
    expect(put(board, "a", { queue: "leak", level: 0, place: 0 }, "opening")).toBeNull();
  });

  test("the keyboard goes everywhere the mouse does", () => {
    expect(levels(step(board, "b", "opening", "up")?.board, "opening")).toEqual([["b", "a", "c"], ["d"]]);
    expect(levels(step(board, "a", "opening", "down")?.board, "opening")).toEqual([["b", "a", "c"], ["d"]]);
    expect(levels(step(board, "c", "opening", "down")?.board, "opening")).toEqual([["a", "b"], ["c", "d"]]);
    expect(levels(step(board, "d", "opening", "up")?.board, "opening")).toEqual([["a", "b", "c", "d"]]);
    expect(step(board, "a", "opening", "up")).toBeNull();
    expect(step(board, "d", "opening", "down")).toBeNull();
    const right = step(board, "a", "opening", "right"); // already in leak: passes it by
    expect(right?.queue).toBe("other");
    expect(levels(right?.board, "other")).toEqual([["a"]]);
    expect(step(board, "a", "opening", "left")).toBeNull();
    const last = step(board, "c", "opening", "down")?.board ?? board;
    expect(levels(step(last, "d", "opening", "down")?.board, "opening")).toEqual([["a", "b"], ["c"], ["d"]]);
  });

  test("the summary names who really moved, and not those who made room", () => {
    expect(differences(board, board)).toEqual([]);
    const first = put(board, "c", { queue: "opening", level: 0, place: 0 }, "opening") ?? board;
    expect(differences(board, first).map((one) => [one.operator, one.kind])).toEqual([["c", "moved"]]);
    const gone = without(board, "opening", "a");
    expect(differences(board, gone).map((one) => [one.operator, one.kind])).toEqual([["a", "removed"]]);
    const other = put(board, "b", { queue: "leak", level: 0, place: 1 }, "opening") ?? board;
    expect(differences(board, other).map((one) => [one.operator, one.queue, one.kind])).toEqual([
      ["b", "opening", "removed"],
      ["b", "leak", "added"],
    ]);
    expect(spotOf(other, "leak", "b")).toEqual({ queue: "leak", level: 0, place: 1 });
  });
});
