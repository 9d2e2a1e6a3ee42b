import { render } from "preact";
import "../shared/main";
import "./frame.css";
import "./call.css";
import "./caller.css";
import "./writing.css";
import "./over.css";
import "./room.css"; // the last: it fits the others to the screen
import { Desk } from "./app";
import { begin, deeds } from "./desk";
import { changing } from "./help";
import { actionOf, isField, type Action } from "./keys";
import { keys, screen, sheet, talk } from "./state";
import { statusField } from "./status";
import { Top } from "./top";
import { caseField, save } from "./writing";

const DEEDS: Record<Action, () => unknown> = {
  answer: deeds.answer,
  hold: deeds.hold,
  transfer: () => talk.value?.state === "talking" && (sheet.value = "transfer"),
  hang_up: deeds.hangUp,
  mute: deeds.mute,
  status: () => statusField.current?.querySelector("button")?.focus(),
  wrap_up: () => caseField.current?.focus(),
  hand: deeds.hand,
  save,
  help: () => (sheet.value = sheet.value === "keys" ? "" : "keys"),
};

addEventListener("keydown", (event) => {
  if (screen.value !== "desk" || changing.value !== "") return;
  const action = actionOf(event, keys.value, isField(event.target));
  if (action === null) return;
  event.preventDefault();
  void DEEDS[action]();
});

const bar = document.getElementById("desk-bar");
const root = document.getElementById("app");
if (bar !== null) render(<Top />, bar);
if (root !== null) render(<Desk />, root);
begin();
