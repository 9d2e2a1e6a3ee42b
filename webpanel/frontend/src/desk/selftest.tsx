/** The self-test between log-in and the first call: microphone, speaker, a call that echoes. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { Devices } from "./devices";
import { Level } from "./parts";
import { boot, busy, calls, echo, line, sound } from "./state";
import { lineWords } from "./top";

const heard = signal(false);
const echoed = signal(false);

export function SelfTest() {
  useEffect(() => void deeds.microphone(), []);
  const microphone = sound.value.microphone === "";
  const phone = line.value.name === "ready" || !boot.telephone;
  const call = calls.value.find((one) => one.id === echo.value);
  if (call?.state === "talking" && !echoed.value) echoed.value = true;
  const begin = async () => {
    if (echo.value !== "") await deeds.echo();
    await deeds.choose("ready");
  };
  return (
    <section class="card gate wide self-test">
      <h2>{t("desk.test_title")}</h2>
      <p class="muted">{t("desk.test_hint")}</p>
      <ol class="steps">
        <Step title={t("desk.test_phone")} done={phone}>
          <p class="hint">{lineWords()}</p>
        </Step>
        <Step title={t("desk.test_microphone")} done={microphone}>
          <p class="hint">{t("desk.test_microphone_hint")}</p>
          <Level />
        </Step>
        <Step title={t("desk.test_speaker")} done={heard.value}>
          <p class="hint">{t("desk.test_speaker_hint")}</p>
          <button type="button" class="small" onClick={() => void deeds.bell().then(() => (heard.value = true))}>
            {t("desk.test_play")}
          </button>
        </Step>
        <Step title={t("desk.test_echo")} done={echoed.value}>
          <p class="hint">{t(boot.voice ? "desk.test_echo_hint" : "desk.test_echo_silent")}</p>
          <button type="button" class="small" disabled={line.value.name !== "ready"} onClick={deeds.echo}>
            {echo.value === "" ? t("desk.test_echo_start") : t("desk.test_echo_stop")}
          </button>
        </Step>
      </ol>
      <details>
        <summary>{t("desk.settings")}</summary>
        <Devices />
        <Notify />
      </details>
      <button type="button" class="primary big" disabled={!phone || busy.value !== ""} onClick={begin}>
        {t("desk.take_calls")}
      </button>
    </section>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ComponentChildren }) {
  return (
    <li>
      <div class="row">
        <b>{title}</b>
        <span class={`pill end ${done ? "ready" : ""}`}>
          <span aria-hidden="true">{done ? "✓" : "○"}</span> {done ? t("desk.test_ok") : t("desk.test_todo")}
        </span>
      </div>
      {children}
    </li>
  );
}

function Notify() {
  if (!("Notification" in window) || Notification.permission !== "default") return null;
  return (
    <button type="button" class="small" onClick={() => void Notification.requestPermission()}>
      {t("desk.notify_allow")}
    </button>
  );
}
