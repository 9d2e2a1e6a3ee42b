/** The keys, to be read and changed, and the devices. */
import { signal } from "@preact/signals";
import { t } from "../shared/page";
import { Devices } from "./devices";
import { ACTIONS, allowed, combination, DEFAULTS, holder, type Action } from "./keys";
import { Dialog } from "./parts";
import { chooseKeys, keys } from "./state";
import { keycap } from "./words";

/** The action whose new key is waited for. */
export const changing = signal<Action | "">("");
const why = signal("");

export function Help() {
  return (
    <Dialog of="keys" title={t("desk.keys")}>
      <p class="hint">{t("desk.keys_hint")}</p>
      <dl class="keys">
        {ACTIONS.map((action) => (
          <div key={action}>
            <dt>{t(`desk.k_${action}`)}</dt>
            <dd>
              <button type="button" class="small" disabled={action === "help"} aria-pressed={changing.value === action} onClick={() => ask(action)} onKeyDown={(event) => take(action, event)}>
                {changing.value === action ? t("desk.keys_press") : <kbd>{keycap(keys.value[action])}</kbd>}
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <p class="hint" role="status">
        {why.value}
      </p>
      <div class="row">
        <button type="button" class="small" onClick={() => chooseKeys(DEFAULTS)}>
          {t("desk.keys_default")}
        </button>
      </div>
      <Devices />
    </Dialog>
  );
}

function ask(action: Action): void {
  changing.value = changing.value === action ? "" : action;
  why.value = "";
}

function take(action: Action, event: KeyboardEvent): void {
  if (changing.value !== action || ["Tab", "Alt", "Control", "Shift", "Meta"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape") return void (changing.value = "");
  const pressed = combination(event);
  const other = holder(keys.value, pressed);
  if (!allowed(pressed)) why.value = t("desk.keys_bad");
  else if (other !== null && other !== action) why.value = t("desk.keys_used", { name: t(`desk.k_${other}`) });
  else {
    chooseKeys({ ...keys.value, [action]: pressed });
    [changing.value, why.value] = ["", ""];
  }
}
