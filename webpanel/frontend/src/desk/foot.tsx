/** The foot of the desk: the operator's own day, the queue, the connection, the last word of a supervisor. */
import { signal } from "@preact/signals";
import { duration, timeOfDay } from "../shared/format";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { boot, now, notices, served, sheet, state, tick } from "./state";
import { Dialog } from "./parts";

const read = signal(0);

export function Foot() {
  const present = state.value;
  if (present === null) return null;
  const { today, queue } = present;
  const last = notices.value.at(-1);
  const fresh = notices.value.filter((one) => one.number > read.value).length;
  const rtt = tick.value ? deeds.rtt() : null;
  const open = () => {
    read.value = last?.number ?? 0;
    sheet.value = "messages";
  };
  return (
    <footer class="foot">
      <span>
        {t("desk.today")}　{t("desk.today_answered")} <b class="num">{today.answered}</b>
      </span>
      <span>
        {t("desk.today_handling")} <b class="num">{today.handling === null ? "–" : duration(today.handling)}</b>
      </span>
      <span>
        {t("desk.today_ready")} <b class="num">{duration(today.ready)}</b>
      </span>
      <button type="button" class={`quiet small said ${fresh ? "fresh" : ""}`} onClick={open}>
        {t("desk.messages")}
        {fresh > 0 && <b class="count num">{fresh}</b>}
        {last && <span class="last">{last.text}</span>}
      </button>
      <span class="hidden-visually" aria-live="polite">
        {last && `${t("desk.messages")} ${last.text}`}
      </span>
      <span class="end">
        {t("desk.queue_waiting")} <b class="num">{queue.waiting}</b>　{t("desk.queue_longest")}{" "}
        <b class="num">{queue.since === null ? "–" : duration(now.value - queue.since)}</b>
      </span>
      <span class={served.value && present.connected ? "" : "bad"}>
        {t("desk.server")} <b>{served.value && present.connected ? t("desk.server_good") : t("desk.server_gone")}</b>
        {rtt !== null && <span class="num"> {t("desk.ms", { n: Math.round(rtt) })}</span>}
      </span>
    </footer>
  );
}

export function Messages() {
  return (
    <Dialog of="messages" title={t("desk.messages")}>
      {notices.value.length === 0 && <p class="hint">{t("desk.no_messages")}</p>}
      <ul class="messages">
        {[...notices.value].reverse().map((one) => (
          <li key={one.number}>
            <p class="hint num">{t("desk.message_from", { author: one.author, time: timeOfDay(one.at, boot.zone) })}</p>
            <p>{one.text}</p>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
