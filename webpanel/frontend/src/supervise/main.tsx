import { render } from "preact";
import "../shared/main";
import "./supervise.css";
import { live } from "../shared/live";
import { Supervise, Top } from "./app";
import { meant } from "./keys";
import { listen, stop } from "./orders";
import { chosen, floor, mine, operators, question, sheet, show, spoken, take, tick, view } from "./state";
import { newsOf } from "./side";
import type { Floor } from "./types";

live("/supervise").on<Floor>("picture", (next) => {
  const news = newsOf(floor.value, next);
  take(next);
  if (news !== "") spoken.value = news;
});
setInterval(() => {
  tick.value = Date.now();
}, 250);

const focusOn = (key: string) => document.querySelector<HTMLElement>(`[data-operator="${CSS.escape(key)}"]`)?.focus();

const DEEDS: Record<string, () => unknown> = {
  KeyL: () => chosen.value !== "" && listen(chosen.value, "listen"),
  KeyS: () => mine.value !== null && stop(),
  KeyR: () => focusOn(operators.value.find((one) => one.hand !== null)?.key ?? ""),
  KeyM: () => {
    chosen.value = "";
    sheet.value = "message";
  },
  KeyE: () => (sheet.value = "emergency"),
  KeyV: () => show(view.value === "cards" ? "map" : "cards"),
  KeyF: () => document.getElementById("filter")?.focus(),
  "?": () => (sheet.value = "keys"),
};

addEventListener("keydown", (event) => {
  const deed = DEEDS[meant(event)];
  if (deed === undefined || sheet.value !== "" || question.value !== null) return;
  event.preventDefault();
  void deed();
});

const bar = document.getElementById("supervise-bar");
const root = document.getElementById("app");
if (bar !== null) render(<Top />, bar);
if (root !== null) render(<Supervise />, root);
