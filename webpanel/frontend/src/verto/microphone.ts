/** The microphone: asked for once, changed without dropping a call, its troubles told apart. */
import type { Cancel } from "./clock";

/** Why there is no microphone; `insecure`: the page is not on https. */
export type Trouble = "denied" | "absent" | "busy" | "insecure" | "unknown";

/** No microphone, and which `trouble` it is. */
export class NoMicrophone extends Error {
  constructor(readonly trouble: Trouble, message: string) {
    super(message);
    this.name = "NoMicrophone";
  }
}

/** A device to choose; `label` is empty until the microphone was allowed once. */
export interface Device {
  id: string;
  label: string;
}

export interface Devices {
  microphones: readonly Device[];
  speakers: readonly Device[];
}

export interface MicrophoneHooks {
  /** There is one, or there is none and why. */
  state(trouble: Trouble | ""): void;
  /** Another track is to be sent from now on. */
  changed(track: MediaStreamTrack): void;
  devices(devices: Devices): void;
}

/** The parts of `navigator.mediaDevices` we use; undefined on an insecure page. */
export type Access = Pick<
  MediaDevices,
  "getUserMedia" | "enumerateDevices" | "addEventListener" | "removeEventListener"
>;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** What an error of `getUserMedia` means. */
export function trouble(error: unknown): Trouble {
  return TROUBLES[(error as { name?: string } | null)?.name ?? ""] ?? "unknown";
}

export class Microphone {
  private stream: MediaStream | null = null;
  private opening: Promise<MediaStream> | null = null;
  private chosen = "";
  private wanted = false;
  private readonly forget: Cancel;

  constructor(private readonly access: Access | undefined, private readonly hooks: MicrophoneHooks) {
    const look = () => void this.devicesChanged();
    access?.addEventListener("devicechange", look);
    this.forget = () => access?.removeEventListener("devicechange", look);
  }

  /** The stream to send; the first time the browser asks the person. Fails with `NoMicrophone`. */
  open(): Promise<MediaStream> {
    this.wanted = true;
    if (this.stream !== null) return Promise.resolve(this.stream);
    this.opening ??= this.acquire().finally(() => (this.opening = null));
    return this.opening;
  }

  /** Use this one; empty for the system's own choice. A call goes on with the new one. */
  async choose(id: string): Promise<void> {
    this.chosen = id;
    if (this.stream !== null || this.opening !== null) await this.again();
  }

  /** What can be chosen. */
  async list(): Promise<Devices> {
    const all = (await this.access?.enumerateDevices()) ?? [];
    const of = (kind: MediaDeviceKind) =>
      all.filter((one) => one.kind === kind).map((one) => ({ id: one.deviceId, label: one.label }));
    return { microphones: of("audioinput"), speakers: of("audiooutput") };
  }

  close(): void {
    this.forget();
    this.release();
  }

  private async acquire(): Promise<MediaStream> {
    try {
      const stream = await this.ask();
      this.release();
      this.stream = stream;
      for (const track of stream.getAudioTracks()) {
        track.onended = () => stream === this.stream && void this.again().catch(() => undefined);
        this.hooks.changed(track);
      }
      this.hooks.state("");
      return stream;
    } catch (error) {
      const found = error instanceof NoMicrophone ? error : new NoMicrophone(trouble(error), String(error));
      this.hooks.state(found.trouble);
      throw found;
    }
  }

  private async ask(): Promise<MediaStream> {
    if (this.access === undefined) throw new NoMicrophone("insecure", "the page is not on https");
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
    if (this.chosen !== "") {
      try {
        return await this.access.getUserMedia({ audio: { ...audio, deviceId: { exact: this.chosen } } });
      } catch (error) {
        if (trouble(error) !== "absent") throw error; // unplugged: the system's own choice will do
      }
    }
    return this.access.getUserMedia({ audio });
  }

  private async again(): Promise<void> {
    await this.opening?.catch(() => undefined);
    this.opening ??= this.acquire().finally(() => (this.opening = null));
    await this.opening;
  }

  private async devicesChanged(): Promise<void> {
    const devices = await this.list();
    this.hooks.devices(devices);
    if (!this.wanted || this.opening !== null) return;
    const mine = this.stream?.getAudioTracks()[0];
    const gone = mine === undefined || mine.readyState === "ended";
    const returned = mine !== undefined && this.chosen !== "" && mine.getSettings().deviceId !== this.chosen;
    if (gone || (returned && devices.microphones.some((one) => one.id === this.chosen))) {
      await this.again().catch(() => undefined); // the trouble was told already
    }
  }

  private release(): void {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.stream = null;
  }
}
