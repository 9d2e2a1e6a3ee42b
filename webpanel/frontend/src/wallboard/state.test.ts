import { beforeEach, expect, test } from "vitest";
import type { Picture } from "./picture";
import { age, picture, serverNow, silent, SILENCE, take, tick } from "./state";

const made = (changes: Partial<Picture>): Picture =>
  ({ seq: 1, now: 1_000_000, link: { connected: true, heard: 1_000_000, reason: "", gaps: 0 }, ...changes }) as Picture;

beforeEach(() => {
  picture.value = null;
});

test("the browser's clock is corrected by the server's", () => {
  take(made({ now: 5000 }), 100);
  tick.value = 350;
  expect(serverNow.value).toBe(5250);
});

test("a server that falls silent is noticed, and heard again", () => {
  take(made({}), 0);
  tick.value = SILENCE;
  expect(silent.value).toBe("");
  tick.value = SILENCE + 1;
  expect(silent.value).toBe("server");
  expect(age.value).toBe(SILENCE + 1);
  take(made({ now: 1_003_000 }), SILENCE + 10);
  expect(silent.value).toBe("");
});

test("a lost switch makes the figures as old as its last word", () => {
  take(made({ link: { connected: false, heard: 940_000, reason: "closed", gaps: 0 } }), 0);
  tick.value = 1000;
  expect(silent.value).toBe("switch");
  expect(age.value).toBe(61_000);
});

test("a picture that was overtaken is no step back, a server that began anew is", () => {
  take(made({ seq: 7, now: 2000 }), 0);
  take(made({ seq: 7, now: 1000 }), 1);
  expect(picture.value?.now).toBe(2000);
  take(made({ seq: 1, now: 3000 }), 2);
  expect(picture.value?.seq).toBe(1);
});
