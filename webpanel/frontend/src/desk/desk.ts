/** The desk at work: the server's word and the telephone's become the state, and what the operator does goes out. */
import { batch, computed, effect } from "@preact/signals";
import { ask, Refused } from "../shared/api";
import { t } from "../shared/page";
import { softphone, type CallView, type Credentials, type Softphone, type SoftphoneOptions } from "../verto";
import { every, workerClock } from "../verto/clock";
import { Attention, Bell } from "./bell";
import { Drafts, type Draft } from "./drafts";
import { device, keepDevice, type Device } from "./keptdevices";
import { forgetLine, keepLine, takeLine } from "./keptline";
import { failed, once, say, server } from "./server";
import * as model from "./state";
import type { Holder, Notice, Pop, SeatAt, State, Status, Targets } from "./types";
import { flowName } from "./words";

const [BEAT, PAUSES, SAYING, UNREACHED] = [4000, 15_000, 6000, 1000]; // milliseconds

const bell = new Bell(() => {
  model.sound.value = { ...model.sound.value, blocked: true };
});
const attention = new Attention();
const drafts = new Drafts(
  {
    send: (leg, draft) => server.ask("draft", { leg, ...draft }),
    store: localStorage,
    later: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    changed: (keeping) => (model.keeping.value = keeping),
  },
  `desk.drafts.${model.boot.operator}`,
);
let phone: Softphone | null = null;
let opening = false;
let told = false;

// What the server says.

server.on<State>("state", (next) => model.take(next));
server.on<{ about: Pop | null }>("pop", ({ about }) => show(about));
server.on<Notice>("notice", (notice) => {
  const known = model.notices.value.some((one) => one.number === notice.number);
  if (!known) model.notices.value = [...model.notices.value, notice];
});

function show(about: Pop | null): void {
  if (about === null) {
    if (model.pop.value === null || !told) model.pop.value = null;
    told = true;
    return;
  }
  told = true;
  const same = about.leg !== "" && about.leg === model.written.value.leg;
  batch(() => {
    model.pop.value = about;
    if (same || about.leg === "") return;
    const mine = drafts.open(about.leg);
    const draft: Draft = mine ?? { text: about.note?.text ?? "", case: about.note?.case ?? "" };
    model.written.value = { leg: about.leg, ...draft, saved: mine === null && about.note?.saved === true };
  });
}

// The telephone.

function heard(event: Parameters<SoftphoneOptions["phone"]>[0]): void {
  if (event.kind === "line") {
    model.line.value = event.line;
    if (event.line.name === "ready") void server.ask("phone").catch(() => undefined);
  } else {
    keepLine();
    called(event.call);
  }
}

function called(call: CallView): void {
  const others = model.calls.value.filter((one) => one.id !== call.id);
  const before = model.calls.value.find((one) => one.id === call.id);
  batch(() => {
    model.calls.value = call.state === "ended" ? others : [...others, call].sort((a, b) => a.startedAt - b.startedAt);
    if (call.state === "ended") over(call);
    else if (call.id === model.consult.value?.leg && call.state === "talking" && !model.consult.value.answered) void look();
  });
  if (call.state === "offered" && model.expected.value.has(call.id)) take(call.id);
  if (call.restored && before?.state === "returning" && call.state === "talking") {
    say(t("desk.tell_restored"));
    void server.ask("restored", { leg: call.id }).catch(() => undefined);
    model.paused.value = true; // until the server says otherwise
    void pauses();
    void look();
  }
}

function over(call: CallView): void {
  if (model.consult.value?.leg === call.id) model.consult.value = null;
  if (model.echo.value === call.id) model.echo.value = "";
  if (model.talk.value === null) model.consult.value = null;
  if (model.talk.value === null && model.sheet.value === "transfer") model.sheet.value = "";
  const summary = { ...call.summary };
  if (call.answeredAt !== null) void server.ask("quality", { leg: call.id, summary }).catch(() => undefined);
}

/** Takes a leg that the server placed for us, as soon as it is offered. */
function take(id: string): void {
  model.expected.value = new Set([...model.expected.value, id]);
  if (model.calls.value.some((one) => one.id === id && one.state === "offered")) {
    phone?.phone.answer(id).catch(failed);
  }
}

/** Asks the switch how a consultation stands: after a reload, and while who is asked has not answered. */
async function look(): Promise<void> {
  const found = await server.ask<{ leg: string; consult: string; asked: boolean }>("line").catch(() => null);
  if (found === null || found.consult === "") return;
  const before = model.consult.value;
  model.consult.value = { leg: found.consult, answered: found.asked, who: before?.leg === found.consult ? before.who : "" };
  if (!found.asked) setTimeout(() => model.consult.value?.leg === found.consult && void look(), 1000);
}

