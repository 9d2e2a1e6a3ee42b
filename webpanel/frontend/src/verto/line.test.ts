import { expect, test } from "vitest";
import { pause } from "./line";
import { Tab } from "./testing/tab";

test("a socket that closes comes back under the same session, later and later", async () => {
  const tab = await Tab.ready();
  expect(tab.line).toBe("ready");
  tab.verto.up = false;
  tab.verto.cut();
  await tab.time.pass(30_000);
  expect(tab.line).toBe("connecting");
  tab.verto.up = true;
  await tab.time.pass(12_000);
  expect(tab.line).toBe("ready");
  const [first, second] = tab.verto.logins;
  expect(second).toBe(first);
});

test("pauses double to a bound and differ by chance", () => {
  expect([1, 2, 3, 9].map((attempt) => pause(attempt, 0.5))).toEqual([500, 1000, 2000, 8000]);
  expect(pause(1, 0)).toBe(250);
  expect(pause(1, 1)).toBe(750);
});

test("a cable that is pulled for ten seconds is noticed, and the line is back soon after", async () => {
  const tab = await Tab.ready();
  tab.verto.network = false;
  await tab.time.pass(10_000);
  expect(tab.line).toBe("connecting");
  tab.verto.network = true;
  tab.phone.online();
  await tab.time.pass(1000);
  expect(tab.line).toBe("ready");
});

test("a socket that hangs while it opens is given up", async () => {
  const tab = new Tab();
  tab.verto.network = false;
  tab.phone.start();
  await tab.time.pass(6000);
  tab.verto.network = true;
  await tab.time.pass(6000);
  expect(tab.line).toBe("ready");
});

test("heartbeats measure the way to the switch", async () => {
  const tab = await Tab.ready();
  await tab.time.pass(3000);
  expect(tab.phone.rtt).toBe(0);
  tab.verto.cut();
  await tab.time.pass(0);
  expect(tab.phone.rtt).toBeNull();
});

test("a session that another tab took is not fought for, and can be taken back", async () => {
  const tab = await Tab.ready();
  tab.verto.punt();
  await tab.time.pass(60_000);
  expect(tab.line).toBe("taken-over");
  expect(tab.verto.logins).toHaveLength(1);
  tab.phone.start();
  await tab.time.pass(0);
  expect(tab.line).toBe("ready");
});

test("a wrong password is tried with new credentials once, and then said", async () => {
  const tab = new Tab();
  tab.login = { ...tab.login, password: "old" };
  tab.phone.start();
  await tab.time.pass(0);
  expect(tab.line).toBe("connecting");
  await tab.time.pass(60_000);
  expect(tab.phone.line).toEqual({ name: "refused", why: "Authentication Failure" });
  expect(tab.verto.methods).toEqual(["login", "login"]);
  tab.login = { ...tab.login, password: "secret" };
  tab.phone.start();
  await tab.time.pass(0);
  expect(tab.line).toBe("ready");
});

test("a session that is another user's is left to him", async () => {
  const tab = new Tab();
  tab.verto.refuses.set("login", { code: -32001, message: "Session in use" });
  tab.phone.start();
  await tab.time.pass(0);
  tab.verto.refuses.clear();
  await tab.time.pass(1000);
  expect(tab.line).toBe("ready");
  const asked = tab.verto.asked.filter(({ method }) => method === "login").map(({ params }) => params.sessid);
  expect(new Set(asked).size).toBe(2);
});

test("a machine that slept gets a new socket before it counts as ready", async () => {
  const tab = await Tab.ready();
  await tab.time.sleep(3_600_000);
  await tab.time.pass(1000);
  expect(tab.lines).toEqual(["connecting", "ready", "connecting", "ready"]);
  expect(tab.verto.logins).toHaveLength(2);
});

test("one who logs in as another begins a session of his own", async () => {
  const tab = await Tab.ready();
  tab.phone.leave();
  tab.login = { ...tab.login, login: "1002@kanazawa" };
  tab.phone.start();
  await tab.time.pass(0);
  expect(new Set(tab.verto.logins).size).toBe(2);
});

test("a panel that is down does not keep the line down", async () => {
  const tab = await Tab.ready();
  tab.panel = false;
  tab.verto.cut();
  await tab.time.pass(1000);
  expect(tab.line).toBe("ready");
  tab.verto.password = "changed";
  tab.verto.cut();
  await tab.time.pass(60_000);
  expect(tab.line).toBe("connecting");
  tab.panel = true;
  tab.login = { ...tab.login, password: "changed" };
  await tab.time.pass(15_000);
  expect(tab.line).toBe("ready");
});
