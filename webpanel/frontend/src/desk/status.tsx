/** What the operator does, since when, and what comes next. */
import { signal } from "@preact/signals";
import { createRef } from "preact";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { boot, busy, duty, now, talk } from "./state";
import { Key, Mark } from "./parts";
import type { Choice, Duty, Status } from "./types";
import { named, said, word } from "./words";

const CHOICES: readonly Status[] = ["ready", "on break", "away", "training"];
/** The status whose reasons are shown. */
const asking = signal<Status | "">("");

export const statusField = createRef<HTMLDivElement>();

export function StatusCard() {
  const doing = duty.value;
  if (doing === null) return null;
  const later = doing.status === "ringing" || doing.status === "talking" || doing.status === "holding";
  const locked = doing.status === "wrap-up" && doing.mode === "timed without exit";
  const title = later ? t("desk.status_next") : locked ? t("desk.status_after_wrap_up") : t("desk.choose_status");
  const chosen: Choice | null = later || locked ? doing.next : doing;
  return (
    <section class="card status-card" aria-label={t("desk.status")}>
      <div class="now" aria-live="polite">
        <h2>{doing.outgoing && talk.value?.answeredAt == null ? <Outgoing doing={doing} /> : <Mark of={doing.status} big />}</h2>
        <span class="num elapsed" aria-hidden="true">
          {duration(now.value - doing.since)}
        </span>
        {doing.reason && <span class="reason">{reasonWord(doing)}</span>}
      </div>
      <div>
        <h3>
          {title} <Key of="status" />
        </h3>
        <div class="chips" ref={statusField}>
          {CHOICES.map((status) => (
            <Chip key={status} status={status} chosen={chosen} later={later || locked} call={later} />
          ))}
        </div>
        {asking.value !== "" && <Reasons status={asking.value} />}
        {chosen !== null && (later || locked) && chosen.status !== "ready" && (
          <p class="hint">{t("desk.after_call", { status: said(chosen, boot.reasons) })}</p>
        )}
      </div>
    </section>
  );
}

function Outgoing({ doing }: { doing: Duty }) {
  return talk.value === null || talk.value.state === "talking" ? <Mark of={doing.status} big /> : <span class="mark talk">☎ {t("desk.dialling")}</span>;
}

function reasonWord(choice: Choice): string {
  const reason = boot.reasons.find((one) => one.status === choice.status && one.name === choice.reason);
  return reason ? named(reason) : choice.reason;
}

function Chip({ status, chosen, later, call }: { status: Status; chosen: Choice | null; later: boolean; call: boolean }) {
  const reasons = boot.reasons.some((one) => one.status === status);
  const on = chosen === null ? status === "ready" && later : chosen.status === status;
  const press = () => {
    if (reasons && !(on && asking.value === "")) asking.value = asking.value === status ? "" : status;
    else asking.value = "";
    if (!reasons) void deeds.choose(status);
  };
  const label = status === "ready" && call ? t("desk.next_ready") : word(status);
  return (
    <button
      type="button"
      class="small"
      aria-pressed={on}
      aria-expanded={reasons ? asking.value === status : undefined}
      onClick={press}
      disabled={busy.value === "choose"}
    >
      {label}
    </button>
  );
}

function Reasons({ status }: { status: Status }) {
  const choose = (reason: string) => {
    asking.value = "";
    void deeds.choose(status, reason);
  };
  return (
    <div class="chips reasons" role="group" aria-label={t("desk.reason")}>
      {boot.reasons
        .filter((one) => one.status === status)
        .map((one) => (
          <button key={one.name} type="button" class="small" onClick={() => choose(one.name)}>
            {named(one)}
          </button>
        ))}
      <button type="button" class="small quiet" onClick={() => choose("")}>
        {t("desk.no_reason")}
      </button>
    </div>
  );
}
