/** A page that is gone leaves its line here, so that the next one takes up the call that waits at the switch. */

const LINE = "desk.line";

/** Copies what this tab remembers of its line to where another page finds it. */
export function keepLine(): void {
  try {
    localStorage.setItem(LINE, sessionStorage.getItem("verto") ?? "null");
  } catch {
    // a call is then taken up by a reload alone
  }
}

/** Takes up the line of a page that is gone, if no tab telephones and this one has none of its own. */
export async function takeLine(): Promise<void> {
  try {
    const { held } = await navigator.locks.query();
    const alive = held?.some((lock) => lock.name === "verto") ?? false; // another tab telephones
    const left = localStorage.getItem(LINE);
    if (left !== null && left !== "null" && !alive && sessionStorage.getItem("verto") === null) sessionStorage.setItem("verto", left);
  } catch {
    // as above
  }
}

/** Nobody is to take it up any more. */
export function forgetLine(): void {
  try {
    localStorage.removeItem(LINE);
  } catch {
    // nothing was kept
  }
}
