import { describe, expect, test } from "vitest";
import { readScript } from "./script";

const BODY = `お電話ありがとうございます。
1. 使用開始ですか、中止ですか。
2. ご住所をうかがう。
   - アパートは**部屋番号**まで
「承りました。」

→ 開始：使用開始
-> 中止: 使用中止
→ 見たことのない：どこか

## 使用開始
「水道の**開栓**ですね。」

## 使用中止
- ご精算方法`;

describe("a talk script", () => {
  const [start, opening, closing] = readScript(BODY);

  test("has steps, steps below them, and what is said aloud", () => {
    expect(start?.blocks.map((block) => block.kind)).toEqual(["text", "steps", "text", "text"]);
    const steps = start?.blocks[1];
    if (steps?.kind !== "steps") throw new Error("no steps");
    expect(steps.steps.map((step) => step.number)).toEqual([1, 2]);
    expect(steps.steps[1]?.below[0]?.line).toEqual([
      { text: "アパートは", mark: false },
      { text: "部屋番号", mark: true },
      { text: "まで", mark: false },
    ]);
    expect(start?.blocks[2]).toMatchObject({ said: true });
  });

  test("branches lead to sections; what leads nowhere stays text", () => {
    expect(start?.branches).toEqual([
      { label: "開始", to: 1, title: "使用開始" },
      { label: "中止", to: 2, title: "使用中止" },
    ]);
    expect(start?.blocks[3]).toMatchObject({ lines: [[{ text: "→ 見たことのない：どこか" }]] });
    expect([opening?.title, closing?.title]).toEqual(["使用開始", "使用中止"]);
  });

  test("is text, whatever stands in it", () => {
    const hostile = '<img src=x onerror="alert(1)"> **<b>**';
    const [only] = readScript(hostile);
    expect(only?.blocks).toEqual([
      {
        kind: "text",
        said: false,
        lines: [[{ text: '<img src=x onerror="alert(1)"> ', mark: false }, { text: "<b>", mark: true }]],
      },
    ]);
  });

  test("may be empty", () => {
    expect(readScript("")).toEqual([{ title: "", blocks: [], branches: [] }]);
  });
});
