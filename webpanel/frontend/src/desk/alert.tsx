/** The card of a call that arrives: which flow, who, how long they waited, and how long it is still ours. */
import { Phone } from "lucide";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { duty, now, pop, ringing } from "./state";
import { Bar, Key } from "./parts";
import { flowName } from "./words";

export function Alert() {
  const call = ringing.value;
  if (call === null) return null;
  const doing = duty.value?.status === "ringing" ? duty.value : null;
  const about = doing === null ? null : pop.value;
  const left = doing?.withdrawn == null ? null : doing.withdrawn - now.value;
  const whole = doing?.withdrawn == null ? 1 : doing.withdrawn - doing.since;
  const name = about?.contact?.name ?? call.name;
  return (
    <section class="alert-card" role="alertdialog" aria-labelledby="alert-title" aria-describedby="alert-about">
      <p class="row">
        <span class="pill talk">
          <span aria-hidden="true">◎</span> {t("desk.incoming")}
        </span>
        <b>{doing ? flowName(doing) : t("desk.incoming_direct")}</b>
        {doing?.waits != null && (
          <span class="end muted num">
            {t("desk.waited")} <b aria-hidden="true">{duration(now.value - doing.waits)}</b>
          </span>
        )}
      </p>
      <div id="alert-about">
        {about?.contact?.kana && <p class="kana">{about.contact.kana}</p>}
        <h2 id="alert-title">{name || (about?.number || call.number ? t("desk.unknown_caller") : t("desk.anonymous"))}</h2>
        <p class="tel num">{about?.shown || call.number}</p>
      </div>
      {left !== null && (
        <>
          <Bar share={left / whole} kind="offer" />
          <p class="muted num" aria-hidden="true">
            {t("desk.withdrawn_in", { n: Math.max(0, Math.ceil(left / 1000)) })}
          </p>
        </>
      )}
      <div class="row">
        <button type="button" class="primary big" onClick={deeds.answer}>
          <Icon of={Phone} />
          {t("desk.answer")} <Key of="answer" />
        </button>
        <button type="button" onClick={deeds.reject}>
          {t("desk.reject")}
        </button>
      </div>
    </section>
  );
}
