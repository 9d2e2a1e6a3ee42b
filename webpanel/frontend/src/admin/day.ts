/** A day's hours: pick any minute, and read who decides then and why. */
import { ask } from "../shared/api";

interface Considered {
  name: string;
  kind: string;
  verdict: string;
  word: string;
  days: string;
  hours: string;
  why: string;
}
interface Why {
  time: string;
  open: boolean;
  word: string;
  season: string;
  rule: string;
  announcement: string;
  next: string;
  next_word: string;
  considered: Considered[];
}

/** A minute of the day as HH:MM. */
export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** The minute of the day that a place on the bar stands for. */
export function minuteAt(x: number, width: number): number {
  return Math.min(1439, Math.max(0, Math.floor((x / width) * 1440)));
}

export function dayOf(card: HTMLElement): void {
  const slider = card.querySelector<HTMLInputElement>("input[name=minute]");
  const bar = card.querySelector<SVGElement>("svg.bar");
  if (slider === null || bar === null) return;
  const at = (selector: string) => card.querySelector<HTMLElement>(selector);
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (why: Why) => {
    const set = (selector: string, text: string) => {
      const place = at(selector);
      if (place !== null) place.textContent = text;
    };
    set("[data-word]", why.word);
    at("[data-word]")?.classList.toggle("ready", why.open);
    set("[data-rule]", why.rule);
    set("[data-season]", why.season || "–");
    set("[data-announcement]", why.announcement);
    at("[data-announced]")?.toggleAttribute("hidden", why.announcement === "");
    set("[data-next-word]", why.next === "" ? "" : why.next_word);
    set("[data-next]", why.next);
    at("[data-considered]")?.replaceChildren(...why.considered.map(row));
  };
  const look = async () => {
    const turn = ++asked;
    const query = new URLSearchParams({ day: card.dataset.day ?? "", minute: slider.value });
    try {
      const why = await ask<Why>(`${card.dataset.explain}?${query}`);
      if (turn === asked) show(why);
    } catch {
      /* the last answer stays; the next movement asks again */
    }
  };
  const moved = () => {
    const time = clock(Number(slider.value));
    slider.setAttribute("aria-valuetext", time);
    const output = card.querySelector("output");
    if (output !== null) output.textContent = time;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), 60);
  };
  slider.addEventListener("input", moved);
  slider.form?.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const { left, width } = bar.getBoundingClientRect();
    slider.value = String(minuteAt(event.clientX - left, width));
    moved();
    slider.focus();
  });
  // moved before this script was there, or by going back to the page
  if (slider.value !== slider.defaultValue) moved();
}

function row(one: Considered, at: number): HTMLTableRowElement {
  const line = document.createElement("tr");
  line.className = one.verdict;
  const verdict = document.createElement("td");
  const word = document.createElement("strong");
  word.textContent = one.word;
  verdict.append(word);
  if (one.why !== "") {
    const why = document.createElement("span");
    why.className = "muted";
    why.textContent = one.why;
    verdict.append(document.createElement("br"), why);
  }
  const cell = (text: string, kind = "") => {
    const made = document.createElement("td");
    made.textContent = text;
    made.className = kind;
    return made;
  };
  line.append(cell(String(at + 1), "num"), cell(one.name), cell(one.kind), verdict, cell(one.days, "num"), cell(one.hours, "num"));
  return line;
}
