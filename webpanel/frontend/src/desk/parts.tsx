/** Small things that are drawn in several places. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { sheet, keys, type Sheet } from "./state";
import type { Action } from "./keys";
import type { Status } from "./types";
import { colour, keycap, mark, word } from "./words";

export function Mark({ of, big = false }: { of: Status; big?: boolean }) {
  return (
    <span class={`${big ? "mark" : "pill"} ${colour(of)}`}>
      <span aria-hidden="true">{mark(of)}</span> {word(of)}
    </span>
  );
}

export function Key({ of }: { of: Action }) {
  return <kbd>{keycap(keys.value[of])}</kbd>;
}

/** A bar that shrinks or grows, its share set where the content policy allows it. */
export function Bar({ share, kind = "" }: { share: number; kind?: string }) {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    if (bar.current) bar.current.style.transform = `scaleX(${Math.max(0, Math.min(1, share))})`;
  });
  return (
    <div class={`bar-of ${kind}`} aria-hidden="true">
      <i ref={bar} />
    </div>
  );
}

/** The microphone's level, painted beside the rest of the page. */
export function Level() {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    let frame = 0;
    let last = 0;
    const paint = (at: number) => {
      frame = requestAnimationFrame(paint);
      if (at - last < 60 || !bar.current) return;
      last = at;
      bar.current.style.transform = `scaleX(${deeds.level()})`;
    };
    frame = requestAnimationFrame(paint);
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <div class="bar-of level" role="img" aria-label={t("desk.microphone")}>
      <i ref={bar} />
    </div>
  );
}

/** A dialog that is open while `sheet` says so; Escape and its button close it. */
export function Dialog({ of, title, children }: { of: Sheet; title: string; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const close = () => {
    if (sheet.value === of) sheet.value = "";
  };
  return (
    <dialog ref={dialog} onClose={close} class={`sheet-${of}`} aria-labelledby={`title-${of}`}>
      <div class="row">
        <h2 id={`title-${of}`}>{title}</h2>
        <button type="button" class="quiet small end" onClick={() => dialog.current?.close()}>
          {t("common.close")}
        </button>
      </div>
      {children}
    </dialog>
  );
}
