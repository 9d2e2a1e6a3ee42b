/** The wallboard: seven figures, a row per flow, the clock, the opening state, and the age of it all. */
import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { allow, allowed } from "./chime";
import { day, duration, percent, timeOfDay } from "../shared/format";
import type { Flow, Level, Picture } from "./picture";
import { age, picture, serverNow, silent } from "./state";
import type { Words } from "./words";

interface Props {
  lang: string;
  words: Words;
}

const MARKS: Record<Level, string> = { calm: "●", caution: "▲", alarm: "◆" };
const sound = signal(false);

export function Board({ lang, words }: Props) {
  const now = picture.value;
  if (now === null) return <p class="loading">{words.loading}</p>;
  return (
    <div class={`board ${silent.value ? "stale" : ""}`}>
      <Header lang={lang} words={words} now={now} />
      <Tiles words={words} now={now} />
      <Flows lang={lang} words={words} now={now} />
      <Lost words={words} />
    </div>
  );
}

function Header({ lang, words, now }: Props & { now: Picture }) {
  const { standing, centre } = now;
  const clock = standing.clock + (serverNow.value - now.now);
  const closed = standing.announcement === "new-year" ? words.newYear : words.closed;
  return (
    <header>
      <h1>{lang.startsWith("en") ? centre.name_en : centre.name}</h1>
      <span class={`pill ${standing.open ? "open" : "closed"}`}>
        <span aria-hidden="true">{standing.open ? "●" : "■"}</span> {standing.open ? words.open : closed}
      </span>
      <span class="sub">
        {lang.startsWith("en") ? standing.season_en : standing.season}
        <span class="num">{standing.hours}</span>
        {standing.seats !== null && standing.seats_taken !== null && (
          <span class="num">
            {words.seats} {standing.seats_taken} / {standing.seats}
          </span>
        )}
      </span>
      <Sound words={words} />
      <time class="clock num">{timeOfDay(clock, centre.zone)}</time>
      <span class="sub right">
        <span>{day(clock, centre.zone, lang)}</span>
        <span class="num">{words.age((age.value / 1000).toFixed(1))}</span>
      </span>
    </header>
  );
}

function Sound({ words }: { words: Words }) {
  if (sound.value || allowed()) return null;
  const turnOn = () => void allow().then(() => (sound.value = true));
  return (
    <button class="sound" type="button" onClick={turnOn}>
      ♪ {words.listen}
    </button>
  );
}

function Tiles({ words, now }: { words: Words; now: Picture }) {
  const { levels, total, thresholds } = now;
  const wait = waited(now.waiting_since, now);
  return (
    <section class="tiles">
      <Tile name={words.waiting} level={levels.waiting} words={words} value={now.waiting} unit={words.calls}>
        <span>
          {words.talking} {now.talking + now.holding}
        </span>
      </Tile>
      <Tile name={words.longest} level={levels.longest} words={words} value={wait === null ? "–" : duration(wait)}>
        <span>{words.within(duration(thresholds.wait_caution * 1000))}</span>
      </Tile>
      <Tile name={words.available} level={levels.available} words={words} value={now.available} unit={words.people} good>
        <span>
          {words.wrapUp} {now.wrap_up}　{words.away} {now.away}
        </span>
      </Tile>
      <Tile name={words.rate} level={levels.rate} words={words} value={percent(total.rate)} unit="%">
        <span>{words.target(`${thresholds.rate_caution * 100} %`)}</span>
      </Tile>
      <Tile name={words.offered} words={words} value={total.offered} unit={words.calls} small>
        <span>
          {words.overflowed} {total.overflowed}
        </span>
        {!now.balanced && <span class="unbalanced">{words.unbalanced}</span>}
      </Tile>
      <Tile name={words.answered} words={words} value={total.answered} unit={words.calls} small />
      <Tile name={words.abandoned} words={words} value={total.abandoned} unit={words.calls} small>
        <span>
          {words.short} {total.short}
        </span>
      </Tile>
      <Tile name={words.inTime} words={words} value={percent(total.in_time)} unit="%" small>
        <span>{words.ofStayed}</span>
      </Tile>
    </section>
  );
}

interface TileProps {
  name: string;
  words: Words;
  value: number | string;
  unit?: string;
  level?: Level;
  small?: boolean;
  good?: boolean;
  children?: ComponentChildren;
}

function Tile({ name, words, value, unit, level, small, good, children }: TileProps) {
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
            {MARKS[level]} {words[level]}
          </b>
        )}
        {children}
      </p>
    </article>
  );
}

function Flows({ lang, words, now }: Props & { now: Picture }) {
  return (
    <table class="flows num">
      <thead>
        <tr>
          <th scope="col">{words.flow}</th>
          <th scope="col">{words.waitingShort}</th>
          <th scope="col">{words.longestShort}</th>
          <th scope="col">{words.availableShort}</th>
          <th scope="col">{words.offeredShort}</th>
          <th scope="col">{words.answeredShort}</th>
          <th scope="col">{words.abandonedShort}</th>
          <th scope="col">{words.rate}</th>
          <th class="bars" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {now.flows.map((flow) => (
          <Row key={flow.key} flow={flow} lang={lang} now={now} />
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

function Row({ flow, lang, now }: { flow: Flow; lang: string; now: Picture }) {
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

function Lost({ words }: { words: Words }) {
  if (!silent.value) return null;
  return (
    <div class="lost" role="alert">
      <strong>{silent.value === "server" ? words.noServer : words.noSwitch}</strong>
      <span class="num">{words.stale(duration(age.value))}</span>
    </div>
  );
}
