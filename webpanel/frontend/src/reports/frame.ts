/** A report in its frame: a word while it is being made, and a button that prints it when it is there. */

export function framed(): void {
  const frame = document.querySelector<HTMLIFrameElement>(".sheet-frame iframe");
  const word = document.querySelector<HTMLElement>("[data-frame]");
  const button = document.querySelector<HTMLButtonElement>("[data-print]");
  if (frame === null || word === null) return;
  const there = () => {
    word.hidden = true;
    if (button !== null) button.hidden = false;
  };
  const inner = frame.contentDocument;
  word.hidden = false;
  if (inner !== null && inner.URL !== "about:blank" && inner.readyState === "complete") there();
  frame.addEventListener("load", there);
  button?.addEventListener("click", () => frame.contentWindow?.print());
}
