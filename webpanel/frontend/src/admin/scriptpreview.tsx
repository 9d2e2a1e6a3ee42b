/** A talk script beside its text: each section as operators see it, its branches as the buttons they press. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { readScript } from "../desk/script";
import { t } from "../shared/page";
import { Drawn } from "../shared/scripttext";
import { lostBranches } from "./branches";

const body = signal("");

export function mount(place: HTMLElement): void {
  const area = document.querySelector<HTMLTextAreaElement>("textarea[data-script]");
  if (area === null) return;
  body.value = area.value;
  area.addEventListener("input", () => {
    body.value = area.value;
  });
  render(<Preview />, place);
}

function Preview() {
  const sections = readScript(body.value);
  const go = (to: number) => document.getElementById(`section-${to}`)?.scrollIntoView({ block: "nearest" });
  return (
    <div class="lines script-preview">
      {lostBranches(body.value).map((text) => (
        <p key={text} class="notice caution" role="status">
          {t("admin_scripts.lost_branch", { text })}
        </p>
      ))}
      {sections.map((section, at) => (
        <section key={at} id={`section-${at}`}>
          {section.title !== "" && <h3>{section.title}</h3>}
          {section.blocks.map((block, place) => (
            <Drawn key={place} block={block} />
          ))}
          {section.branches.length > 0 && (
            <div class="row branches" role="group" aria-label={t("admin_scripts.branches")}>
              {section.branches.map((branch) => (
                <button key={branch.label} type="button" onClick={() => go(branch.to)}>
                  {branch.label} → {branch.title}
                </button>
              ))}
            </div>
          )}
        </section>
      ))}
    </div>
  );
}
