/** What would be saved, in words, before it is. */
import { useEffect, useRef } from "preact/hooks";
import { t } from "../shared/page";
import type { Difference, Spot } from "./board";
import { named, queueName } from "./tiers";

const at = (spot: Spot | null) => (spot === null ? "–" : t("admin_tiers.at_level", { level: spot.level + 1, place: spot.place + 1 }));
const KINDS = { added: "ready", removed: "alarm", moved: "talk" };

export function Changes({ changes, refused, close, save }: { changes: readonly Difference[]; refused: string; close: () => void; save: () => Promise<void> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const queues = [...new Set(changes.map((one) => one.queue))];
  return (
    <dialog ref={dialog} class="changes-asked" aria-labelledby="asked" onClose={close}>
      <h2 id="asked">{t("admin_tiers.confirm")}</h2>
      {refused !== "" && (
        <p class="notice error" role="alert">
          {refused}
        </p>
      )}
      <div class="asked-lists">
        {queues.map((queue) => (
          <section key={queue}>
            <h3>{queueName(queue)}</h3>
            <ul>
              {changes
                .filter((one) => one.queue === queue)
                .map((one) => (
                  <li key={one.operator}>
                    <span class={`pill ${KINDS[one.kind]}`}>{t(`admin_tiers.d_${one.kind}`)}</span> <strong>{named(one.operator)}</strong>{" "}
                    <span class="num muted">
                      {one.kind === "added" ? at(one.to) : one.kind === "removed" ? at(one.from) : `${at(one.from)} → ${at(one.to)}`}
                    </span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
      <div class="row">
        <button type="button" class="primary" onClick={() => void save()}>
          {t("common.save")}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          {t("common.cancel")}
        </button>
      </div>
    </dialog>
  );
}
