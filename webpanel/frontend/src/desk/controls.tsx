/** The call in the operator's hands: hold, transfer, mute, hang up; keys that are sent; the microphone's level. */
import { signal } from "@preact/signals";
import { ArrowRightLeft, Delete, MicOff, Mic, Pause, Phone, PhoneOff, Play } from "lucide";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { asked, boot, busy, consult, duty, line, lost, paused, sheet, talk, tick } from "./state";
import { Key, Level } from "./parts";

const PAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const sent = signal("");
const typed = signal("");

export function Controls() {
  const call = talk.value;
  const live = call !== null && call.state === "talking";
  const off = !live;
  return (
    <section class="card controls" aria-label={t("desk.call")}>
      <p class="row timer">
        <span class="muted">{t("desk.talk_time")}</span>
        <span class="muted">{call !== null && note(call.held, call.muted)}</span>
        <span class="num end">{call === null ? "–:––" : duration(tick.value - (call.answeredAt ?? call.startedAt))}</span>
      </p>
      {consult.value !== null && <Asking />}
      <div class="buttons">
        {consult.value === null && (
          <>
            <button type="button" onClick={deeds.hold} disabled={off} aria-pressed={call?.held === true} title={call?.held ? t("desk.resume") : undefined}>
              <Icon of={call?.held ? Play : Pause} />
              <span>{call?.held ? t("desk.held_now") : t("desk.hold")}</span>
              <Key of="hold" />
            </button>
            <button type="button" onClick={() => (sheet.value = "transfer")} disabled={off}>
              <Icon of={ArrowRightLeft} />
              <span>{t("desk.transfer")}</span>
              <Key of="transfer" />
            </button>
          </>
        )}
        <button type="button" onClick={deeds.mute} disabled={off} aria-pressed={call?.muted === true} title={call?.muted ? t("desk.unmute") : undefined}>
          <Icon of={call?.muted ? MicOff : Mic} />
          <span>{call?.muted ? t("desk.muted_on") : t("desk.mute")}</span>
          <Key of="mute" />
        </button>
        <button
          type="button"
          class={`recording ${off ? "" : paused.value ? "paused" : "on"}`}
          onClick={deeds.record}
          disabled={off || busy.value !== ""}
          aria-pressed={paused.value}
          title={t("desk.recording_pause")}
        >
          <span aria-hidden="true">{paused.value ? "■" : "●"}</span>
          <span>{off ? t("desk.record") : paused.value ? t("desk.recording_paused") : t("desk.recording")}</span>
        </button>
        <button type="button" class="danger wide" onClick={deeds.hangUp} disabled={call === null && asked.value === null && !lost.value}>
          <Icon of={PhoneOff} />
          <span>{t("desk.hang_up")}</span>
          <Key of="hang_up" />
        </button>
      </div>
    </section>
  );
}

const note = (held: boolean, muted: boolean): string =>
  [held ? t("desk.in_hold") : "", muted ? t("desk.muted_on") : ""].filter(Boolean).join("・");

function Asking() {
  const one = consult.value;
  if (one === null) return null;
  return (
    <div class="asking" role="status">
      <p>
        <b>{t("desk.asking")}</b> {one.who}
        <span class="muted"> {one.answered ? t("desk.asking_hint") : t("desk.asking_calling")}</span>
      </p>
      <div class="row">
        <button type="button" class="primary" onClick={deeds.complete} disabled={!one.answered || busy.value !== ""}>
          {t("desk.complete")}
        </button>
        <button type="button" onClick={deeds.takeBack} disabled={busy.value !== ""}>
          {t("desk.take_back")}
        </button>
      </div>
    </div>
  );
}

export function Pad() {
  const call = asked.value ?? talk.value;
  const inCall = call !== null && (call.state === "talking" || call.state === "early");
  const press = (key: string) => {
    if (!inCall) typed.value += key;
    else {
      sent.value = (sent.value + key).slice(-16);
      void deeds.key(key);
    }
  };
  if (!inCall && sent.value !== "") sent.value = "";
  return (
    <section class="card pad-card">
      <h3>{inCall ? t("desk.pad") : t("desk.call")}</h3>
      {inCall ? <p class="sent num">{sent.value ? t("desk.pad_sent", { keys: sent.value }) : " "}</p> : <Dial />}
      <div class="pad num">
        {PAD.map((key) => (
          <button key={key} type="button" onClick={() => press(key)} disabled={!inCall && !boot.outgoing}>
            {key === "*" ? "＊" : key === "#" ? "＃" : key}
          </button>
        ))}
      </div>
      <div class="row mic">
        <span class="muted">{t("desk.microphone")}</span>
        <Level />
      </div>
    </section>
  );
}

function Dial() {
  const can = boot.outgoing && line.value.name === "ready" && !["ringing", "talking", "holding"].includes(duty.value?.status ?? "");
  const go = (event: Event) => {
    event.preventDefault();
    if (typed.value.trim() !== "") void deeds.dial(typed.value.trim()).then((done) => done !== null && (typed.value = ""));
  };
  return (
    <form class="dial" onSubmit={go}>
      <input
        type="tel"
        class="num"
        autocomplete="off"
        aria-label={t("desk.call_number")}
        placeholder={t("desk.call_placeholder")}
        value={typed.value}
        disabled={!boot.outgoing}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      {typed.value !== "" && (
        <button type="button" class="quiet small" aria-label={t("common.clear")} onClick={() => (typed.value = typed.value.slice(0, -1))}>
          <Icon of={Delete} />
        </button>
      )}
      <button class="primary small" disabled={!can || typed.value.trim() === "" || busy.value !== ""}>
        <Icon of={Phone} size={16} />
        {t("desk.call")}
      </button>
    </form>
  );
}
