import { expect, test } from "vitest";
import { Keeper, readMemory, type Memory } from "./storage";
import { FakeStore } from "./testing/tab";

const SESSID = "00000000-0000-0000-0000-000000000001";
const call = {
  direction: "in" as const,
  number: "076",
  name: "Taro",
  startedAt: 1,
  answeredAt: null,
  held: true,
  muted: false,
  ending: false,
};
const memory: Memory = { login: "1001@kanazawa", sessid: SESSID, calls: { "call-1": call } };

test("what was kept is there after a reload", () => {
  const store = new FakeStore();
  new Keeper(store, () => SESSID).keep(memory);
  expect(new Keeper(store, () => "other").now).toEqual(memory);
});

test("rubbish is no memory, and a call that is rubbish is left out", () => {
  for (const rubbish of [null, 5, "x", [], {}, { sessid: "1" }, { sessid: `${SESSID}\r\n` }]) {
    expect(readMemory(rubbish)).toBeNull();
  }
  const calls = { "call-1": call, "call 2": call, three: { ...call, direction: "up" }, four: 4, five: { ...call, startedAt: "1" } };
  expect(readMemory({ ...memory, calls })).toEqual(memory);
  expect(readMemory({ ...memory, calls: 5 })).toEqual({ ...memory, calls: {} });
  const store = new FakeStore();
  store.setItem("verto", "{not json");
  expect(new Keeper(store, () => SESSID).now).toBeNull();
});

test("a browser that keeps nothing still telephones", () => {
  const full = {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
  };
  const keeper = new Keeper(full, () => SESSID);
  expect(keeper.sessid("1001@kanazawa", false)).toBe(SESSID);
  expect(keeper.sessid("1001@kanazawa", false)).toBe(SESSID);
});
