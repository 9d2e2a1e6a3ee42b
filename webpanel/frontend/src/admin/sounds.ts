/** Announcements listened to before anybody hears them: a text spoken, a studio's file looked at. */
import { ask, Refused } from "../shared/api";

interface Heard {
  address: string;
  told: string;
}
interface Looked {
  told?: string;
  cautions?: string[];
  error?: string;
}

/** Speaks the text of the form, and plays it. */
export function listened(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-listen]");
  const place = form.querySelector<HTMLElement>("[data-heard]");
  const audio = place?.querySelector("audio") ?? null;
  const told = place?.querySelector<HTMLElement>("[data-told]") ?? null;
  if (button === null || place === null || audio === null || told === null) return;
  const word = button.textContent;
  button.addEventListener("click", async () => {
    const sent = new FormData(form);
    button.disabled = true;
    button.textContent = form.dataset.busy ?? "…";
    place.hidden = false;
    try {
      const heard = await ask<Heard>(form.dataset.preview ?? "", { text: sent.get("text"), voice: sent.get("voice") });
      audio.hidden = false;
      audio.src = heard.address;
      told.textContent = heard.told;
      told.classList.remove("wrong");
      await audio.play().catch(() => undefined);
    } catch (error) {
      audio.hidden = true;
      told.textContent = error instanceof Refused ? error.message : String(error);
      told.classList.add("wrong");
    }
    button.disabled = false;
    button.textContent = word;
  });
}

/** Looks at the file chosen: how long, how loud, and what there is to say about it. */
export function checked(form: HTMLFormElement): void {
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  const place = form.querySelector<HTMLElement>("[data-checked]");
  const audio = place?.querySelector("audio") ?? null;
  const told = place?.querySelector<HTMLElement>("[data-told]") ?? null;
  const cautions = place?.querySelector<HTMLElement>("[data-cautions]") ?? null;
  const token = form.querySelector<HTMLInputElement>("input[name=csrf_token]")?.value ?? "";
  if (file === null || place === null || audio === null || told === null || cautions === null) return;
  let address = "";
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    URL.revokeObjectURL(address);
    place.hidden = chosen === undefined;
    if (chosen === undefined) return;
    address = URL.createObjectURL(chosen);
    audio.src = address;
    told.textContent = "…";
    const body = new FormData();
    body.append("file", chosen);
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const looked: Looked = await fetch(form.dataset.check ?? "", { method: "POST", headers, body })
      .then((answer) => answer.json() as Promise<Looked>)
      .catch(() => ({ error: "…" }));
    audio.hidden = looked.error !== undefined;
    told.textContent = looked.error ?? looked.told ?? "";
    told.classList.toggle("wrong", looked.error !== undefined);
    cautions.replaceChildren(
      ...(looked.cautions ?? []).map((text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      }),
    );
  });
}
