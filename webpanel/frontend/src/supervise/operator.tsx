/** What can be done about one operator. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Status } from "../desk/types";
import { named, word } from "../desk/words";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { Dialog, inTalk, listeners, Mark, Modes } from "./parts";
import { back, busy, lower, message, out, status } from "./orders";
import { Queues } from "./queues";
import { boot, chosen, flowName, mine, now, operator, sheet } from "./state";
import type { Operator } from "./types";

const CHOICES: readonly Status[] = ["ready", "wrap-up", "on break", "away", "training"];
const to = signal<Status | "">("");
const reason = signal("");
const why = signal("");
const text = signal("");

export function Deeds() {
  const one = operator(chosen.value);
  useEffect(() => {
    to.value = "";
    reason.value = why.value = text.value = "";
  }, [chosen.value]);
  const close = () => (sheet.value = "");
  useEffect(() => {
    if (one === null) close();
  }, [one === null]);
  if (one === null) return null;
  return (
    <Dialog title={one.name} close={close} kind="deeds">
      <p class="row num deeds-now">
        <Mark of={one.status} dialling={one.outgoing} />
        <span>{duration(now.value - one.since)}</span>
        {one.seat !== null && <span class="muted">{t("supervise.seat", { n: one.seat })}</span>}
        <span class="muted">
          {flowName(one.flow)} {one.caller?.number} {one.caller?.name}
        </span>
        {one.hand !== null && (
          <button type="button" class="small primary end" disabled={busy.value !== ""} onClick={() => void lower(one.key)}>
            {t("supervise.hand")}：{t("supervise.lower")}
          </button>
        )}
      </p>
      <div class="deeds-parts">
        <div class="fields">
          <Call of={one} />
          <StatusPart of={one} />
        </div>
        <div class="fields">
          <Write to={one} />
          <section class="part">
            <button type="button" class="danger" onClick={() => out(one.key, why.value)}>
              {t("supervise.out")}
            </button>
          </section>
        </div>
      </div>
      <Queues of={one} />
    </Dialog>
  );
}

function Call({ of }: { of: Operator }) {
  const own = mine.value?.operator === of.key ? mine.value.mode : null;
  const heard = listeners(of.key);
  const hints = { listen: "supervise.listen_hint", whisper: "supervise.whisper_hint", barge: "supervise.barge_hint" };
  return (
    <section class="part">
      <h3>{t("supervise.deeds_call")}</h3>
      {inTalk(of) && of.key !== boot.operator ? (
        <>
          <Modes of={of} now={own} />
          <p class="hint">{t(hints[own ?? "listen"])}</p>
          {heard !== "" && <p class="hint">{heard}</p>}
        </>
      ) : (
        <p class="hint">{t("supervise.no_call")}</p>
      )}
    </section>
  );
}

function StatusPart({ of }: { of: Operator }) {
  const later = inTalk(of) || of.status === "ringing";
  const reasons = boot.reasons.filter((one) => one.status === to.value);
  const apply = (event: Event) => {
    event.preventDefault();
    if (to.value === "") return;
    const run = to.value === "ready" && why.value === "" ? back(of.key) : status(of.key, to.value, reason.value, why.value);
    void run.then((done) => {
      if (done) to.value = "";
    });
  };
  return (
    <section class="part">
      <h3>{t("supervise.deeds_status")}</h3>
      <form class="fields" onSubmit={apply}>
        <div class="chips" role="group" aria-label={t("supervise.deeds_status")}>
          {CHOICES.map((one) => (
            <button
              key={one}
              type="button"
              class="small"
              aria-pressed={to.value === one}
              onClick={() => {
                to.value = to.value === one ? "" : one;
                reason.value = "";
              }}
            >
              {one === "ready" && !of.status.startsWith("ready") ? t("supervise.back") : word(one)}
            </button>
          ))}
        </div>
        {to.value !== "" && (
          <>
            {later && <p class="hint">{t("supervise.status_later")}</p>}
            {reasons.length > 0 && (
              <label>
                {t("supervise.reason")}
                <select value={reason.value} onChange={(event) => (reason.value = event.currentTarget.value)}>
                  <option value="">{t("supervise.no_reason")}</option>
                  {reasons.map((one) => (
                    <option key={one.name} value={one.name}>
                      {named(one)}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <label>
              {t("supervise.why")}
              <input value={why.value} maxLength={200} onInput={(event) => (why.value = event.currentTarget.value)} />
            </label>
            <button class="primary" disabled={busy.value !== ""}>
              {t("supervise.apply")}
            </button>
          </>
        )}
      </form>
    </section>
  );
}

function Write({ to: whom }: { to: Operator }) {
  const send = (event: Event) => {
    event.preventDefault();
    void message(text.value, whom.key).then((done) => {
      if (done) text.value = "";
    });
  };
  return (
    <section class="part">
      <form class="fields" onSubmit={send}>
        <label>
          {t("supervise.message_to", { name: whom.name })}
          <textarea rows={3} maxLength={500} required value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        <button disabled={busy.value !== "" || text.value.trim() === ""}>{t("supervise.message_send")}</button>
      </form>
    </section>
  );
}
