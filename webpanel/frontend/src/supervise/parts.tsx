/** Small things that are drawn in several places. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { X } from "lucide";
import type { Status } from "../desk/types";
import { colour, mark, word } from "../desk/words";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import type { Level } from "../wallboard/picture";
import { floor, question } from "./state";
import { listen } from "./orders";
import { MODES, type Mode, type Operator } from "./types";

export function Mark({ of, dialling = false }: { of: Status; dialling?: boolean }) {
  return (
    <span class={`pill ${colour(of)}`}>
      <span aria-hidden="true">{mark(of)}</span> {word(of)}
      {dialling && `・${t("supervise.dialling")}`}
    </span>
  );
}

/** A level that is not calm, as a shape and a word beside its colour. */
export function LevelMark({ of }: { of: Level | undefined }) {
  if (of === undefined || of === "calm") return null;
  return (
    <b class={`level ${of}`}>
      {of === "alarm" ? "◆" : "▲"} {of === "alarm" ? t("supervise.alarm") : t("supervise.caution")}
    </b>
  );
}

const WORDS: Record<Mode, () => string> = {
  listen: () => t("supervise.listen"),
  whisper: () => t("supervise.whisper"),
  barge: () => t("supervise.barge"),
};
export const modeWord = (mode: Mode): string => WORDS[mode]();

/** 聴く・ささやく・参加: one leg, its mode pressed. */
export function Modes({ of, now, small = false }: { of: Operator; now: Mode | null; small?: boolean }) {
  return (
    <div class="modes" role="group" aria-label={t("supervise.deeds_call")}>
      {MODES.map((mode) => (
        <button
          key={mode}
          type="button"
          class={small ? "small" : ""}
          aria-pressed={now === mode}
          onClick={() => listen(of.key, mode)}
        >
          {modeWord(mode)}
        </button>
      ))}
    </div>
  );
}

export const inTalk = (one: Operator): boolean => one.status === "talking" || one.status === "holding";

/** Who listens to an operator, in words; "" for nobody. */
export function listeners(key: string): string {
  const those = floor.value?.listening.filter((one) => one.operator === key) ?? [];
  return those.map((one) => t("supervise.heard_by", { names: one.name, mode: modeWord(one.mode) })).join("、");
}

/** An element, or the one that was drawn in its place since. */
function again(element: HTMLElement): HTMLElement | null {
  if (element.isConnected) return element;
  const key = element.dataset.operator;
  return key === undefined ? null : document.querySelector(`[data-operator="${CSS.escape(key)}"]`);
}

interface DialogProps {
  title: string;
  close(): void;
  kind?: string;
  children: ComponentChildren;
}

/** A dialog that is open as long as it is drawn; Escape and its button close it. */
export function Dialog({ title, close, kind = "", children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const from = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close(); // what is behind an open one cannot be focused
      if (from instanceof HTMLElement) requestAnimationFrame(() => again(from)?.focus());
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet small" onClick={close} aria-label={t("common.close")}>
          <Icon of={X} />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** Asks before something grave is done. */
export function Question() {
  const asked = question.value;
  if (asked === null) return null;
  const close = () => (question.value = null);
  return (
    <Dialog key={asked.title} title={asked.title} close={close} kind="question">
      <p>{asked.text}</p>
      <div class="row end">
        <button type="button" onClick={close}>
          {t("common.cancel")}
        </button>
        <button
          type="button"
          class={asked.grave ? "danger" : "primary"}
          onClick={() => {
            close();
            asked.run();
          }}
        >
          {asked.verb}
        </button>
      </div>
    </Dialog>
  );
}
