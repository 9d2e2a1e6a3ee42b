import { expect, test } from "vitest";
import { NoMicrophone } from "./microphone";
import { Refused } from "./rpc";
import { Tab } from "./testing/tab";

test("a call rings, is taken, and the far side hangs up", async () => {
  const tab = await Tab.ready();
  tab.verto.offer("call-1", "0761112222", "Taro");
  await tab.time.pass(0);
  expect(tab.call("call-1")).toMatchObject({ state: "offered", direction: "in", number: "0761112222", name: "Taro" });
  await tab.phone.answer("call-1");
  expect(tab.call("call-1")).toMatchObject({ state: "talking", answeredAt: tab.time.now(), restored: false });
  expect(tab.media.latest.remote).toBe("offer");
  await tab.time.pass(5000);
  expect(tab.told("call-1").sound).toMatchObject({ rtt: 30, loss: 0, fromYou: "", fromCaller: "" });
  tab.verto.hangup("call-1");
  await tab.time.pass(0);
  expect(tab.told("call-1")).toMatchObject({ state: "ended", cause: "NORMAL_CLEARING", interrupted: false });
  expect(tab.told("call-1").summary).toMatchObject({ seconds: 4, loss: 0, rttMax: 30 });
  expect(tab.phone.views).toEqual([]);
  expect(tab.media.latest.closed).toBe(true);
});

test("an offer is refused with its cause", async () => {
  const tab = await Tab.ready();
  const call = tab.verto.offer("call-1");
  await tab.time.pass(0);
  await tab.phone.reject("call-1", "USER_BUSY");
  expect(call.cause).toBe("USER_BUSY");
  expect(tab.told("call-1")).toMatchObject({ state: "ended", cause: "USER_BUSY" });
});

test("without a microphone the call rings on, and can be taken when there is one", async () => {
  const tab = await Tab.ready();
  tab.verto.offer("call-1");
  await tab.time.pass(0);
  tab.media.trouble = "denied";
  await expect(tab.phone.answer("call-1")).rejects.toBeInstanceOf(NoMicrophone);
  expect(tab.call("call-1")?.state).toBe("offered");
  tab.media.trouble = "";
  await tab.phone.answer("call-1");
  expect(tab.call("call-1")?.state).toBe("talking");
});

test("a call whose sound the switch does not understand does not ring for ever", async () => {
  const tab = await Tab.ready();
  const call = tab.verto.offer("call-1");
  await tab.time.pass(0);
  tab.verto.refuses.set("verto.answer", { code: -32002, message: "CODEC ERROR" });
  await expect(tab.phone.answer("call-1")).rejects.toThrow("CODEC ERROR");
  expect(call.cause).toBe("INCOMPATIBLE_DESTINATION");
  expect(tab.phone.views).toEqual([]);
});

test("hold is pressed twice, and twice more: the last wish holds, and the microphone is off at once", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  const call = tab.verto.calls.get(id)!;
  for (const _ of [1, 2]) {
    await tab.phone.hold(id, true);
    expect([call.held, tab.call(id)?.held, tab.media.latest.speaking]).toEqual([true, true, false]);
    await tab.phone.hold(id, false);
    expect([call.held, tab.call(id)?.held, tab.media.latest.speaking]).toEqual([false, false, true]);
  }
  await Promise.all([true, true, false, true].map((on) => tab.phone.hold(id, on)));
  expect(call.held).toBe(true);
  void tab.phone.hold(id, false);
  const pressed = tab.phone.hold(id, true);
  expect(tab.media.latest.speaking).toBe(false);
  await pressed;
  expect(call.held).toBe(true);
});

test("a hold that the switch refuses is not shown as one", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  tab.verto.refuses.set("verto.modify", { code: -32002, message: "no" });
  await expect(tab.phone.hold(id, true)).rejects.toBeInstanceOf(Refused);
  expect(tab.call(id)?.held).toBe(false);
  expect(tab.media.latest.speaking).toBe(true);
});

