import { describe, expect, test } from "vitest";
import { fileName } from "./making";
import { inside, moved } from "./places";

describe("a chart read by keyboard", () => {
  test("arrows go through the intervals and stop at the ends", () => {
    expect(moved("ArrowRight", -1, 5)).toBe(0);
    expect(moved("ArrowRight", 4, 5)).toBe(4);
    expect(moved("ArrowLeft", -1, 5)).toBe(4);
    expect(moved("ArrowLeft", 0, 5)).toBe(0);
    expect(moved("Home", 3, 5)).toBe(0);
    expect(moved("End", 3, 5)).toBe(4);
  });

  test("other keys, and a chart without intervals, are left alone", () => {
    expect(moved("Tab", 3, 5)).toBeNull();
    expect(moved("ArrowRight", -1, 0)).toBeNull();
  });

  test("what is said of an interval stays inside the chart", () => {
    expect(inside(300, 100, 760)).toBe(250);
    expect(inside(10, 100, 760)).toBe(0);
    expect(inside(755, 100, 760)).toBe(660);
    expect(inside(50, 900, 760)).toBe(0);
  });
});

test("a file is called what the server calls it", () => {
  expect(fileName('attachment; filename="report-monthly-2027-02.pdf"')).toBe("report-monthly-2027-02.pdf");
  expect(fileName(null)).toBe("report");
});
