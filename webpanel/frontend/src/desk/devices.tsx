/** Which microphone, speaker and bell are used. */
import { t } from "../shared/page";
import { chooseDevice } from "./desk";
import { device, type Device } from "./keptdevices";
import { sound } from "./state";

export function Devices() {
  const { microphones, speakers } = sound.value.devices;
  return (
    <div class="fields devices">
      <Choose kind="microphone" label={t("desk.microphone_device")} among={microphones} />
      <Choose kind="speaker" label={t("desk.speaker_device")} among={speakers} />
      <Choose kind="bell" label={t("desk.bell_device")} among={speakers} />
    </div>
  );
}

function Choose({ kind, label, among }: { kind: Device; label: string; among: readonly { id: string; label: string }[] }) {
  return (
    <label>
      {label}
      <select value={device(kind)} onChange={(event) => chooseDevice(kind, event.currentTarget.value)}>
        <option value="">{t("desk.device_default")}</option>
        {among
          .filter((one) => one.id !== "" && one.id !== "default")
          .map((one) => (
            <option key={one.id} value={one.id}>
              {one.label || one.id.slice(0, 8)}
            </option>
          ))}
      </select>
    </label>
  );
}
