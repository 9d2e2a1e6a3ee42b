/** What the operator writes: notes, the kind of case, and the wrap-up that ends with them. */
import { computed, signal } from "@preact/signals";
import { createRef } from "preact";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { find, groups, type Case } from "./cases";
import { deeds } from "./desk";
import { boot, busy, duty, keeping, now, pop, written } from "./state";
import { Bar, Key } from "./parts";
import { named, word } from "./words";

export const noteField = createRef<HTMLTextAreaElement>();
export const caseField = createRef<HTMLInputElement>();

const typed = signal("");
/** The upper kind whose kinds are shown; null: the flow's own. */
const above = signal<string | null>(null);

/** Whether there is a call to write about: the one at hand, or one that was not saved. */
export const writing = computed(() => {
  const doing = duty.value;
  if (written.value.leg === "") return false;
  const about = doing !== null && doing.leg === written.value.leg;
  return about || (!written.value.saved && (written.value.text !== "" || written.value.case !== ""));
});

export function Writing() {
  const open = writing.value;
  const { text } = written.value;
  return (
    <section class="card writing" aria-label={t("desk.notes")}>
      <WrapUp />
      <label class="note-label">
        <span class="row">
          {t("desk.notes")}
          <span class="hint">{open ? t("desk.notes_hint") : ""}</span>
          <Kept />
        </span>
        <textarea
          ref={noteField}
          value={open ? text : ""}
          disabled={!open}
          maxLength={10000}
          placeholder={open ? t("desk.notes_placeholder") : t("desk.notes_idle")}
          onInput={(event) => deeds.write({ text: event.currentTarget.value })}
        />
      </label>
      <Cases open={open} />
      <Save open={open} />
    </section>
  );
}

function Kept() {
  const { name } = keeping.value;
  if (!writing.value) return null;
  const why = keeping.value.name === "refused" ? keeping.value.why : "";
  const words = { idle: "", typing: "…", keeping: t("desk.keeping"), kept: `✓ ${t("desk.kept")}`, here: t("desk.kept_here"), refused: why };
  return (
    <span class={`kept end ${name}`} role={name === "here" || name === "refused" ? "status" : undefined}>
      {words[name]}
    </span>
  );
}

function WrapUp() {
  const doing = duty.value;
  if (doing?.status !== "wrap-up") {
    const left = writing.value && doing !== null && doing.leg !== written.value.leg;
    return left ? <p class="notice caution">{t("desk.unsaved_left")}</p> : null;
  }
  const timed = doing.due !== null;
  const left = (doing.due ?? 0) - now.value;
  const hint = { timed: t("desk.wrap_timed"), "timed without exit": t("desk.wrap_no_exit") }[doing.mode as "timed"] ?? t("desk.wrap_own_pace");
  return (
    <div class="wrap-bar">
      <p class="row">
        <b class="num" aria-hidden="true">
          {timed ? t("desk.wrap_left", { time: duration(left + 999) }) : t("desk.wrap_elapsed", { time: duration(now.value - doing.since) })}
        </b>
        <span class="hint end">{hint}</span>
      </p>
      {timed && <Bar share={left / ((doing.due ?? 1) - doing.since)} kind="wrap" />}
    </div>
  );
}

function Cases({ open }: { open: boolean }) {
  const flow = pop.value?.flow ?? "";
  const all = groups(boot.cases, flow);
  const found = find(boot.cases, typed.value);
  const mine = open ? written.value.case : "";
  const chosen = boot.cases.find((one) => one.key === mine);
  const at = above.value ?? (chosen?.parent || all[0]?.above.key || "");
  const group = all.find((one) => one.above.key === at) ?? all[0];
  const shown = typed.value !== "" ? found : group?.below.length ? group.below : group ? [group.above] : [];
  return (
    <fieldset class="cases" disabled={!open}>
      <legend>
        {t("desk.case")} <Key of="wrap_up" />
        {chosen && <b class="chosen">✓ {named(chosen)}</b>}
      </legend>
      <input
        ref={caseField}
        type="search"
        autocomplete="off"
        aria-label={t("desk.case_search")}
        placeholder={t("desk.case_search")}
        value={typed.value}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key !== "Enter" || event.ctrlKey || event.isComposing || first === undefined) return;
          event.preventDefault();
          choose(first);
        }}
      />
      {typed.value === "" && (
        <div class="chips tops" role="group" aria-label={t("desk.case_all")}>
          {all.map((one) => (
            <button key={one.above.key} type="button" class="small" aria-pressed={one.above.key === at} onClick={() => (above.value = one.above.key)}>
              {named(one.above)}
            </button>
          ))}
        </div>
      )}
      <div class="types">
        {shown.map((one) => (
          <button key={one.key} type="button" class={one.key === mine ? "primary" : ""} aria-pressed={one.key === mine} onClick={() => choose(one)}>
            {named(one)}
          </button>
        ))}
        {shown.length === 0 && <p class="hint">{t("desk.case_none")}</p>}
      </div>
    </fieldset>
  );
}

function choose(one: Case): void {
  typed.value = "";
  above.value = null;
  deeds.write({ case: one.key });
}

function Save({ open }: { open: boolean }) {
  const last = boot.cases.find((one) => one.key === pop.value?.last_case);
  const doing = duty.value;
  const next = doing?.next?.status ?? "ready";
  const ends = doing?.status === "wrap-up" && doing.leg === written.value.leg;
  const label = !ends ? t("desk.save") : next === "ready" ? t("desk.save_ready") : t("desk.save_next", { status: word(next) });
  return (
    <div class="row save">
      <button type="button" disabled={!open || last === undefined} title={last && named(last)} onClick={() => last && choose(last)}>
        {t("desk.same_as_last")}
      </button>
      <button type="button" class="primary" disabled={!open || busy.value !== ""} onClick={save}>
        {label} <Key of="save" />
      </button>
    </div>
  );
}

/** Saves; without a kind of case the eye is led to where one is chosen. */
export function save(): void {
  if (!writing.value) return;
  if (written.value.case === "") caseField.current?.focus();
  void deeds.save();
}
