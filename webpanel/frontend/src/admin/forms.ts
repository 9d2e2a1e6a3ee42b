/** What forms of the administration do beyond being sent. */

/** Says something to who hears the page instead of seeing it. */
export function say(text: string): void {
  const said = document.getElementById("said");
  if (said !== null) said.textContent = text;
}

/** Asks before the form is sent; without a question it is sent at once. */
export function confirmed(form: HTMLFormElement): void {
  const question = form.dataset.confirm ?? "";
  const template = document.getElementById("confirm") as HTMLTemplateElement | null;
  if (question === "" || template === null) return;
  let sure = false;
  form.addEventListener("submit", (event) => {
    if (sure) return;
    event.preventDefault();
    const dialog = (template.content.cloneNode(true) as DocumentFragment).querySelector("dialog");
    if (dialog === null) return;
    document.body.append(dialog);
    const text = dialog.querySelector("[data-question]");
    if (text !== null) text.textContent = question;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "yes") return;
      sure = true;
      form.requestSubmit(event.submitter);
    });
    dialog.showModal();
  });
}

/** Says that it takes a moment, and is sent once only. */
export function waited(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter ?? form.querySelector("button");
    const text = form.dataset.busy ?? "";
    say(text);
    // after the form's data were taken, in which the button's own value belongs
    setTimeout(() => {
      for (const one of form.querySelectorAll("button")) one.disabled = true;
      if (button !== null) button.textContent = text;
    });
  });
}

/** One more row, on demand. */
export function growing(rows: HTMLElement): void {
  const more = rows.querySelector<HTMLButtonElement>("[data-more]");
  if (more === null) return;
  more.hidden = false;
  more.addEventListener("click", () => {
    const last = [...rows.querySelectorAll<HTMLElement>("[data-row]")].at(-1);
    if (last === undefined) return;
    const row = last.cloneNode(true) as HTMLElement;
    for (const one of row.querySelectorAll("input")) {
      one.value = "";
      one.removeAttribute("aria-invalid");
    }
    last.after(row);
    row.querySelector("input")?.focus();
  });
}

/** Shows the part of a form that belongs to the choice made. */
export function shownBy(form: HTMLFormElement): void {
  const parts = form.querySelectorAll<HTMLElement>("[data-shown-by]");
  const show = () => {
    const chosen = [...form.querySelectorAll<HTMLInputElement>("input[type=radio]:checked")].map((one) => one.value);
    for (const part of parts) part.hidden = !chosen.includes(part.dataset.shownBy ?? "");
  };
  form.addEventListener("change", show);
  show();
}

/** Copies what stands beside it. */
export function copying(button: HTMLButtonElement): void {
  const text = button.parentElement?.querySelector("[data-copied]")?.textContent;
  if (!text || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(text).then(() => {
      button.textContent = "✔";
    });
  });
}

/** Leads to the first field that is to be mended. */
export function focused(): void {
  document.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}
