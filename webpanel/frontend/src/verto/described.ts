/** A call as the switch describes it. */
import { text, type Fields } from "./fields";
import type { Remembered } from "./storage";

/** What the parameters of verto.invite or verto.attach say; `now` in milliseconds since 1970. */
export function described(params: Fields, now: number): Remembered {
  const out = text(params, "display_direction") === "inbound"; // seen from the switch
  const side = out ? "callee" : "caller";
  return {
    direction: out ? "out" : "in",
    number: text(params, `${side}_id_number`),
    name: text(params, `${side}_id_name`),
    startedAt: now,
    answeredAt: null,
    held: false,
    muted: false,
    ending: false,
  };
}
