/** What opens over the page besides an operator's deeds: a message, an emergency announcement, the keys. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { named } from "../desk/words";
import { t } from "../shared/page";
import { keycap, KEYS } from "./keys";
import { clockAt } from "./order";
import { announce, busy, message } from "./orders";
import { Dialog } from "./parts";
import { boot, chosen, now, operator, sheet } from "./state";

const text = signal("");
const flow = signal("");
const prepared = signal("");
const until = signal("");
const close = () => (sheet.value = "");

export function MessageSheet() {
  const one = operator(chosen.value);
  useEffect(() => {
    text.value = "";
  }, []);
  const send = (event: Event) => {
    event.preventDefault();
    void message(text.value, one?.key ?? "").then((done) => done && close());
  };
  return (
    <Dialog title={one === null ? t("supervise.message_all") : t("supervise.message_to", { name: one.name })} close={close}>
      <form class="fields" onSubmit={send}>
        <label>
          {t("supervise.message_text")}
          <textarea rows={4} maxLength={500} required autofocus value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        <div class="row end">
          <button type="button" onClick={close}>
            {t("common.cancel")}
          </button>
          <button class="primary" disabled={busy.value !== "" || text.value.trim() === ""}>
            {t("supervise.message_send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const HOURS = [1, 2, 4];

export function EmergencySheet() {
  useEffect(() => {
    text.value = flow.value = prepared.value = "";
    until.value = clockAt(now.value + 3_600_000, boot.zone);
  }, []);
  const later = (hours: number) => (until.value = clockAt(now.value + hours * 3_600_000, boot.zone));
  const choose = (key: string) => {
    prepared.value = key;
    text.value = boot.announcements.find((one) => one.key === key)?.text ?? text.value;
  };
  const send = (event: Event) => {
    event.preventDefault();
    void announce(flow.value, text.value, until.value).then((done) => done && close());
  };
  const tomorrow = until.value !== "" && until.value <= clockAt(now.value, boot.zone);
  return (
    <Dialog title={t("supervise.emergency")} close={close} kind="emergency-sheet">
      <form class="fields" onSubmit={send}>
        <p class="notice error">{t("supervise.emergency_hint")}</p>
        <fieldset>
          <legend>{t("supervise.emergency_for")}</legend>
          <div class="chips">
            <button type="button" class="small" aria-pressed={flow.value === ""} onClick={() => (flow.value = "")}>
              {t("supervise.emergency_everybody")}
            </button>
            {boot.flows.map((one) => (
              <button
                key={one.key}
                type="button"
                class="small"
                aria-pressed={flow.value === one.key}
                onClick={() => (flow.value = one.key)}
              >
                {named(one)}
              </button>
            ))}
          </div>
        </fieldset>
        <label>
          {t("supervise.emergency_prepared")}
          <select value={prepared.value} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">{t("supervise.emergency_own")}</option>
            {boot.announcements.map((one) => (
              <option key={one.key} value={one.key}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("supervise.emergency_text")}
          <textarea rows={4} maxLength={1000} required value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        <div class="row">
          <label>
            {t("supervise.ends_at")}
            <input type="time" class="time num" required value={until.value} onInput={(event) => (until.value = event.currentTarget.value)} />
          </label>
          {tomorrow && <span class="pill wrap">{t("supervise.tomorrow")}</span>}
          <span class="chips bottom">
            {HOURS.map((hours) => (
              <button key={hours} type="button" class="small" onClick={() => later(hours)}>
                {t("supervise.in_hours", { n: hours })}
              </button>
            ))}
            {boot.closing !== "" && (
              <button type="button" class="small" onClick={() => (until.value = boot.closing)}>
                {t("supervise.at_closing")} {boot.closing}
              </button>
            )}
          </span>
        </div>
        <div class="row end">
          <button type="button" onClick={close}>
            {t("common.cancel")}
          </button>
          <button class="danger filled" disabled={busy.value !== "" || text.value.trim() === ""}>
            {busy.value === "announce" ? t("supervise.emergency_making") : t("supervise.emergency_put")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function KeysSheet() {
  return (
    <Dialog title={t("supervise.keys")} close={close}>
      <dl class="facts keys">
        {KEYS.map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{keycap(key)}</kbd>
            </dt>
            <dd>{label()}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
