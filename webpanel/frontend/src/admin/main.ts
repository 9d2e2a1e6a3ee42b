/** The administration: pages that the server draws, and the bits of script some of them have. */
import "../shared/main";
import "./admin.css";
import { dayOf } from "./day";
import { confirmed, copying, focused, growing, shownBy, waited } from "./forms";
import { checked, listened } from "./sounds";

const each = <T extends Element>(selector: string, take: (one: T) => void) => document.querySelectorAll<T>(selector).forEach(take);

each("form[data-confirm]", confirmed);
each("form[data-busy]", waited);
each("[data-rows]", growing);
each("form:has([data-shown-by])", shownBy);
each("[data-copy]", copying);
each("[data-explain]", dayOf);
each("form[data-preview]", listened);
each("form[data-check]", checked);
focused();

const tiers = document.getElementById("tiers");
if (tiers !== null) void import("./tiers").then(({ mount }) => mount(tiers));
const preview = document.getElementById("script-preview");
if (preview !== null) void import("./scriptpreview").then(({ mount }) => mount(preview));
