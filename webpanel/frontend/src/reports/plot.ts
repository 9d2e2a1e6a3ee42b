/** A chart under a pointer or the arrow keys says the figures of the interval; Enter or a click lists its calls. */
import { inside, moved } from "./places";

export function plot(figure: HTMLElement): void {
  const spots = [...figure.querySelectorAll<SVGRectElement>(".spot")];
  const tip = figure.querySelector<HTMLElement>(".tip");
  const drawing = figure.querySelector<HTMLElement>(".drawing");
  if (tip === null || drawing === null) return;
  let at = -1;

  const show = (to: number) => {
    spots[at]?.classList.remove("here");
    at = to;
    const spot = spots[at];
    tip.hidden = spot === undefined;
    if (spot === undefined) return;
    spot.classList.add("here");
    tip.textContent = spot.dataset.said ?? "";
    const [place, whole] = [spot.getBoundingClientRect(), drawing.getBoundingClientRect()];
    tip.style.left = `${inside(place.left + place.width / 2 - whole.left, tip.offsetWidth, whole.width)}px`;
  };
  const open = () => {
    const address = spots[at]?.dataset.href;
    if (address) location.assign(address);
  };

  figure.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = moved(event.key, at, spots.length);
    if (to !== null) show(to);
    else if (event.key === "Enter") open();
    else if (event.key === "Escape") show(-1);
    else return;
    event.preventDefault();
  });
  figure.addEventListener("blur", () => show(-1));
  drawing.addEventListener("pointermove", (event) => {
    const x = event.clientX;
    const to = spots.findIndex((spot) => {
      const place = spot.getBoundingClientRect();
      return place.left <= x && x < place.right;
    });
    if (to !== at) show(to);
  });
  drawing.addEventListener("pointerleave", () => show(-1));
  drawing.addEventListener("click", open);
}
