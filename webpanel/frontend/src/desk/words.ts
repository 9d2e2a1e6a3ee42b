/** Words and shapes of what is shown in several places. */
import { lang, t } from "../shared/page";
import type { Choice, Named, Status } from "./types";

const MARKS: Record<Status, string> = {
  ready: "●",
  ringing: "◎",
  talking: "☎",
  holding: "‖",
  "wrap-up": "✎",
  "on break": "◌",
  away: "❙❙",
  training: "▣",
  "logged out": "○",
};
const COLOURS: Record<Status, string> = {
  ready: "ready",
  ringing: "talk",
  talking: "talk",
  holding: "wrap",
  "wrap-up": "wrap",
  "on break": "away",
  away: "away",
  training: "away",
  "logged out": "away",
};

export const english = lang.startsWith("en");
export const mark = (status: Status): string => MARKS[status];
export const colour = (status: Status): string => COLOURS[status];
export const word = (status: Status): string => t(`desk.s_${status.replace(/[- ]/g, "_")}`);
export const named = (one: Named): string => (english ? one.name_en : one.name);
export const flowName = (one: { flow_name: string; flow_name_en: string }): string =>
  english ? one.flow_name_en : one.flow_name;

/** A choice as people say it: 休憩（昼休み）. */
export function said(choice: Choice, reasons: readonly (Named & { status: Status })[]): string {
  const reason = reasons.find((one) => one.status === choice.status && one.name === choice.reason);
  const text = reason ? named(reason) : choice.reason;
  return text ? t("desk.with_reason", { status: word(choice.status), reason: text }) : word(choice.status);
}

/** A combination as it stands on a keyboard's keys. */
export const keycap = (combination: string): string => combination.replaceAll("+", " ").replace("Enter", "↵");