test("a reload in mid-call: same session, same call, hold and mute as they were, and nobody hung up", async () => {
  const before = await Tab.ready();
  const id = await before.talking();
  before.phone.mute(id, true);
  await before.phone.hold(id, true);
  const call = before.verto.calls.get(id)!;
  const tab = await before.reload();
  expect(tab.line).toBe("ready");
  expect(new Set(tab.verto.logins).size).toBe(1);
  expect(tab.call(id)).toMatchObject({
    state: "talking",
    restored: true,
    held: true,
    muted: true,
    number: "0761112222",
    answeredAt: before.told(id).answeredAt,
  });
  expect(call).toMatchObject({ held: true, cause: "" });
  expect(tab.media.latest.speaking).toBe(false);
  await tab.phone.hold(id, false);
  expect(tab.media.latest.speaking).toBe(false);
  tab.phone.mute(id, false);
  expect(tab.media.latest.speaking).toBe(true);
  expect(tab.verto.methods).not.toContain("verto.bye");
});

test("a reload while it rings refuses nothing: the new page is told that the offer was interrupted", async () => {
  const before = await Tab.ready();
  before.verto.offer("call-1");
  await before.time.pass(0);
  const tab = await before.reload();
  expect(tab.verto.methods).not.toContain("verto.bye");
  expect(tab.told("call-1")).toMatchObject({ state: "ended", interrupted: true, restored: true });
  tab.verto.offer("call-2");
  await tab.time.pass(0);
  expect(tab.call("call-2")?.state).toBe("offered");
});

test("a call that ended while the page was away is over", async () => {
  const before = await Tab.ready();
  const id = await before.talking();
  before.verto.up = false;
  before.verto.cut();
  before.verto.hangup(id);
  before.verto.calls.get(id)!.detached = false;
  before.verto.up = true;
  const tab = await before.reload();
  expect(tab.told(id)).toMatchObject({ state: "ended", cause: "CONNECTION_LOST", interrupted: false });
});

test("the answer to hold is lost: the line is renewed, and the caller is on hold after all", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  tab.verto.forgetful.add("verto.modify");
  const held = tab.phone.hold(id, true);
  await tab.time.pass(8000);
  await held;
  expect(tab.call(id)).toMatchObject({ state: "away", held: true });
  tab.verto.forgetful.clear();
  await tab.time.pass(2000);
  expect(tab.call(id)).toMatchObject({ state: "talking", held: true });
  expect(tab.verto.calls.get(id)?.held).toBe(true);
});

test("the answer to verto.answer is lost: the call is taken up again and was answered", async () => {
  const tab = await Tab.ready();
  tab.verto.offer("call-1");
  await tab.time.pass(0);
  tab.verto.forgetful.add("verto.answer");
  const answered = tab.phone.answer("call-1").catch((error: Error) => error.name);
  await tab.time.pass(8000);
  expect(await answered).toBe("Lost");
  await tab.time.pass(2000);
  expect(tab.call("call-1")?.state).toBe("talking");
});

test("who hangs up while the line is down has hung up when it is back", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  tab.verto.cut();
  await tab.time.pass(0);
  expect(tab.call(id)?.state).toBe("away");
  await tab.phone.hangup(id);
  expect(tab.media.latest.closed).toBe(true);
  const after = await tab.reload(); // and even over a reload
  expect(after.verto.calls.get(id)?.cause).toBe("NORMAL_CLEARING");
  expect(after.phone.views).toEqual([]);
});

test("a pulled cable of ten seconds costs no call, whatever the switch believes", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  tab.verto.network = false;
  await tab.time.pass(10_000);
  expect(tab.call(id)?.state).toBe("away");
  tab.verto.network = true;
  await tab.time.pass(15_000);
  expect(tab.call(id)).toMatchObject({ state: "talking", restored: false });
  expect(tab.media.voices.map((voice) => voice.closed)).toEqual([true, false]);
});

test("after sleep the call has a new socket and new sound", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  await tab.time.sleep(60_000);
  await tab.time.pass(2000);
  expect(tab.call(id)?.state).toBe("talking");
  expect(tab.verto.logins).toHaveLength(2);
  expect(tab.media.voices.map((voice) => voice.closed)).toEqual([true, false]);
});

test("sound that fails renews the line, but not all the time", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  tab.media.latest.failed();
  await tab.time.pass(1000);
  tab.media.latest.failed();
  await tab.time.pass(1000);
  expect(tab.call(id)?.state).toBe("talking");
  expect(tab.verto.logins).toHaveLength(2);
});

