/** Beside the operators: raised hands, who waits, alarms, and what had drifted. */
import { signal } from "@preact/signals";
import { english } from "../desk/words";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { clockAt, levelOf } from "./order";
import { acknowledge, busy, lower } from "./orders";
import { boot, chosen, flowName, now, operators, sheet } from "./state";
import type { Alarm, Floor } from "./types";

const noting = signal(0);
const note = signal("");

export function Side({ of }: { of: Floor }) {
  return (
    <aside class="side">
      <Hands />
      <Queue of={of} />
      <Alarms of={of} />
      <DriftLog of={of} />
    </aside>
  );
}

function Hands() {
  const up = operators.value.filter((one) => one.hand !== null);
  return (
    <section class="panel" aria-labelledby="hands">
      <h2 id="hands">
        {t("supervise.hands")} <Count of={up.length} loud={up.length > 0} />
      </h2>
      {up.length === 0 ? (
        <p class="none">{t("supervise.no_hands")}</p>
      ) : (
        <ul class="rows">
          {up.map((one) => (
            <li key={one.key} class="hand-row">
              <span class="who">
                <b>{one.name}</b> <span class="num muted">{duration(now.value - (one.hand ?? now.value))}</span>
              </span>
              <span class="acts">
                <button
                  type="button"
                  class="small"
                  onClick={() => {
                    chosen.value = one.key;
                    sheet.value = "message";
                  }}
                >
                  {t("supervise.answer_hand")}
                </button>
                <button type="button" class="small" disabled={busy.value === "hand"} onClick={() => void lower(one.key)}>
                  {t("supervise.lower")}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Queue({ of }: { of: Floor }) {
  const { wait_caution } = of.thresholds;
  return (
    <section class="panel grows" aria-labelledby="queue">
      <h2 id="queue">
        {t("supervise.waiting_list")} <Count of={of.queue.length} loud={of.queue.length > 0} />
      </h2>
      {of.queue.length === 0 ? (
        <p class="none">{t("supervise.nobody_waits")}</p>
      ) : (
        <ol class="rows scrolls" tabIndex={0} aria-label={t("supervise.waiting_list")}>
          {of.queue.map((one) => {
            const wait = now.value - one.since;
            const level = levelOf("waiting", wait, { waiting: [wait_caution, 3 * wait_caution] });
            return (
              <li key={one.call} class="wait-row">
                <span class={`wait num ${level}`}>{duration(wait)}</span>
                <span class="who">
                  <span class="num">{one.number || t("supervise.no_number")}</span>
                  {one.name !== "" && <b>{one.name}</b>}
                </span>
                <span class="muted flow">
                  {flowName(one.flow)}
                  {one.rings.length > 0 && <em>{t("supervise.rings_at", { name: one.rings.join("、") })}</em>}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}

function Alarms({ of }: { of: Floor }) {
  const more = of.alarm_count - of.alarms.length;
  return (
    <details class="panel" open={of.alarm_count > 0}>
      <summary>
        <h2>{t("supervise.alarms")}</h2> <Count of={of.alarm_count} loud={of.alarm_count > 0} alarm />
      </summary>
      {of.alarms.length === 0 && <p class="none">{t("supervise.no_alarms")}</p>}
      <ul class="rows scrolls short" tabIndex={of.alarms.length > 0 ? 0 : undefined} aria-label={t("supervise.alarms")}>
        {of.alarms.map((one) => (
          <AlarmRow key={one.id} of={one} />
        ))}
        {more > 0 && <li class="muted">{t("supervise.alarms_more", { n: more })}</li>}
      </ul>
    </details>
  );
}

function AlarmRow({ of }: { of: Alarm }) {
  const send = (event: Event) => {
    event.preventDefault();
    void acknowledge(of.id, note.value).then((done) => {
      if (done) noting.value = 0;
    });
  };
  return (
    <li class="alarm-row">
      <span class="who">
        <b>◆ {english ? of.text_en : of.text}</b>
        <span class="num muted">
          {clockAt(of.at, boot.zone)} {of.call !== "" ? <a href={`/calls/${encodeURIComponent(of.call)}`}>{t("supervise.call_details")}</a> : of.subject}
        </span>
      </span>
      {noting.value === of.id ? (
        <form onSubmit={send}>
          <label>
            {t("supervise.alarm_what")}
            <input value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} maxLength={500} required />
          </label>
          <button class="small primary">{t("supervise.alarm_done")}</button>
        </form>
      ) : (
        <button
          type="button"
          class="small"
          onClick={() => {
            note.value = "";
            noting.value = of.id;
          }}
        >
          {t("supervise.alarm_done")}
        </button>
      )}
    </li>
  );
}

function DriftLog({ of }: { of: Floor }) {
  const left = of.drift.filter((one) => !one.repaired).length;
  return (
    <details class="panel">
      <summary>
        <h2>{t("supervise.drift")}</h2> <Count of={of.drift.length} loud={left > 0} />
      </summary>
      <p class="hint">{t("supervise.drift_hint")}</p>
      {of.drift.length === 0 && <p class="none">{t("supervise.no_drift")}</p>}
      <ul class="rows scrolls short" tabIndex={of.drift.length > 0 ? 0 : undefined} aria-label={t("supervise.drift")}>
        {of.drift.map((one, at) => (
          <li key={at} class="drift-row">
            <span class="num muted">{clockAt(one.at, boot.zone)}</span>{" "}
            <span class={one.repaired ? "muted" : "level caution"}>
              {one.repaired ? t("supervise.repaired") : `▲ ${t("supervise.not_repaired")}`}
            </span>
            <br />
            <span lang="en">{one.what}</span> {one.note}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Count({ of, loud, alarm = false }: { of: number; loud: boolean; alarm?: boolean }) {
  return <span class={`count num ${loud ? (alarm ? "alarm" : "loud") : ""}`}>{of}</span>;
}

/** What a screen reader is told: hands and alarms that are new. */
export function newsOf(before: Floor | null, next: Floor): string {
  if (before === null) return "";
  const up = next.operators.filter(
    (one) => one.hand !== null && !before.operators.some((other) => other.key === one.key && other.hand !== null),
  );
  const rang = next.alarms.filter((one) => !before.alarms.some((other) => other.id === one.id));
  return [
    ...up.map((one) => t("supervise.say_hand", { name: one.name })),
    ...rang.map((one) => t("supervise.say_alarm", { text: english ? one.text_en : one.text })),
  ].join("、");
}
