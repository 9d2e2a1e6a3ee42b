/** The sound of one call over all its connections: one at a time, looked at every second. */
import { every, type Cancel, type Clock } from "./clock";
import type { Media, Voice } from "./media";
import { Quality, type Sound, type Summary } from "./quality";

/** Milliseconds between two looks at the counters. */
export const LOOK = 1000;

export interface CallSoundParts {
  clock: Clock;
  media: Media;
  /** The sound was there and is gone. */
  failed(): void;
  /** Which sides should be heard now; null while nobody talks. */
  expected(): { you: boolean; caller: boolean } | null;
  /** There are new figures. */
  measured(): void;
}

export class CallSound {
  /** How it sounds now; null while nothing is measured. */
  now: Sound | null = null;
  private voice: Voice | null = null;
  private looking: Cancel | null = null;
  private readonly quality = new Quality();

  constructor(private readonly parts: CallSoundParts) {}

  get summary(): Summary {
    return this.quality.summary;
  }

  /** A new connection in the place of the old; null if it is not `wanted` any more when it is there. */
  async connect(orSilence: boolean, wanted: () => boolean): Promise<Voice | null> {
    const voice = await this.parts.media.voice({ orSilence, failed: () => this.parts.failed() });
    if (!wanted()) {
      voice.close();
      return null;
    }
    this.disconnect();
    this.voice = voice;
    this.quality.anew();
    return voice;
  }

  /** The switch's answer to our offer. */
  async accept(answer: string): Promise<void> {
    await this.voice?.accept(answer);
  }

  /** Who may be heard: the microphone by the caller, the caller by us. */
  open(you: boolean, caller: boolean): void {
    this.voice?.speak(you);
    this.voice?.listen(caller);
  }

  /** Looks at the counters from now on. */
  watch(): void {
    this.looking ??= every(this.parts.clock, LOOK, () => void this.look().catch(() => undefined)); // closed meanwhile
  }

  /** No sound until it is connected again. */
  disconnect(): void {
    this.voice?.close();
    this.voice = this.now = null;
  }

  /** No sound any more. */
  stop(): void {
    this.disconnect();
    this.looking?.();
  }

  private async look(): Promise<void> {
    const voice = this.voice;
    if (voice === null || this.parts.expected() === null) return;
    const counted = await voice.counters();
    const expected = this.parts.expected();
    if (voice !== this.voice || expected === null) return;
    this.now = this.quality.take(counted, expected.you, expected.caller);
    this.parts.measured();
  }
}
