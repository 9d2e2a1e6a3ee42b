/** The talk script of the flow: its section at hand, and the ways on as buttons. */
import { computed, signal } from "@preact/signals";
import { t } from "../shared/page";
import { Drawn } from "../shared/scripttext";
import { deeds } from "./desk";
import { boot, pop } from "./state";
import { readScript } from "./script";
import { flowName, named } from "./words";

/** The way that was taken through the script of one call. */
const way = signal<{ leg: string; flow: string; at: readonly number[] }>({ leg: "", flow: "", at: [0] });
const sections = computed(() => readScript(pop.value?.script?.body ?? ""));

export function Script() {
  const about = pop.value;
  const script = about?.script ?? null;
  const here = way.value.flow === (about?.flow ?? "") && (way.value.leg === "" || way.value.leg === about?.leg) ? way.value.at : [0];
  const section = sections.value[here.at(-1) ?? 0] ?? sections.value[0];
  const go = (at: readonly number[]) => (way.value = { leg: about?.leg ?? "", flow: about?.flow ?? "", at });
  return (
    <section class="card script" aria-label={t("desk.script")}>
      <div class="row">
        <h3>{t("desk.script")}</h3>
        <span class="muted">{about && [flowName(about), section?.title].filter(Boolean).join(" › ")}</span>
        {here.length > 1 && (
          <button type="button" class="small quiet end" onClick={() => go([0])}>
            {t("desk.script_back")}
          </button>
        )}
        {script !== null && here.length === 1 && (
          <span class="hint end">
            {script.title === about?.flow_name ? "" : `${script.title} `}
            {t("desk.script_version", { n: script.version })}
          </span>
        )}
      </div>
      {script === null || section === undefined ? (
        <div class="lines">
          <p class="hint">{about?.flow ? t("desk.no_script") : t("desk.choose_script")}</p>
          <div class="row branches">
            {boot.flows.map((flow) => (
              <button key={flow.key} type="button" onClick={() => deeds.script(flow.key)}>
                {named(flow)}
              </button>
            ))}
          </div>
        </div>
      ) : (
        <div class="lines" tabIndex={0} aria-live="polite">
          {section.blocks.map((block, at) => (
            <Drawn key={at} block={block} />
          ))}
          <div class="row branches">
            {section.branches.map((branch) => (
              <button key={branch.label} type="button" onClick={() => go([...here, branch.to])}>
                {branch.label} → {branch.title}
              </button>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}
