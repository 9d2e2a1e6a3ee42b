/** The screen pop: who it is, what is known, what was before. */
import { PhoneOutgoing } from "lucide";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { lang, t } from "../shared/page";
import { deeds } from "./desk";
import { boot, busy, duty, now, talk } from "./state";
import type { Before, Pop } from "./types";
import { english } from "./words";

const when = new Intl.DateTimeFormat(lang.startsWith("en") ? "en-GB" : "ja-JP", {
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZone: boot.zone,
});

export function Caller({ about }: { about: Pop }) {
  const { contact } = about;
  const number = about.shown || about.number;
  return (
    <section class="card caller" aria-label={t("desk.caller")}>
      <div class="who">
        <div>
          <p class="kana">{contact?.kana || " "}</p>
          <h2>{contact?.name ?? (number ? t("desk.unknown_caller") : t("desk.anonymous"))}</h2>
          {contact?.organisation && <p class="muted">{contact.organisation}</p>}
        </div>
        <div class="reach">
          <p class="tel num">{number || t("desk.anonymous")}</p>
          <Waited about={about} />
        </div>
      </div>
      {contact !== null && (contact.tags.length > 0 || contact.note !== "") && (
        <p class="about">
          {contact.tags.map((tag) => (
            <span class="tag" key={tag}>
              {tag}
            </span>
          ))}
          <span>{contact.note}</span>
        </p>
      )}
      {about.others.length > 0 && <p class="hint">{t("desk.others_share", { names: about.others.join("、") })}</p>}
      <Past about={about} />
    </section>
  );
}

function Waited({ about }: { about: Pop }) {
  if (duty.value?.outgoing) return <p class="muted">{t("desk.o_outbound")}</p>;
  if (about.waiting_since === null) return null;
  const until = about.answered_at ?? (duty.value?.status === "ringing" ? now.value : null);
  if (until === null) return null;
  return (
    <p class="muted num">
      {t("desk.waited")} {duration(until - about.waiting_since)}
    </p>
  );
}

function Past({ about }: { about: Pop }) {
  if (about.past.length === 0) return <p class="hint">{t("desk.no_past")}</p>;
  return (
    <table class="past">
      <caption class="hidden-visually">{t("desk.past")}</caption>
      <colgroup>
        <col class="when" />
        <col />
        <col class="by" />
        <col class="outcome" />
        <col class="back" />
      </colgroup>
      <thead class="hidden-visually">
        <tr>
          <th scope="col">{t("desk.past_when")}</th>
          <th scope="col">{t("desk.past_what")}</th>
          <th scope="col">{t("desk.past_who")}</th>
          <th scope="col">{t("desk.past_outcome")}</th>
          <th scope="col">{t("desk.call_back")}</th>
        </tr>
      </thead>
      <tbody>
        {about.past.map((one) => (
          <tr key={one.uuid}>
            <td class="num">{when.format(one.at)}</td>
            <td class="what" title={one.note}>
              <b>{one.cases.map(([ja, en]) => (english ? en : ja)).join("、") || (english ? one.flow_en : one.flow) || "―"}</b>
              {one.note && <span class="muted"> {one.note}</span>}
            </td>
            <td>{one.operators.join("、") || "―"}</td>
            <td>{outcome(one)}</td>
            <td class="back">
              <Back call={one} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const OUTCOMES = new Set(["answered", "abandoned", "short abandoned", "timed out", "out of hours", "left in IVR", "outbound", "waiting"]);
function outcome(one: Before): string {
  if (!OUTCOMES.has(one.outcome)) return one.outcome === "" ? "―" : t("desk.o_other");
  return t(`desk.o_${one.outcome.replaceAll(" ", "_")}`);
}

function Back({ call }: { call: Before }) {
  if (!boot.outgoing) return null;
  return (
    <button
      type="button"
      class="small quiet"
      title={t("desk.call_back")}
      aria-label={t("desk.call_back")}
      disabled={talk.value !== null || busy.value !== ""}
      onClick={() => deeds.callBack(call.uuid)}
    >
      <Icon of={PhoneOutgoing} size={16} />
    </button>
  );
}
