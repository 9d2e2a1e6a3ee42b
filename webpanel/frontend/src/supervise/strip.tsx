/** The queue strip: each flow and all of them, with the wallboard's levels. */
import { english } from "../desk/words";
import { duration, percent } from "../shared/format";
import { t } from "../shared/page";
import type { Figures, Level } from "../wallboard/picture";
import { LevelMark } from "./parts";
import { now } from "./state";
import type { Floor } from "./types";

export function Strip({ of }: { of: Floor }) {
  return (
    <section class="strip num" aria-label={t("supervise.flow")}>
      <Cell
        name={t("supervise.all")}
        waiting={of.waiting}
        since={of.waiting_since}
        available={of.available}
        figures={of.total}
        levels={of.levels}
        all
      />
      {of.flows.map((flow) => (
        <Cell
          key={flow.key}
          name={english ? flow.name_en : flow.name}
          waiting={flow.waiting}
          since={flow.waiting_since}
          available={flow.available}
          figures={flow.total}
          levels={flow.levels}
        />
      ))}
    </section>
  );
}

interface CellProps {
  name: string;
  waiting: number;
  since: number | null;
  available: number | null;
  figures: Figures;
  levels: Partial<Record<"waiting" | "longest" | "available" | "rate", Level>>;
  all?: boolean;
}

const RANK: Record<Level, number> = { calm: 0, caution: 1, alarm: 2 };

function Cell({ name, waiting, since, available, figures, levels, all = false }: CellProps) {
  const worst = (["waiting", "longest", "rate"] as const)
    .map((one) => levels[one] ?? "calm")
    .reduce((a, b) => (RANK[b] > RANK[a] ? b : a), all ? (levels.available ?? "calm") : "calm");
  return (
    <article class={`cell ${worst} ${all ? "all" : ""}`}>
      <h2>
        {name} <LevelMark of={worst} />
      </h2>
      <dl>
        <Figure name={t("supervise.waiting")} level={levels.waiting} value={waiting} />
        <Figure name={t("supervise.longest")} level={levels.longest} value={since === null ? "–" : duration(now.value - since)} />
        <Figure name={t("supervise.available")} level={levels.available} value={available ?? "–"} />
      </dl>
      <p class="today">
        <span>{t("supervise.answered_of", { answered: figures.answered, offered: figures.offered })}</span>
        <span class={levels.rate ?? ""}>{figures.rate === null ? "–" : `${percent(figures.rate)} %`}</span>
      </p>
    </article>
  );
}

function Figure({ name, value, level }: { name: string; value: string | number; level: Level | undefined }) {
  return (
    <div class={level ?? "calm"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