test("a call that comes back without a microphone is kept, with silence", async () => {
  const before = await Tab.ready();
  const id = await before.talking();
  before.verto.cut();
  before.media.trouble = "busy";
  await before.time.pass(1000);
  expect(before.call(id)?.state).toBe("talking");
  expect(before.media.latest.silent).toBe(true);
});

test("an operator calls a colleague, and joins the caller with him", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  const other = await tab.phone.dial("１００２");
  await tab.time.pass(0);
  expect(tab.call(id)?.held).toBe(true);
  expect(tab.call(other)).toMatchObject({ state: "talking", direction: "out", number: "1002" });
  await tab.phone.join(id, other);
  await tab.time.pass(0);
  expect(tab.phone.views).toEqual([]);
});

test("taking the caller back puts the colleague on hold", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  const other = await tab.phone.dial("1002");
  await tab.time.pass(0);
  await tab.phone.hold(id, false);
  await tab.time.pass(0);
  expect([tab.call(id)?.held, tab.call(other)?.held]).toEqual([false, true]);
});

test("a number nobody has ends the call that was dialled", async () => {
  const tab = await Tab.ready();
  const id = await tab.phone.dial("555");
  await tab.time.pass(0);
  expect(tab.told(id)).toMatchObject({ state: "ended", cause: "NO_ROUTE_DESTINATION" });
  tab.verto.refuses.set("verto.invite", { code: -32002, message: "CALL ERROR" });
  await expect(tab.phone.dial("556")).rejects.toThrow("CALL ERROR");
  expect(tab.phone.views).toEqual([]);
});

test("sound before the answer is played, and the answer that follows brings no description", async () => {
  const tab = await Tab.ready();
  const id = await tab.phone.dial("800");
  tab.verto.ask(tab.verto.logins[0]!, "verto.media", { callID: id, sdp: "early" });
  await tab.time.pass(0);
  expect(tab.call(id)?.state).toBe("early");
  tab.verto.ask(tab.verto.logins[0]!, "verto.answer", { callID: id });
  await tab.time.pass(0);
  expect(tab.call(id)?.state).toBe("talking");
  expect(tab.media.latest.remote).toBe("early");
});

test("keys are sent, a caller is passed on, and what is no number is not", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  await tab.phone.dtmf(id, "１＃");
  expect(tab.verto.calls.get(id)?.keys).toBe("1#");
  await expect(tab.phone.transfer(id, "1002 XML public")).rejects.toBeInstanceOf(RangeError);
  await tab.phone.transfer(id, "10-02");
  await tab.time.pass(0);
  expect(tab.verto.asked.at(-1)?.params).toMatchObject({ action: "transfer", destination: "1002" });
  expect(tab.told(id).state).toBe("ended");
});

test("the switch says whom we talk with now", async () => {
  const tab = await Tab.ready();
  const id = await tab.talking();
  const told = { callID: id, display_number: "0762202722", display_name: "上水" };
  tab.verto.ask(tab.verto.logins[0]!, "verto.display", told);
  await tab.time.pass(0);
  expect(tab.call(id)).toMatchObject({ number: "0762202722", name: "上水" });
});

test("what is asked of calls nobody has, and what is no message, changes nothing", async () => {
  const tab = await Tab.ready();
  const sessid = tab.verto.logins[0]!;
  for (const method of ["verto.bye", "verto.display", "verto.media", "verto.answer", "verto.info", "verto.event", ""]) {
    tab.verto.ask(sessid, method, { callID: "nobody" });
  }
  tab.verto.ask(sessid, "verto.invite", { callID: 5 });
  await tab.time.pass(0);
  expect(tab.phone.views).toEqual([]);
  expect(tab.line).toBe("ready");
});

test("another tab goes on where this one left", async () => {
  const first = await Tab.ready();
  const id = await first.talking();
  await first.phone.hold(id, true);
  const memory = first.phone.handOver()!;
  expect(first.phone.views).toEqual([]);
  expect(first.phone.memory?.calls).toEqual({});
  const second = new Tab(first.verto, first.time);
  second.phone.adopt(memory);
  second.phone.start();
  await second.time.pass(0);
  expect(second.call(id)).toMatchObject({ state: "talking", held: true, restored: true });
  expect(first.verto.methods).not.toContain("verto.bye");
});
