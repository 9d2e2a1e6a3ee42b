/** A recording's player over the browser's own: waveform, position, speed, steps of five seconds, keys. */
import { ask } from "../shared/api";
import { duration } from "../shared/format";
import { t } from "../shared/page";
import { press, seek, SPEEDS, STEP, toggle } from "./keys";
import { outline, stretched, type Wave } from "./waveform";

const SVG = "http://www.w3.org/2000/svg";
const TALL = 46;

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Puts the player in a place that holds an <audio> and says where its sound and its wave are. */
export function mount(place: HTMLElement): void {
  const audio = place.querySelector("audio");
  const address = place.dataset.wave;
  if (!audio || !address) return;
  audio.controls = false;
  const time = (seconds: number) => duration(1000 * (Number.isFinite(seconds) ? seconds : 0));

  const play = element("button", "primary play");
  const back = element("button", "small", `−${STEP}`);
  back.setAttribute("aria-label", t("calls.back_5"));
  const on = element("button", "small", `+${STEP}`);
  on.setAttribute("aria-label", t("calls.forward_5"));
  const clock = element("span", "num clock");
  const speed = element("select", "speed");
  for (const rate of SPEEDS) speed.append(new Option(`${rate}×`, String(rate), rate === 1, rate === 1));
  const speedLabel = element("label", "speed", t("calls.speed"));
  speedLabel.append(speed);
  for (const button of [play, back, on]) button.type = "button";

  const strip = element("div", "strip");
  strip.tabIndex = 0;
  strip.setAttribute("role", "slider");
  strip.setAttribute("aria-label", t("calls.position"));
  strip.setAttribute("aria-valuemin", "0");
  const cursor = element("i", "cursor");
  strip.append(cursor);
  const keys = element("p", "hint", t("calls.keys"));
  const deeds = element("div", "row");
  deeds.append(play, back, on, clock, speedLabel);
  const trouble = element("p", "notice error");
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  place.append(strip, deeds, keys, trouble);

  const show = () => {
    const share = audio.duration > 0 ? audio.currentTime / audio.duration : 0;
    cursor.style.left = `${100 * share}%`;
    strip.style.setProperty("--played", `${100 * share}%`);
    clock.textContent = `${time(audio.currentTime)} / ${time(audio.duration)}`;
    strip.setAttribute("aria-valuenow", String(Math.round(audio.currentTime)));
    strip.setAttribute("aria-valuemax", String(Math.round(audio.duration || 0)));
    strip.setAttribute("aria-valuetext", `${time(audio.currentTime)} / ${time(audio.duration)}`);
  };
  const state = () => {
    play.textContent = audio.paused ? `▶ ${t("calls.play")}` : `❚❚ ${t("calls.pause")}`;
    place.dataset.playing = String(!audio.paused);
  };
  let frame = 0;
  const follow = () => {
    show();
    frame = audio.paused ? 0 : requestAnimationFrame(follow);
  };
  audio.addEventListener("play", () => {
    state();
    if (!frame) follow();
  });
  for (const event of ["pause", "ended"]) audio.addEventListener(event, state);
  for (const event of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) audio.addEventListener(event, show);
  audio.addEventListener("ratechange", () => {
    speed.value = String(audio.playbackRate);
  });
  audio.addEventListener("error", () => {
    trouble.hidden = false;
    trouble.textContent = t("calls.sound_lost");
  });

  play.addEventListener("click", () => toggle(audio));
  back.addEventListener("click", () => seek(audio, audio.currentTime - STEP));
  on.addEventListener("click", () => seek(audio, audio.currentTime + STEP));
  speed.addEventListener("change", () => {
    audio.playbackRate = Number(speed.value);
  });
  const jump = (event: PointerEvent) => {
    const box = strip.getBoundingClientRect();
    seek(audio, ((event.clientX - box.left) / box.width) * audio.duration);
    show();
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    jump(event);
  });
  strip.addEventListener("pointermove", (event) => {
    if (strip.hasPointerCapture(event.pointerId)) jump(event);
  });
  place.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const within = event.target as HTMLElement;
    if (within === speed || (event.key === " " && within !== strip)) return; // they have keys of their own
    if (press(audio, event.key)) {
      event.preventDefault();
      show();
    }
  });
  show();
  state();
  if (location.hash && place.closest("article")?.id === location.hash.slice(1)) focusSoon(play);
  ask<Wave>(address).then(
    (wave) => draw(strip, cursor, wave),
    () => strip.append(element("p", "hint", t("calls.wave_lost"))),
  );
}

/** The browser goes to the address's fragment when all is loaded, and takes the focus away then. */
function focusSoon(button: HTMLElement): void {
  const focus = () => setTimeout(() => button.focus(), 0);
  if (document.readyState === "complete") focus();
  else addEventListener("load", focus, { once: true });
}

function draw(strip: HTMLElement, cursor: HTMLElement, found: Wave): void {
  const wave = stretched(found);
  const names = wave.peaks.length > 1 ? [t("calls.citizen"), t("calls.operator_side")] : [""];
  wave.peaks.forEach((peaks, channel) => {
    const row = element("div", `channel c${channel}`);
    if (names[channel]) row.append(element("span", "name", names[channel]));
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, peaks.length - 1)} ${TALL}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    for (const layer of ["rest", "played"]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", outline(peaks, TALL));
      path.setAttribute("class", layer);
      svg.append(path);
    }
    row.append(svg);
    strip.insertBefore(row, cursor);
  });
}
