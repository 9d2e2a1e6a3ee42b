/** The screens before the desk: no seat yet, none free, one elsewhere, another tab, gone. */
import type { ComponentChildren } from "preact";
import { t } from "../shared/page";
import { timeOfDay } from "../shared/format";
import { deeds } from "./desk";
import { boot, busy, refusal, state } from "./state";
import { Mark } from "./parts";

function Gate({ title, children, wide = false }: { title: string; children: ComponentChildren; wide?: boolean }) {
  return (
    <section class={`card gate ${wide ? "wide" : ""}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Sit({ label, takeOver = false }: { label: string; takeOver?: boolean }) {
  return (
    <button type="button" class="primary big" disabled={busy.value !== "" || state.value === null} onClick={() => deeds.sitDown(takeOver)}>
      {label}
    </button>
  );
}

export const NoOperator = () => (
  <Gate title={t("desk.title")}>
    <p>{t("desk.no_operator")}</p>
  </Gate>
);

export function Welcome() {
  const seats = state.value?.seats;
  return (
    <Gate title={t("desk.welcome", { name: boot.name })}>
      <p class="muted">{t("desk.sit_down_hint")}</p>
      {seats && (
        <p class="num">
          {t("desk.in_use")} <b>{seats.taken}</b> / {seats.of}
        </p>
      )}
      <Sit label={t("desk.sit_down")} />
    </Gate>
  );
}

export function Full() {
  const held = refusal.value?.kind === "full" ? refusal.value.holders : [];
  return (
    <Gate title={t("desk.full_title")} wide>
      <p>{t("desk.full_hint")}</p>
      <div class="scroll">
        <table class="list">
          <caption class="hidden-visually">{t("desk.full_holders")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("desk.seat")}</th>
              <th scope="col">{t("desk.name")}</th>
              <th scope="col">{t("desk.status")}</th>
              <th scope="col">{t("desk.since")}</th>
            </tr>
          </thead>
          <tbody>
            {held.map((one) => (
              <tr key={one.number}>
                <td class="num">{one.number}</td>
                <td>{one.name}</td>
                <td>{one.status !== "" && <Mark of={one.status} />}</td>
                <td class="num">{timeOfDay(one.since, boot.zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Sit label={t("desk.try_again")} />
    </Gate>
  );
}

export function Taken() {
  const seat = refusal.value?.kind === "taken" ? refusal.value.seat : { ...state.value?.elsewhere, mine: true };
  if (!seat.mine) {
    return (
      <Gate title={t("desk.full_title")}>
        <p>{t("desk.taken_by_other")}</p>
      </Gate>
    );
  }
  return (
    <Gate title={t("desk.taken_title")}>
      <p>{t("desk.taken_hint", { number: seat.number ?? "", place: seat.place ? `${seat.place} ` : "" })}</p>
      <Sit label={t("desk.go_on_here")} takeOver />
    </Gate>
  );
}

export const OtherTab = () => (
  <Gate title={t("desk.other_tab_title")}>
    <p>{t("desk.other_tab_hint")}</p>
    <button type="button" class="primary big" onClick={deeds.takeTab}>
      {t("desk.use_this_tab")}
    </button>
  </Gate>
);

export const Gone = () => (
  <Gate title={t("desk.gone_title")}>
    <p>{t("desk.gone_hint")}</p>
    <Sit label={t("desk.sit_down")} />
  </Gate>
);
