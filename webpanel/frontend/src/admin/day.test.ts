import { expect, test } from "vitest";
import { lostBranches } from "./branches";
import { clock, minuteAt } from "./day";

test("a place on the day's bar is a minute of the day", () => {
  expect(clock(minuteAt(0, 720))).toBe("00:00");
  expect(clock(minuteAt(262.5, 720))).toBe("08:45");
  expect(clock(minuteAt(720, 720))).toBe("23:59");
});

test("a branch that names no heading is told", () => {
  const body = "## 開栓\n→ ある：お客様番号\n→ ない：住所\n## お客様番号\n…";
  expect(lostBranches(body)).toEqual(["→ ない：住所"]);
  expect(lostBranches("## 一つ\n→ 一つ")).toEqual(["→ 一つ"]);
});
