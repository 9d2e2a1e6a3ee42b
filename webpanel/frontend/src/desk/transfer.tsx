/** Where a call goes: a colleague with what they do, a queue, a number; at once, or after asking. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { fold } from "./cases";
import { deeds } from "./desk";
import { failed } from "./server";
import { boot, busy, now } from "./state";
import { Dialog, Mark } from "./parts";
import type { Targets } from "./types";
import { flowName } from "./words";

const targets = signal<Targets | null>(null);
const typed = signal("");
const chosen = signal<{ kind: "operator" | "queue" | "number"; to: string; who: string; free: boolean } | null>(null);
const AGAIN = 3000;

export function Transfer() {
  useEffect(() => {
    typed.value = "";
    chosen.value = targets.value = null;
    const look = () => void deeds.targets().then((found) => (targets.value = found), failed);
    look();
    const timer = setInterval(look, AGAIN);
    return () => clearInterval(timer);
  }, []);
  const to = chosen.value;
  const send = (first: boolean) => to && void deeds.transfer(to.kind, to.to, to.who, first);
  return (
    <Dialog of="transfer" title={t("desk.transfer_title")}>
      <input
        type="search"
        autocomplete="off"
        aria-label={t("desk.transfer_search")}
        placeholder={t("desk.transfer_search")}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          chosen.value = number(typed.value);
        }}
      />
      <div class="targets">
        <Operators />
        <Queues />
      </div>
      {chosen.value?.kind === "number" && (
        <p>
          {t("desk.outside")} <b class="num">{chosen.value.to}</b>
        </p>
      )}
      <div class="row">
        <button type="button" class="primary" disabled={to === null || to.kind === "queue" || busy.value !== ""} onClick={() => send(true)}>
          {t("desk.transfer_ask")}
        </button>
        <button type="button" disabled={to === null || busy.value !== ""} onClick={() => send(false)}>
          {t("desk.transfer_now")}
        </button>
      </div>
    </Dialog>
  );
}

/** A number that was typed, ready to be called. */
function number(text: string): typeof chosen.value {
  const plain = text.normalize("NFKC").replace(/[-ー－‐−() ]/g, "");
  return boot.outgoing && /^\+?\d{3,}$/.test(plain) ? { kind: "number", to: plain, who: text, free: true } : null;
}

function Operators() {
  const wanted = fold(typed.value);
  const found = targets.value?.operators.filter((one) => [one.name, one.kana, one.key].some((text) => fold(text).includes(wanted)));
  return (
    <fieldset>
      <legend>{t("desk.operators")}</legend>
      {found?.length === 0 && <p class="hint">{t("desk.no_colleague")}</p>}
      {found?.map((one) => (
        <button
          key={one.key}
          type="button"
          class="target"
          aria-pressed={chosen.value?.to === one.key}
          onClick={() => (chosen.value = { kind: "operator", to: one.key, who: one.name, free: one.free })}
          disabled={!one.free}
        >
          <b>{one.name}</b>
          <span class="end row">
            <Mark of={one.status} />
            <span class="num muted">{duration(now.value - one.since)}</span>
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function Queues() {
  const wanted = fold(typed.value);
  return (
    <fieldset>
      <legend>{t("desk.queues")}</legend>
      {targets.value?.queues
        .filter((one) => fold(flowName(one)).includes(wanted))
        .map((one) => (
          <button
            key={one.key}
            type="button"
            class="target"
            aria-pressed={chosen.value?.to === one.key}
            onClick={() => (chosen.value = { kind: "queue", to: one.key, who: flowName(one), free: true })}
          >
            <b>{flowName(one)}</b>
            <span class="end muted num">
              {t("desk.waiting_n", { n: one.waiting })}
              {one.available !== null && `　${t("desk.available_n", { n: one.available })}`}
            </span>
          </button>
        ))}
    </fieldset>
  );
}
