/** What stands in the page's bar: status, seat, sound, and the hand. */
import { Hand, Keyboard, LogOut } from "lucide";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { asked, boot, busy, duty, leader, line, now, sheet, state, talk } from "./state";
import { Key, Mark } from "./parts";
import { flowName } from "./words";

export function Top() {
  const present = state.value;
  const doing = duty.value;
  if (present?.seat == null || doing === null) return null;
  const { taken, of } = present.seats;
  return (
    <>
      <Mark of={doing.status} />
      {doing.flow !== "" && <span class="muted">{flowName(doing)}</span>}
      <span class="facts end num">
        <span title={t("desk.your_seat", { number: present.seat.number })}>{t("desk.seats", { taken, of })}</span>
        {leader.value.name !== "elsewhere" && <Sounds />}
      </span>
      <button type="button" class={`small hand ${present.hand === null ? "" : "up"}`} aria-pressed={present.hand !== null} disabled={busy.value === "hand"} onClick={deeds.hand}>
        <Icon of={Hand} size={16} />
        {present.hand === null ? t("desk.hand") : t("desk.hand_up", { time: duration(now.value - present.hand) })} <Key of="hand" />
      </button>
      <button type="button" class="small quiet" title={t("desk.settings")} aria-label={t("desk.settings")} onClick={() => (sheet.value = "keys")}>
        <Icon of={Keyboard} />
      </button>
      <button type="button" class="small quiet" title={t("desk.log_out")} aria-label={t("desk.log_out")} onClick={deeds.leave}>
        <Icon of={LogOut} />
      </button>
    </>
  );
}

/** The quality of the call, or of the line while there is none. */
function Sounds() {
  const heard = (asked.value ?? talk.value)?.sound ?? null;
  if (heard === null) return <span class={line.value.name === "ready" ? "" : "bad"}>{lineWords()}</span>;
  const loss = heard.loss ?? 0;
  const rtt = heard.rtt ?? 0;
  const jitter = heard.jitter ?? 0;
  if (!boot.voice) return <span>{t("desk.no_voice")}</span>;
  const grade = loss > 0.05 || rtt > 400 || jitter > 60 ? "poor" : loss > 0.01 || rtt > 200 || jitter > 30 ? "fair" : "good";
  return (
    <span class={grade === "good" ? "" : "bad"}>
      {t("desk.quality")} {t(`desk.quality_${grade}`)}
      {heard.rtt !== null && ` ・ ${t("desk.ms", { n: Math.round(rtt) })}`}
    </span>
  );
}

export function lineWords(): string {
  const how = line.value;
  if (how.name === "ready") return t("desk.line_ready");
  if (how.name === "connecting") return t("desk.line_connecting", { n: how.attempt });
  if (how.name === "refused") return t("desk.line_refused");
  return how.name === "taken-over" ? t("desk.line_taken_over") : t("desk.line_offline");
}
