import { describe, expect, test } from "vitest";
import { type Deck, faster, press } from "./keys";
import { outline, stretched } from "./waveform";

const deck = (): Deck => ({
  paused: true,
  currentTime: 12,
  duration: 20,
  playbackRate: 1,
  play() {
    this.paused = false;
  },
  pause() {
    this.paused = true;
  },
});

describe("a recording by keyboard", () => {
  test("plays and pauses, and goes five seconds back and on, never beyond its ends", () => {
    const one = deck();
    expect(press(one, " ")).toBe(true);
    expect(one.paused).toBe(false);
    press(one, " ");
    expect(one.paused).toBe(true);
    press(one, "ArrowLeft");
    expect(one.currentTime).toBe(7);
    for (const _ of [1, 2, 3]) press(one, "ArrowLeft");
    expect(one.currentTime).toBe(0);
    press(one, "End");
    press(one, "ArrowRight");
    expect(one.currentTime).toBe(20);
    press(one, "Home");
    expect(one.currentTime).toBe(0);
  });

  test("a recording whose length is not known yet stays at its beginning", () => {
    const one = { ...deck(), duration: Number.NaN, currentTime: 0 };
    press(one, "ArrowRight");
    expect(one.currentTime).toBe(0);
  });

  test("the speed has its steps and its ends", () => {
    expect(faster(1, 1)).toBe(1.25);
    expect(faster(2, 1)).toBe(2);
    expect(faster(0.5, -1)).toBe(0.5);
    const one = deck();
    press(one, "-");
    expect(one.playbackRate).toBe(0.75);
  });

  test("other keys are left to the browser", () => {
    expect(press(deck(), "Tab")).toBe(false);
    expect(press(deck(), "a")).toBe(false);
  });
});

describe("the waveform", () => {
  test("silence is a line, what is loud reaches the edge, and nothing goes beyond", () => {
    expect(outline([0, 100, 400], 20)).toBe("M0 9.6L1 1.0L2 1.0L2 19.0L1 19.0L0 10.4Z");
    expect(outline([], 20)).toBe("");
  });

  test("a quiet recording is stretched, silence is not", () => {
    expect(stretched({ seconds: 1, peaks: [[10, 20], [0, 5]] }).peaks).toEqual([
      [50, 100],
      [0, 25],
    ]);
    expect(stretched({ seconds: 1, peaks: [[1]] }).peaks).toEqual([[10]]);
  });
});
