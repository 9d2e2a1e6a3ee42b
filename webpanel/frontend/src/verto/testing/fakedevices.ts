/** Microphones that can be plugged in and pulled out: `navigator.mediaDevices` for tests. */
import { settled } from "./faketime";

interface Track {
  readyState: "live" | "ended";
  onended: (() => void) | null;
  getSettings(): { deviceId: string };
  stop(): void;
}

export class FakeDevices {
  /** The constraints of every time somebody asked. */
  readonly asked: unknown[] = [];
  /** The name of the error with which the next ones are refused. */
  error = "";
  private plugged: string[];
  private readonly tracks = new Map<Track, string>();
  private readonly listeners = new Set<() => void>();

  constructor(...plugged: string[]) {
    this.plugged = plugged;
  }

  /** Which microphones are in use. */
  get live(): string[] {
    return [...this.tracks].filter(([track]) => track.readyState === "live").map(([, id]) => id);
  }

  async plug(id: string): Promise<void> {
    this.plugged.push(id);
    await this.changed();
  }

  async unplug(id: string): Promise<void> {
    this.plugged = this.plugged.filter((one) => one !== id);
    for (const [track, of] of this.tracks) {
      if (of !== id || track.readyState === "ended") continue;
      track.readyState = "ended";
      track.onended?.();
    }
    await this.changed();
  }

  async getUserMedia({ audio }: { audio: { deviceId?: { exact: string } } }): Promise<unknown> {
    this.asked.push(audio);
    if (this.error !== "") throw new DOMException("no", this.error);
    const id = audio.deviceId?.exact ?? this.plugged[0];
    if (id === undefined || !this.plugged.includes(id)) {
      throw new DOMException("no", id === undefined ? "NotFoundError" : "OverconstrainedError");
    }
    const track: Track = {
      readyState: "live",
      onended: null,
      getSettings: () => ({ deviceId: id }),
      stop: () => (track.readyState = "ended"),
    };
    this.tracks.set(track, id);
    return { getAudioTracks: () => [track], getTracks: () => [track] };
  }

  async enumerateDevices(): Promise<{ kind: string; deviceId: string; label: string }[]> {
    return this.plugged.map((id) => ({ kind: "audioinput", deviceId: id, label: id }));
  }

  addEventListener(_name: string, listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_name: string, listener: () => void): void {
    this.listeners.delete(listener);
  }

  private async changed(): Promise<void> {
    for (const listener of this.listeners) listener();
    await settled();
  }
}
