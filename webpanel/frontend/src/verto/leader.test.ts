import { expect, test } from "vitest";
import { Leader } from "./leader";
import type { Memory } from "./storage";
import { FakeBrowser } from "./testing/fakelocks";
import { FakeTime } from "./testing/faketime";

const memory = (sessid: string): Memory => ({
  login: "1001@kanazawa",
  sessid: `00000000-0000-0000-0000-00000000000${sessid}`,
  calls: {},
});

/** A tab with a leader in it; `own` is what its phone would leave. */
function tab(browser: FakeBrowser, time: FakeTime, own: Memory | null = null) {
  const seen = { states: [] as string[], led: [] as (Memory | null)[], left: 0, frozen: false };
  const leader = new Leader({
    clock: time,
    locks: browser.locks,
    channel: browser.channel(() => seen.frozen),
    state: (state) => seen.states.push(state.name === "elsewhere" && state.free ? "free" : state.name),
    lead: (given) => {
      seen.led.push(given);
      leader.publish(given ?? own);
    },
    leave: () => ((seen.left += 1), own),
  });
  return { leader, seen };
}

async function two() {
  const browser = new FakeBrowser();
  const time = new FakeTime();
  const first = tab(browser, time, memory("1"));
  const second = tab(browser, time);
  await first.leader.begin(false);
  await second.leader.begin(false);
  await time.pass(0);
  return { browser, time, first, second };
}

test("the first tab leads, the second says that it is elsewhere", async () => {
  const { first, second } = await two();
  expect(first.seen.states).toEqual(["asking", "leading"]);
  expect(second.seen.states).toEqual(["asking", "elsewhere"]);
});

test("the second tab takes over, with the first one's session, and it can be taken back", async () => {
  const { first, second } = await two();
  await second.leader.takeOver();
  expect(second.seen.led).toEqual([memory("1")]);
  expect([first.seen.left, first.leader.state.name]).toEqual([1, "elsewhere"]);
  await first.leader.takeOver();
  expect([first.leader.state.name, second.leader.state.name]).toEqual(["leading", "elsewhere"]);
});

test("a frozen tab is robbed: its session is known all the same, and it stops when it thaws", async () => {
  const { time, first, second } = await two();
  first.seen.frozen = true;
  const taken = second.leader.takeOver();
  await time.pass(2000);
  await taken;
  await time.pass(0);
  expect(second.seen.led).toEqual([memory("1")]);
  expect([first.seen.left, first.leader.state.name]).toEqual([1, "elsewhere"]);
});

test("a reload of the leading tab does not make the other one lead", async () => {
  const { browser, time, second } = await two();
  const reloaded = tab(browser, time, memory("1"));
  const begun = reloaded.leader.begin(true);
  await time.pass(500);
  expect(reloaded.leader.state.name).toBe("asking");
  browser.closeHolder();
  await begun;
  expect([reloaded.leader.state.name, second.leader.state.name]).toEqual(["leading", "elsewhere"]);
});

test("a copy of the leading tab waits a moment, and then is elsewhere", async () => {
  const { browser, time } = await two();
  const copy = tab(browser, time, memory("1"));
  const begun = copy.leader.begin(true);
  await time.pass(3000);
  await begun;
  expect(copy.leader.state).toEqual({ name: "elsewhere", free: false });
});

test("when the leading tab is closed for good, the other one says so", async () => {
  const { browser, time, second } = await two();
  browser.closeHolder();
  await time.pass(10_000);
  expect(second.seen.states.at(-1)).toBe("free");
  await second.leader.takeOver();
  expect(second.leader.state.name).toBe("leading");
});
