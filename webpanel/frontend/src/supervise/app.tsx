/** The supervisor's page. */
import { Hand, Keyboard, LayoutGrid, Megaphone, MessageSquare, Armchair } from "lucide";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { Cards, SeatMap } from "./cards";
import { Deeds } from "./operator";
import { clockAt } from "./order";
import { silence, stop } from "./orders";
import { Modes, Question } from "./parts";
import { allowSound, blocked, connecting } from "./phone";
import { EmergencySheet, KeysSheet, MessageSheet } from "./sheets";
import { Side } from "./side";
import { age, boot, chosen, floor, flowName, mine, notice, now, operator, sheet, show, silent, spoken, view, wanted } from "./state";
import { Strip } from "./strip";
import type { Floor } from "./types";

export function Top() {
  const of = floor.value;
  const toAll = () => {
    chosen.value = "";
    sheet.value = "message";
  };
  return (
    <>
      <button type="button" class="small" onClick={toAll}>
        <Icon of={MessageSquare} size={15} /> {t("supervise.message_all")}
      </button>
      <button type="button" class="small danger" onClick={() => (sheet.value = "emergency")}>
        <Icon of={Megaphone} size={15} /> {t("supervise.emergency")}
      </button>
      <button type="button" class="small quiet" onClick={() => (sheet.value = "keys")} aria-label={t("supervise.keys")}>
        <Icon of={Keyboard} size={17} />
      </button>
      {of !== null && <span class="age num muted">{t("supervise.age", { n: (age.value / 1000).toFixed(1) })}</span>}
    </>
  );
}

export function Supervise() {
  const of = floor.value;
  return (
    <>
      <h1 class="hidden-visually">{t("supervise.title")}</h1>
      <p class="hidden-visually" aria-live="polite">
        {spoken.value}
      </p>
      {of === null ? <p class="empty">{t("common.loading")}</p> : <Whole of={of} />}
      <Sheets />
      <Question />
      <Notice />
    </>
  );
}

function Whole({ of }: { of: Floor }) {
  return (
    <div class={`floor ${silent.value ? "stale" : ""}`}>
      <div class="alerts">
        <Emergencies of={of} />
        <Lost />
      </div>
      <Strip of={of} />
      <div class="middle">
        <section class="people" aria-labelledby="people">
          <div class="people-head">
            <h2 id="people">{t("supervise.operators")}</h2>
            <span class="num muted">{t("supervise.seats_taken", { taken: of.seats.held.length, of: of.seats.of })}</span>
            <HandsUp of={of} />
            <input
              type="search"
              id="filter"
              class="end"
              placeholder={t("supervise.filter")}
              aria-label={t("supervise.filter")}
              value={wanted.value}
              onInput={(event) => (wanted.value = event.currentTarget.value)}
            />
            <div class="chips" role="group" aria-label={t("supervise.view")}>
              <button type="button" class="small" aria-pressed={view.value === "cards"} onClick={() => show("cards")}>
                <Icon of={LayoutGrid} size={15} /> {t("supervise.cards")}
              </button>
              <button type="button" class="small" aria-pressed={view.value === "map"} onClick={() => show("map")}>
                <Icon of={Armchair} size={15} /> {t("supervise.map")}
              </button>
            </div>
          </div>
          {view.value === "cards" ? <Cards /> : <SeatMap of={of} />}
        </section>
        <Side of={of} />
      </div>
      <Monitor />
    </div>
  );
}

function HandsUp({ of }: { of: Floor }) {
  const up = of.operators.filter((one) => one.hand !== null).length;
  if (up === 0) return null;
  return (
    <span class="hand num">
      <Icon of={Hand} size={15} /> {t("supervise.hand")} {up}
    </span>
  );
}

function Emergencies({ of }: { of: Floor }) {
  return (
    <>
      {of.emergencies.map((one) => (
        <div key={one.flow} class="emergency" role="status">
          <Icon of={Megaphone} size={18} />
          <strong>{t("supervise.emergency_on")}</strong>
          <span class="pill alarm">{one.flow === "" ? t("supervise.emergency_everybody") : flowName(one.flow)}</span>
          <span class="what" title={one.text}>
            {one.text}
          </span>
          <span class="num">
            {t("supervise.until_time", { time: clockAt(one.until, boot.zone) })}（{one.author}）
          </span>
          <button type="button" class="small danger filled" onClick={() => silence(one.flow, one.text)}>
            {t("supervise.emergency_stop")}
          </button>
        </div>
      ))}
    </>
  );
}

function Lost() {
  if (!silent.value) return null;
  return (
    <div class="lost" role="alert">
      <strong>{silent.value === "server" ? t("common.server_lost") : t("desk.switch_lost")}</strong>
      <span class="num">{t("supervise.stale", { n: duration(age.value) })}</span>
    </div>
  );
}

/** What I listen to: the mode changes on the same leg. */
function Monitor() {
  const one = mine.value;
  const whom = one === null ? null : operator(one.operator);
  if (connecting.value && one === null) {
    return (
      <p class="monitor" role="status">
        {t("supervise.phone_connecting")}
      </p>
    );
  }
  if (one === null || whom === null) return null;
  return (
    <section class="monitor" aria-label={t("supervise.listening_to", { name: whom.name })}>
      <strong>◉ {t("supervise.listening_to", { name: whom.name })}</strong>
      <span class="num">{duration(now.value - one.since)}</span>
      <Modes of={whom} now={one.mode} small />
      {blocked.value && (
        <button type="button" class="danger" onClick={allowSound}>
          {t("supervise.sound_blocked")}
        </button>
      )}
      <button type="button" class="small end" onClick={() => void stop()}>
        {t("supervise.stop_listening")}
      </button>
    </section>
  );
}

function Sheets() {
  if (sheet.value === "operator") return <Deeds />;
  if (sheet.value === "message") return <MessageSheet />;
  if (sheet.value === "emergency") return <EmergencySheet />;
  return sheet.value === "keys" ? <KeysSheet /> : null;
}

function Notice() {
  const said = notice.value;
  return (
    <div class="toast" role={said?.kind === "error" ? "alert" : "status"} popover="manual" ref={(node) => raised(node, said !== null)}>
      {said !== null && (
        <p class={`notice ${said.kind}`}>
          {said.text}
          <button type="button" class="quiet small" onClick={() => (notice.value = null)} aria-label={t("common.close")}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}

/** Above everything, dialogs included: what is shown last lies on top. */
function raised(node: HTMLElement | null, on: boolean): void {
  if (node === null || !node.isConnected) return;
  if (node.matches(":popover-open")) node.hidePopover();
  if (on) node.showPopover();
}

