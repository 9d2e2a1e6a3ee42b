import { describe, expect, test } from "vitest";
import { find, fold, groups, type Case } from "./cases";

const make = (key: string, name: string, kana: string, parent = "", flow = ""): Case => ({
  key,
  name,
  name_en: key,
  kana,
  parent,
  flow,
});
const CASES = [
  make("opening", "開閉栓", "カイヘイセン", "", "opening"),
  make("opening.start", "使用開始", "シヨウカイシ", "opening"),
  make("leak", "漏水・緊急", "ロウスイ", "", "leak"),
  make("leak.road", "道路漏水", "ドウロロウスイ", "leak"),
  make("leak.house", "宅地内漏水", "タクチナイロウスイ", "leak"),
  make("complaint", "ご意見", "ゴイケン"),
];

describe("kinds of case", () => {
  test("are compared without width, script and case", () => {
    expect(fold("ﾄﾞｳﾛ")).toBe(fold("どうろ"));
    expect(fold("Ｌｅａｋ・ ")).toBe("leak");
  });

  test("come with those of the flow first", () => {
    const all = groups(CASES, "leak");
    expect(all.map((group) => group.above.key)).toEqual(["leak", "opening", "complaint"]);
    expect(all[0]?.below.map((one) => one.key)).toEqual(["leak.road", "leak.house"]);
  });

  test("are found by their first kana, by a part of the name, by what is above them", () => {
    expect(find(CASES, "ど").map((one) => one.key)).toEqual(["leak.road"]);
    expect(find(CASES, "漏水").map((one) => one.key)).toEqual(["leak.road", "leak.house"]);
    expect(find(CASES, "ロウ").map((one) => one.key)).toEqual(["leak.road", "leak.house"]);
    expect(find(CASES, "かい").map((one) => one.key)).toEqual(["opening.start"]);
    expect(find(CASES, "ご").map((one) => one.key)).toEqual(["complaint"]); // one without any below is its own
    expect(find(CASES, "zzz")).toEqual([]);
    expect(find(CASES, "  ")).toEqual([]);
  });
});
