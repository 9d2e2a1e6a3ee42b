/** Which queues an operator serves, at which level, and until when. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../shared/page";
import { clockAt } from "./order";
import { assign, busy, queues, release } from "./orders";
import { boot, flowName, now, question, say } from "./state";
import type { Operator, QueueRow } from "./types";

const rows = signal<QueueRow[]>([]);
const levels = signal<Record<string, number>>({});
const season = signal(false);
const until = signal("");
const HIGHEST = 5;

async function load(key: string): Promise<void> {
  try {
    const { queues: found } = await queues(key);
    rows.value = found;
    levels.value = {};
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), "error");
  }
}

const said = (level: number): string => (level === 0 ? t("supervise.level_none") : t("supervise.level_n", { n: level }));

export function Queues({ of }: { of: Operator }) {
  useEffect(() => {
    rows.value = [];
    season.value = false;
    until.value = boot.closing || clockAt(now.value + 3 * 3_600_000, boot.zone);
    void load(of.key);
  }, [of.key]);
  const changed = rows.value
    .map((row) => ({ queue: row.key, flow: row.flow, before: row.level, level: levels.value[row.key] ?? row.level }))
    .filter((row) => row.level !== row.before);
  const apply = (event: Event) => {
    event.preventDefault();
    const wanted = changed.map(({ queue, level }) => ({ queue, level }));
    const run = () =>
      assign(of.key, wanted, season.value ? "season" : until.value, "").then((done) => done ? load(of.key) : undefined);
    if (!season.value) void run();
    else {
      const changes = changed.map((row) => `${flowName(row.flow)} ${said(row.level)}`).join("、");
      question.value = {
        title: t("supervise.season_ask"),
        text: t("supervise.season_warn", { name: of.name, changes }),
        verb: t("supervise.apply"),
        run,
      };
    }
  };
  return (
    <form class="part queues" onSubmit={apply}>
      <h3>{t("supervise.queues")}</h3>
      <div class="scroll">
        <table class="list num">
          <thead>
            <tr>
              <th scope="col">{t("supervise.flow")}</th>
              <th scope="col">{t("supervise.season_level")}</th>
              <th scope="col">{t("supervise.level")}</th>
              <th scope="col">{t("supervise.until")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <Row key={row.key} of={of} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <fieldset class="row">
          <legend class="hidden-visually">{t("supervise.until")}</legend>
          <label class="check">
            <input type="radio" name="until" checked={!season.value} onChange={() => (season.value = false)} />
            {t("supervise.until_today")}
          </label>
          <input
            type="time"
            class="time num"
            aria-label={t("supervise.until_today")}
            value={until.value}
            required={!season.value}
            disabled={season.value}
            onInput={(event) => (until.value = event.currentTarget.value)}
          />
          <label class="check">
            <input type="radio" name="until" checked={season.value} onChange={() => (season.value = true)} />
            {t("supervise.until_season")}
          </label>
        </fieldset>
        <button class="primary end" disabled={busy.value !== "" || changed.length === 0}>
          {t("supervise.apply")}
        </button>
      </div>
      <p class="hint">{t("supervise.queues_hint")}</p>
    </form>
  );
}

function Row({ of, row }: { of: Operator; row: QueueRow }) {
  const level = levels.value[row.key] ?? row.level;
  const choices = Array.from({ length: Math.max(HIGHEST, row.level, row.season_level) + 1 }, (_, at) => at);
  const undo = () => void release(of.key, row.key).then((done) => done ? load(of.key) : undefined);
  return (
    <tr class={level !== row.level ? "changed" : ""}>
      <th scope="row">{flowName(row.flow)}</th>
      <td class="muted">{said(row.season_level)}</td>
      <td>
        <select
          aria-label={`${flowName(row.flow)} ${t("supervise.level")}`}
          value={String(level)}
          onChange={(event) => (levels.value = { ...levels.value, [row.key]: Number(event.currentTarget.value) })}
        >
          {choices.map((one) => (
            <option key={one} value={String(one)}>
              {said(one)}
            </option>
          ))}
        </select>
      </td>
      <td>
        {row.until === null ? (
          "–"
        ) : (
          <span class="row">
            {t("supervise.until_time", { time: clockAt(row.until, boot.zone) })}
            <button type="button" class="small" disabled={busy.value !== ""} onClick={undo}>
              {t("supervise.release")}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}
