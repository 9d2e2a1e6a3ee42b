import { expect, test } from "vitest";
import { dialable, keys } from "./number";

test("a number is the same however it was typed", () => {
  for (const typed of ["0762202722", "076-220-2722", "０７６－２２０－２７２２", "０７６ー２２０ー２７２２", "(076) 220 2722", "076−220‐2722"]) {
    expect(dialable(typed)).toBe("0762202722");
  }
  expect(dialable("+81 76 220 2722")).toBe("+81762202722");
});

test("what is no number is not dialled", () => {
  for (const typed of ["", "すいどう", "1002 XML public", "100;x", "1\r\n2", "1".repeat(33)]) {
    expect(() => dialable(typed)).toThrow(RangeError);
  }
});

test("keys are keys", () => {
  expect(keys("１*＃a")).toBe("1*#A");
  for (const typed of ["", "E", "1 2", "1w"]) expect(() => keys(typed)).toThrow(RangeError);
});
