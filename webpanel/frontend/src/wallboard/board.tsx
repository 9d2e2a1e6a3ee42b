/** The wallboard: seven figures, a row per flow, the clock, the opening state, and the age of it all. */
import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { lang, t } from "../shared/page";
import { allow, allowed } from "./chime";
import { day, duration, percent, timeOfDay } from "../shared/format";
import type { Flow, Level, Picture } from "./picture";
import { age, picture, serverNow, silent } from "./state";

const MARKS: Record<Level, string> = { calm: "●", caution: "▲", alarm: "◆" };
const sound = signal(false);

export function Board() {
  const now = picture.value;
  if (now === null) return <p class="loading">{t("wallboard.loading")}</p>;
  return (
    <div class={`board ${silent.value ? "stale" : ""}`}>
      <Header now={now} />
      <Tiles now={now} />
      <Flows now={now} />
      <Lost />
    </div>
  );
}

function Header({ now }: { now: Picture }) {
  const { standing, centre } = now;
  const clock = standing.clock + (serverNow.value - now.now);
  const closed = standing.announcement === "new-year" ? t("wallboard.new_year") : t("wallboard.closed");
  return (
    <header>
      <h1>{lang.startsWith("en") ? centre.name_en : centre.name}</h1>
      <span class={`pill ${standing.open ? "open" : "closed"}`}>
        <span aria-hidden="true">{standing.open ? "●" : "■"}</span> {standing.open ? t("wallboard.open") : closed}
      </span>
      <span class="sub">
        {lang.startsWith("en") ? standing.season_en : standing.season}
        <span class="num">{standing.hours}</span>
        {standing.seats !== null && standing.seats_taken !== null && (
          <span class="num">
            {t("wallboard.seats")} {standing.seats_taken} / {standing.seats}
          </span>
        )}
      </span>
      <Sound />
      <time class="clock num">{timeOfDay(clock, centre.zone)}</time>
      <span class="sub right">
        <span>{day(clock, centre.zone, lang)}</span>
        <span class="num">{t("wallboard.age", { n: (age.value / 1000).toFixed(1) })}</span>
      </span>
    </header>
  );
}

function Sound() {
  if (sound.value || allowed()) return null;
  const turnOn = () => void allow().then(() => (sound.value = true));
  return (
    <button class="sound" type="button" onClick={turnOn}>
      ♪ {t("wallboard.listen")}
    </button>
  );
}

function Tiles({ now }: { now: Picture }) {
  const { levels, total, thresholds } = now;
  const wait = waited(now.waiting_since, now);
  return (
    <section class="tiles">
      <Tile name={t("wallboard.waiting")} level={levels.waiting} value={now.waiting} unit={t("wallboard.calls")}>
        <span>
          {t("wallboard.talking")} {now.talking + now.holding}
        </span>
      </Tile>
      <Tile name={t("wallboard.longest")} level={levels.longest} value={wait === null ? "–" : duration(wait)}>
        <span>{t("wallboard.within", { n: duration(thresholds.wait_caution * 1000) })}</span>
      </Tile>
      <Tile name={t("wallboard.available")} level={levels.available} value={now.available} unit={t("wallboard.people")} good>
        <span>
          {t("wallboard.wrap_up")} {now.wrap_up}　{t("wallboard.away")} {now.away}
        </span>
      </Tile>
      <Tile name={t("wallboard.rate")} level={levels.rate} value={percent(total.rate)} unit="%">
        <span>{t("wallboard.target", { n: `${thresholds.rate_caution * 100} %` })}</span>
      </Tile>
      <Tile name={t("wallboard.offered")} value={total.offered} unit={t("wallboard.calls")} small>
        <span>
          {t("wallboard.overflowed")} {total.overflowed}
        </span>
        {!now.balanced && <span class="unbalanced">{t("wallboard.unbalanced")}</span>}
      </Tile>
      <Tile name={t("wallboard.answered")} value={total.answered} unit={t("wallboard.calls")} small />
      <Tile name={t("wallboard.abandoned")} value={total.abandoned} unit={t("wallboard.calls")} small>
        <span>
          {t("wallboard.short")} {total.short}
        </span>
      </Tile>
      <Tile name={t("wallboard.in_time")} value={percent(total.in_time)} unit="%" small>
        <span>{t("wallboard.of_stayed")}</span>
      </Tile>
    </section>
  );
}

interface TileProps {
  name: string;
  value: number | string;
  unit?: string;
  level?: Level;
  small?: boolean;
  good?: boolean;
  children?: ComponentChildren;
}

function Tile({ name, value, unit, level, small, good, children }: TileProps) {
  const kind = [level ?? "", small ? "small" : "", good && level === "calm" ? "good" : ""].join(" ");
  return (
    <article class={`tile ${kind}`}>
      <h2>{name}</h2>
      <p class="value num" aria-live="polite">
        {value}
        {unit && <small>{unit}</small>}
      </p>
      <p class="foot num">
        {level && level !== "calm" && (
          <b>
            {MARKS[level]} {t(`wallboard.${level}`)}
          </b>
        )}
        {children}
      </p>
    </article>
  );
}

function Flows({ now }: { now: Picture }) {
  return (
    <table class="flows num">
      <thead>
        <tr>
          <th scope="col">{t("wallboard.flow")}</th>
          <th scope="col">{t("wallboard.waiting_short")}</th>
          <th scope="col">{t("wallboard.longest_short")}</th>
          <th scope="col">{t("wallboard.available_short")}</th>
          <th scope="col">{t("wallboard.offered_short")}</th>
          <th scope="col">{t("wallboard.answered_short")}</th>
          <th scope="col">{t("wallboard.abandoned_short")}</th>
          <th scope="col">{t("wallboard.rate")}</th>
          <th class="bars" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {now.flows.map((flow) => (
          <Row key={flow.key} flow={flow} now={now} />
        ))}
      </tbody>
    </table>
  );
}

/** How long somebody has waited; it stands still while nobody knows whether they still do. */
function waited(since: number | null, now: Picture): number | null {
  if (since === null) return null;
  return (silent.value ? now.now : serverNow.value) - since;
}

function Row({ flow, now }: { flow: Flow; now: Picture }) {
  const wait = waited(flow.waiting_since, now);
  const caution = now.thresholds.wait_caution * 1000;
  return (
    <tr>
      <th scope="row">{lang.startsWith("en") ? flow.name_en : flow.name}</th>
      <td>{flow.waiting}</td>
      <td class={wait !== null && wait >= caution ? "caution" : ""}>{wait === null ? "–" : duration(wait)}</td>
      <td>{flow.available ?? "–"}</td>
      <td>{flow.total.offered}</td>
      <td>{flow.total.answered}</td>
      <td>{flow.total.abandoned}</td>
      <td>{flow.total.rate === null ? "–" : `${percent(flow.total.rate)} %`}</td>
      <td class="bars">
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="6" />
          <rect class="fill" width={100 * (flow.total.rate ?? 0)} height="6" />
        </svg>
      </td>
    </tr>
  );
}

function Lost() {
  if (!silent.value) return null;
  return (
    <div class="lost" role="alert">
      <strong>{silent.value === "server" ? t("wallboard.no_server") : t("wallboard.no_switch")}</strong>
      <span class="num">{t("wallboard.stale", { n: duration(age.value) })}</span>
    </div>
  );
}
