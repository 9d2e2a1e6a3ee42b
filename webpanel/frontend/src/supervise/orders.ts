/** What a supervisor does: each asked of the server, its outcome said, its refusal too. */
import { signal } from "@preact/signals";
import { word } from "../desk/words";
import type { Status } from "../desk/types";
import { ask } from "../shared/api";
import { t } from "../shared/page";
import * as phone from "./phone";
import { boot, mine, operator, question, say } from "./state";
import type { Mode, QueueRow } from "./types";

/** The order that is under way. */
export const busy = signal("");

const about = (key: string, deed: string) => `/supervise/operators/${encodeURIComponent(key)}/${deed}`;
const nameOf = (key: string) => operator(key)?.name ?? key;

/** Runs an order; whether it was carried out. */
async function order(name: string, run: () => Promise<unknown>): Promise<boolean> {
  if (busy.value !== "") return false;
  busy.value = name;
  try {
    await run();
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), "error");
    return false;
  } finally {
    busy.value = "";
  }
}

export const status = (key: string, to: Status, reason: string, why: string) =>
  order("status", async () => {
    const { later } = await ask<{ later: boolean }>(about(key, "status"), { status: to, reason, why });
    say(t(later ? "supervise.status_after" : "supervise.status_done", { name: nameOf(key), status: word(to) }));
  });

export const back = (key: string) =>
  order("back", async () => {
    const { later } = await ask<{ later: boolean }>(about(key, "back"), {});
    say(t(later ? "supervise.status_after" : "supervise.status_done", { name: nameOf(key), status: word("ready") }));
  });

/** Asks first, saying what happens to a call. */
export function out(key: string, why: string): void {
  const one = operator(key);
  if (one === null) return;
  const what =
    one.status === "talking" || one.status === "holding"
      ? t("supervise.out_call")
      : one.status === "ringing"
        ? t("supervise.out_ringing")
        : one.status === "wrap-up"
          ? t("supervise.out_wrap")
          : t("supervise.out_idle");
  question.value = {
    title: t("supervise.out_ask", { name: one.name }),
    text: what,
    verb: t("supervise.out"),
    grave: true,
    run: () =>
      order("out", async () => {
        const { later } = await ask<{ later: boolean }>(about(key, "out"), { why });
        say(t(later ? "supervise.out_after" : "supervise.out_done", { name: one.name }));
      }),
  };
}

export const lower = (key: string) =>
  order("hand", async () => {
    await ask(about(key, "hand"), {});
    say(t("supervise.lowered", { name: nameOf(key) }));
  });

export const message = (text: string, to: string) =>
  order("message", async () => {
    await ask("/supervise/message", { text, to });
    say(t("supervise.message_sent"));
  });

// Listening in.

/** Listens, or changes who hears whom; asks before a citizen hears it. */
export function listen(key: string, mode: Mode): void {
  if (mine.value?.operator === key && mine.value.mode === mode) return;
  const run = () => order("listen", () => hear(key, mode));
  if (mode !== "barge") void run();
  else {
    question.value = {
      title: t("supervise.barge_ask", { name: nameOf(key) }),
      text: t("supervise.barge_warn"),
      verb: t("supervise.barge"),
      run,
    };
  }
}

async function hear(key: string, mode: Mode): Promise<void> {
  if (!boot.telephone) throw new Error(t("supervise.phone_none"));
  const before = mine.value;
  if (before !== null && before.operator !== key) await ask("/supervise/stop", {});
  await phone.ready();
  await ask(about(key, "listen"), { mode });
}

export const stop = () => order("stop", () => ask("/supervise/stop", {}));

// Queues and levels.

export const queues = (key: string) => ask<{ queues: QueueRow[] }>(about(key, "queues"));

export const assign = (key: string, rows: { queue: string; level: number }[], until: string, why: string) =>
  order("assign", async () => {
    for (const row of rows) await ask(about(key, "assign"), { ...row, until, why });
    say(t("supervise.assigned"));
  });

export const release = (key: string, queue: string) =>
  order("assign", async () => {
    await ask(about(key, "release"), { queue });
    say(t("supervise.assigned"));
  });

// Announcements and alarms.

export const announce = (flow: string, text: string, until: string) =>
  order("announce", async () => {
    await ask("/supervise/announce", { flow, text, until });
    say(t("supervise.emergency_started"));
  });

export function silence(flow: string, text: string): void {
  question.value = {
    title: t("supervise.emergency_stop_ask"),
    text,
    verb: t("supervise.emergency_stop"),
    grave: true,
    run: () =>
      order("silence", async () => {
        await ask("/supervise/silence", { flow });
        say(t("supervise.emergency_stopped"));
      }),
  };
}

export const acknowledge = (alarm: number, why: string) =>
  order("acknowledge", async () => {
    await ask("/supervise/acknowledge", { alarm, why });
    say(t("supervise.alarm_noted"));
  });
