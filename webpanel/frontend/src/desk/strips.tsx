/** The strips over the desk that stay until what they tell of is over: no sound, no line, no server. */
import { VolumeX } from "lucide";
import { Icon } from "../shared/icon";
import { t } from "../shared/page";
import { deeds } from "./desk";
import { boot, line, saying, served, sound, state, talk } from "./state";
import { lineWords } from "./top";

export function Strips() {
  const heard = talk.value?.state === "talking" ? talk.value.sound : null;
  const { microphone, blocked } = sound.value;
  const seated = state.value?.seat != null;
  const how = line.value;
  return (
    <div class="strips">
      {!served.value && (
        <p class="notice error" role="alert">
          {t("desk.server_lost")}
        </p>
      )}
      {served.value && state.value?.connected === false && (
        <p class="notice caution" role="status">
          {t("desk.switch_lost")}
        </p>
      )}
      {seated && blocked && (
        <p class="notice error row" role="alert">
          <Icon of={VolumeX} />
          <b>{t("desk.sound_blocked")}</b> <span>{t("desk.sound_blocked_hint")}</span>
          <button type="button" class="primary small end" onClick={deeds.allowSound}>
            {t("desk.sound_allow")}
          </button>
        </p>
      )}
      {seated && microphone !== null && microphone !== "" && (
        <p class="notice error row" role="alert">
          {t(`desk.microphone_${microphone}`)}
          <button type="button" class="small end" onClick={deeds.microphone}>
            {t("desk.try_again")}
          </button>
        </p>
      )}
      {seated && !boot.telephone && <p class="notice caution">{t("desk.no_telephone")}</p>}
      {seated && boot.telephone && how.name !== "ready" && how.name !== "offline" && !(how.name === "connecting" && how.attempt === 1 && talk.value === null) && (
        <p class="notice caution row" role="status">
          {talk.value?.state === "away" || talk.value?.state === "returning" ? t("desk.call_away") : lineWords()}
          {(how.name === "refused" || how.name === "taken-over") && (
            <button type="button" class="small end" onClick={deeds.reconnect}>
              {t("desk.reconnect")}
            </button>
          )}
        </p>
      )}
      {boot.voice && heard !== null && (heard.fromYou !== "" || heard.fromCaller !== "") && (
        <p class="notice caution row" role="status">
          {heard.fromYou !== "" && <span>{t(`desk.from_you_${heard.fromYou}`)}</span>}
          {heard.fromCaller !== "" && <span>{t(`desk.from_caller_${heard.fromCaller}`)}</span>}
        </p>
      )}
      <div class="saying" aria-live="polite">
        {saying.value !== null && (
          <p key={saying.value.at} class={`notice ${saying.value.kind}`}>
            {saying.value.text}
          </p>
        )}
      </div>
    </div>
  );
}
