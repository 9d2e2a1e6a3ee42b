import { describe, expect, test } from "vitest";
import { day, duration, percent, timeOfDay } from "./format";

describe("figures as people read them", () => {
  test("a wait is minutes and seconds, with hours when there are any", () => {
    expect(duration(72_900)).toBe("1:12");
    expect(duration(3_723_000)).toBe("1:02:03");
    expect(duration(-5)).toBe("0:00");
  });

  test("a share has one decimal, and is never rounded up to all", () => {
    expect(percent(0.942)).toBe("94.2");
    expect(percent(1)).toBe("100");
    expect(percent(0.9996)).toBe("99.9");
    expect(percent(null)).toBe("–");
  });

  test("the clock is the centre's, wherever the browser stands", () => {
    const at = Date.UTC(2027, 2, 4, 1, 42);
    expect(timeOfDay(at, "Asia/Tokyo")).toBe("10:42");
    expect(timeOfDay(at, "Europe/Lisbon")).toBe("1:42");
    expect(timeOfDay(Date.UTC(2027, 2, 3, 15, 5), "Asia/Tokyo")).toBe("0:05");
    expect(day(at, "Asia/Tokyo", "ja")).toContain("3月4日");
  });
});