async function open(): Promise<void> {
  if (opening) return;
  opening = true;
  await takeLine();
  opening = false;
  phone = softphone({
    credentials: () => ask<Credentials>("/desk/verto", {}),
    phone: heard,
    leader: (state) => (model.leader.value = state),
    sound: (state) => {
      model.sound.value = state;
      void places();
    },
  });
  if (device("microphone") !== "") phone.sound.chooseMicrophone(device("microphone")).catch(failed);
  if (device("speaker") !== "") phone.sound.chooseSpeaker(device("speaker")).catch(() => undefined);
}

function close(): void {
  phone?.close();
  phone = null;
  forgetLine();
  batch(() => {
    model.calls.value = [];
    model.consult.value = null;
    model.line.value = { name: "offline" };
  });
}

/** Uses a device from now on. */
export function chooseDevice(kind: Device, id: string): void {
  keepDevice(kind, id);
  if (kind === "microphone") phone?.sound.chooseMicrophone(id).catch(failed);
  if (kind === "speaker") phone?.sound.chooseSpeaker(id).catch(failed);
  void places();
}

const places = (): Promise<void> => bell.places(device("speaker"), device("bell"));

/** What the operator does. */
export const deeds = {
  sitDown: (takeOver = false) =>
    once("sit", async () => {
      model.leaving.value = false;
      model.refusal.value = null;
      try {
        await server.ask("log_in", { take_over: takeOver });
      } catch (error) {
        const about = (error instanceof Refused ? error.about : null) as { full?: Holder[]; taken?: SeatAt & { mine: boolean } } | null;
        if (about?.full) model.refusal.value = { kind: "full", holders: about.full };
        else if (about?.taken) model.refusal.value = { kind: "taken", seat: about.taken };
        else throw error;
      }
    }),
  leave: () =>
    once("leave", async () => {
      model.leaving.value = true;
      const { gone } = await server.ask<{ gone: boolean }>("log_out");
      if (!gone) say(t("desk.log_out_after"));
    }),
  choose: (status: Status, reason = "") => once("choose", () => server.ask("choose", { status, reason })),
  finish: () => once("finish", () => server.ask("finish")),
  hand: () => once("hand", () => server.ask("hand", { up: model.state.value?.hand == null })),

  answer: async () => {
    const call = model.ringing.value;
    if (call === null || phone === null) return;
    await phone.sound.allow().catch(() => undefined);
    await phone.phone.answer(call.id).catch(failed);
  },
  reject: () => act(model.ringing.value, (id, { phone }) => phone.reject(id)),
  hold: () => act(model.talk.value, (id, { phone }) => phone.hold(id, !model.talk.value?.held)),
  mute: () => act(model.talk.value, async (id, { phone }) => phone.mute(id, !model.talk.value?.muted)),
  hangUp: async () => {
    const call = model.asked.value ?? model.talk.value;
    if (call !== null) await act(call, (id, { phone }) => phone.hangup(id));
    else if (model.lost.value) await once("hang up", () => server.ask("hang_up"));
  },
  record: () =>
    once("record", async () => {
      const said = model.paused.value ? { resume: true } : { pause: true };
      model.paused.value = (await server.ask<{ paused: boolean }>("record", said)).paused;
    }),
  key: (key: string) => act(model.asked.value ?? model.talk.value, (id, { phone }) => phone.dtmf(id, key)),

  dial: (number: string) =>
    once("dial", async () => {
      await phone?.sound.prepare();
      const { leg } = await server.ask<{ leg: string }>("dial", { number, flow: model.pop.value?.flow ?? "" });
      take(leg);
      model.sheet.value = "";
    }),
  callBack: (call: string) =>
    once("dial", async () => {
      await phone?.sound.prepare();
      take((await server.ask<{ leg: string }>("call_back", { call })).leg);
    }),
  targets: () => server.ask<Targets>("targets"),
  transfer: (kind: "operator" | "queue" | "number", to: string, who: string, first: boolean) =>
    once("transfer", async () => {
      const main = model.talk.value;
      if (main === null || phone === null) return;
      if (first) await phone.phone.hold(main.id, true); // a browser's call is held in the browser
      try {
        const { leg } = await server.ask<{ leg?: string }>("transfer", { kind, to, ask: first });
        model.sheet.value = "";
        if (leg === undefined) return;
        model.consult.value = { leg, answered: false, who };
        take(leg);
      } catch (error) {
        if (first) await phone.phone.hold(main.id, false);
        throw error;
      }
    }),
  complete: () => once("complete", () => server.ask("complete")),
  takeBack: () =>
    once("take back", async () => {
      await server.ask("take_back");
      model.consult.value = null;
      const main = model.talk.value;
      if (main !== null) await phone?.phone.hold(main.id, false);
    }),

  script: (flow: string) =>
    once("script", async () => {
      const found = await server.ask<{ script: Pop["script"] }>("script", { flow });
      const known = model.boot.flows.find((one) => one.key === flow);
      if (model.pop.value === null) return;
      model.pop.value = { ...model.pop.value, script: found.script, flow, flow_name: known?.name ?? "", flow_name_en: known?.name_en ?? "" };
    }),

  allowSound: async () => {
    await phone?.sound.allow().catch(() => undefined);
    if (model.ringing.value !== null) {
      bell.ring(false);
      bell.ring(true);
    }
  },
  microphone: () => phone?.sound.prepare().catch(failed),
  level: () => phone?.sound.level() ?? 0,
  bell: () => bell.try().catch(failed),
  echo: async () => {
    if (phone === null) return;
    if (model.echo.value !== "") return phone.phone.hangup(model.echo.value).catch(failed);
    try {
      model.echo.value = await phone.phone.dial("9196");
    } catch (error) {
      failed(error);
    }
  },
  reconnect: () => phone?.phone.start(),
  takeTab: () => phone?.leader.takeOver(),
  rtt: () => phone?.phone.rtt ?? null,
  write: (change: Partial<Draft>) => {
    const next = { ...model.written.value, ...change, saved: false };
    model.written.value = next;
    drafts.put({ text: next.text, case: next.case });
  },
  save: () =>
    once("save", async () => {
      const { leg, text, case: kind } = model.written.value;
      if (leg === "") return;
      const { notice } = await server.ask<{ notice: string }>("save", { leg, text, case: kind, finish: true });
      drafts.saved(leg);
      model.written.value = { leg, text, case: kind, saved: true };
      say(notice || t("desk.saved"));
    }),
};

