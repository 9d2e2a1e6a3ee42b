/** Everybody who is logged in, as cards or by seat. Arrows move among them, Enter opens what can be done. */
import { useRef } from "preact/hooks";
import { Hand } from "lucide";
import { colour, mark, named, said, word } from "../desk/words";
import { duration } from "../shared/format";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { clockAt, levelOf, moved } from "./order";
import { inTalk, LevelMark, listeners, Mark, Modes } from "./parts";
import { boot, chosen, flowName, mine, now, operators, sheet, shown, wanted } from "./state";
import type { Floor, Operator, Seat } from "./types";

export function open(key: string): void {
  chosen.value = key;
  sheet.value = "operator";
}

/** Who is reached by the Tab key: who was chosen last, else the first. */
const reached = (all: readonly { key: string }[]): string =>
  all.some((one) => one.key === chosen.value) ? chosen.value : (all[0]?.key ?? "");

function useArrows() {
  const grid = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(grid.current?.querySelectorAll<HTMLButtonElement>("button.name") ?? [])];
    const at = all.indexOf(event.target as HTMLButtonElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const columns = getComputedStyle(grid.current!).gridTemplateColumns.split(" ").length;
    const to = moved(event.key, at, all.length, columns);
    if (to === null) return;
    event.preventDefault();
    all[to]?.focus();
  };
  return { ref: grid, onKeyDown };
}

export function Cards() {
  const arrows = useArrows();
  const tab = reached(shown.value);
  if (shown.value.length === 0) {
    return <p class="empty">{wanted.value === "" ? t("supervise.nobody") : t("supervise.nobody_found")}</p>;
  }
  return (
    <ul class="cards" {...arrows}>
      {shown.value.map((one) => (
        <Card key={one.key} of={one} tab={one.key === tab} />
      ))}
    </ul>
  );
}

function Card({ of, tab }: { of: Operator; tab: boolean }) {
  const lasts = now.value - of.since;
  const level = levelOf(of.status, lasts, boot.limits);
  const heard = listeners(of.key);
  const own = mine.value?.operator === of.key ? mine.value.mode : null;
  return (
    <li class={`operator ${colour(of.status)} ${level} ${of.hand === null ? "" : "raised"} ${own === null ? "" : "heard"}`}>
      <div class="line">
        <span class="seat num" title={of.seat === null ? "" : t("supervise.seat", { n: of.seat })}>
          {of.seat ?? "–"}
        </span>
        <Name of={of} tab={tab} />
        {heard !== "" && (
          <span class="ear" title={heard} aria-label={heard} role="img">
            ◉
          </span>
        )}
        {of.hand !== null && (
          <span class="hand num">
            <Icon of={Hand} size={15} />
            <span class="hidden-visually">{t("supervise.hand")}</span> {duration(now.value - of.hand)}
          </span>
        )}
      </div>
      <div class="line">
        <Mark of={of.status} dialling={of.outgoing} />
        <LevelMark of={level} />
        <span class={`elapsed num ${level}`}>{duration(lasts)}</span>
      </div>
      <p class="about">{aboutOf(of)}</p>
      <p class="about num" title={callerOf(of)}>
        {callerOf(of)}
      </p>
      {inTalk(of) && of.key !== boot.operator ? (
        <div class="line foot">
          <Modes of={of} now={own} small />
        </div>
      ) : (
        <p class="about foot">{nextOf(of)}</p>
      )}
    </li>
  );
}

function Name({ of, tab }: { of: Operator; tab: boolean }) {
  return (
    <button
      type="button"
      class="name"
      data-operator={of.key}
      tabIndex={tab ? 0 : -1}
      aria-label={t("supervise.open_deeds", { name: of.name })}
      onFocus={() => (chosen.value = of.key)}
      onClick={() => open(of.key)}
    >
      {of.name}
    </button>
  );
}

/** Of a call the flow, of a wrap-up how long it may last, else the reason. */
function aboutOf(of: Operator): string {
  const left = of.due === null ? "" : t("supervise.time_left", { time: duration(of.due - now.value) });
  const then = inTalk(of) && of.next !== null ? t("supervise.next", { status: said(of.next, boot.reasons) }) : "";
  return [reasonOf(of), flowName(of.flow), left, then].filter(Boolean).join("　");
}

/** The contact and the number, as far as they are known. */
function callerOf(of: Operator): string {
  if (of.caller === null) return "";
  return [of.caller.number || t("supervise.no_number"), of.caller.name].filter(Boolean).join("　");
}

function reasonOf(of: Operator): string {
  const known = boot.reasons.find((one) => one.status === of.status && one.name === of.reason);
  return known === undefined ? of.reason : named(known);
}

function nextOf(of: Operator): string {
  if (of.next !== null) return t("supervise.next", { status: said(of.next, boot.reasons) });
  return of.assigned === null ? "" : t("supervise.assigned_until", { time: clockAt(of.assigned, boot.zone) });
}

/** The seats of the season in force: who holds which, which are free, which are kept for supervisors. */
export function SeatMap({ of }: { of: Floor }) {
  const arrows = useArrows();
  const { held } = of.seats;
  const highest = Math.max(of.seats.of, ...held.map((one) => one.number));
  const numbers = Array.from({ length: highest }, (_, at) => at + 1);
  const free = numbers.filter((number) => number <= of.seats.of && !held.some((one) => one.number === number));
  const kept = Math.max(0, of.seats.reserve - held.filter((one) => one.reserve).length);
  const reserve = new Set(kept === 0 ? [] : free.slice(-kept));
  const tab = reached(held.map((one) => ({ key: one.operator })));
  return (
    <ul class="seats" {...arrows}>
      {numbers.map((number) => {
        const seat = held.find((one) => one.number === number);
        if (seat === undefined) return <Free key={number} number={number} reserve={reserve.has(number)} gone={number > of.seats.of} />;
        return <Taken key={number} seat={seat} over={number > of.seats.of} tab={seat.operator === tab} />;
      })}
    </ul>
  );
}

function Free({ number, reserve, gone }: { number: number; reserve: boolean; gone: boolean }) {
  if (gone) return null;
  return (
    <li class="place free">
      <span class="seat num">{number}</span>
      <span class="muted">{reserve ? t("supervise.seat_reserve") : t("supervise.seat_free")}</span>
    </li>
  );
}

function Taken({ seat, over, tab }: { seat: Seat; over: boolean; tab: boolean }) {
  const one = operators.value.find((other) => other.key === seat.operator);
  if (one === undefined) return <Free number={seat.number} reserve={seat.reserve} gone={over} />;
  const lasts = now.value - one.since;
  const level = levelOf(one.status, lasts, boot.limits);
  const faded = !shown.value.includes(one);
  return (
    <li class={`place ${colour(one.status)} ${level} ${one.hand === null ? "" : "raised"} ${faded ? "faded" : ""}`}>
      <div class="line">
        <span class="seat num">{seat.number}</span>
        <Name of={one} tab={tab} />
        {one.hand !== null && (
          <span class="hand">
            <Icon of={Hand} size={15} />
            <span class="hidden-visually">{t("supervise.hand")}</span>
          </span>
        )}
      </div>
      <div class="line">
        <span class="state">
          <span aria-hidden="true">{mark(one.status)}</span> {word(one.status)}
        </span>
        <span class={`elapsed num ${level}`}>{duration(lasts)}</span>
      </div>
      <p class="about">{aboutOf(one)}</p>
      <p class="about">
        {over ? t("supervise.seat_over") : seat.reserve ? t("supervise.seat_reserve") : ""} {seat.place}
      </p>
    </li>
  );
}
