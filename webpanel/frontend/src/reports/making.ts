/** A form whose answer is a file: it says that the file is being made, and gives it when it is there. */
import { t } from "../shared/page";

export function making(form: HTMLFormElement): void {
  const progress = form.querySelector<HTMLElement>(".progress");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    void take(form, pressed, (word) => {
      if (progress !== null) progress.textContent = word;
    });
  });
}

async function take(form: HTMLFormElement, pressed: HTMLButtonElement | null, say: (word: string) => void): Promise<void> {
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("button")];
  const body = new FormData(form, pressed);
  const address = pressed?.getAttribute("formaction") ?? form.action;
  for (const button of buttons) button.disabled = true;
  say(form.dataset.making ?? "");
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const name = answer.headers.get("Content-Disposition");
    if (answer.ok && name !== null) {
      save(await answer.blob(), fileName(name));
      say("");
    } else if (answer.ok) {
      location.assign(answer.url); // the server says on the page why there is no file
    } else {
      const found = (await answer.json().catch(() => ({}))) as { error?: string };
      say(found.error ?? t("errors.http_500"));
    }
  } catch {
    say(t("common.server_lost"));
  } finally {
    for (const button of buttons) button.disabled = false;
    pressed?.focus();
  }
}

/** What the server calls a file. */
export function fileName(disposition: string | null): string {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? "report";
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