async function act(call: CallView | null, run: (id: string, desk: Softphone) => Promise<void>): Promise<void> {
  if (call !== null && phone !== null) await run(call.id, phone).catch(failed);
}

/** Begins what goes on by itself. */
export function begin(): void {
  setInterval(() => (model.tick.value = Date.now()), 250);
  const clock = workerClock();
  every(clock, BEAT, () => void beat()); // a hidden tab must not fall silent
  addEventListener("pagehide", () => drafts.flush());
  effect(() => {
    model.served.value = server.connected.value;
    if (server.connected.value) drafts.flush();
  });
  effect(() => {
    const seated = model.state.value?.seat != null;
    if (seated && phone === null && model.boot.telephone) void open();
    if (!seated && phone !== null) close();
  });
  every(clock, PAUSES, () => void pauses()); // the server lets no recording be forgotten
  effect(() => {
    if (model.talk.value === null) model.paused.value = false;
  });
  effect(() => {
    if (model.unreached.value) setTimeout(() => model.unreached.value && void server.ask("phone").catch(() => undefined), UNREACHED);
  });
  effect(() => ring(model.ringing.value?.id ?? "", who.value));
  effect(() => {
    const saying = model.saying.value;
    if (saying !== null) setTimeout(() => model.saying.value === saying && (model.saying.value = null), SAYING);
  });
  // the first click or key anywhere lets the browser play
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => model.sound.value.blocked && void deeds.allowSound());
}

async function beat(): Promise<void> {
  if (model.state.value?.seat == null) return;
  await server.ask("beat").catch(() => undefined);
}

async function pauses(): Promise<void> {
  if (!model.paused.value) return;
  const found = await server.ask<{ paused: boolean }>("record").catch(() => null);
  if (found !== null) model.paused.value = found.paused;
}

/** Who rings, as far as it is known by now. */
const who = computed(() => {
  const call = model.ringing.value;
  if (call === null) return "";
  const known = model.duty.value?.status === "ringing" ? model.pop.value : null;
  return known?.contact?.name || known?.shown || call.name || call.number || t("desk.anonymous");
});

function ring(id: string, from: string): void {
  bell.ring(id !== "");
  if (id === "") return attention.rest();
  if (model.sheet.peek() !== "transfer") model.sheet.value = ""; // a dialog would lie over the card
  const duty = model.duty.peek();
  const flow = duty === null ? "" : flowName(duty);
  attention.call(t("desk.ringing_title", { flow: flow || t("desk.incoming") }), from, () => void deeds.answer());
}
