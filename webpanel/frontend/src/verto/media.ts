/** What a call needs of sound, whoever makes it: the browser (`browsermedia.ts`), or a test. */
import type { Counters } from "./quality";

/** The sound of one call over one connection. A call that comes back gets a new one. */
export interface Voice {
  /** Our offer, every candidate in it: mod_verto takes no trickle. */
  offer(): Promise<string>;
  /** Our answer to the switch's offer. */
  answer(offer: string): Promise<string>;
  /** Takes the switch's answer to our offer; a second one changes nothing. */
  accept(answer: string): Promise<void>;
  /** Whether the caller hears the microphone. */
  speak(on: boolean): void;
  /** Whether the caller is played. */
  listen(on: boolean): void;
  counters(): Promise<Counters>;
  close(): void;
}

export interface Media {
  /**
   * Makes a voice; fails with `NoMicrophone`. With `orSilence` it sends silence instead until there is a
   * microphone: a call that comes back must not end for that. `failed`: it was connected and no longer is.
   */
  voice(options: { orSilence: boolean; failed(): void }): Promise<Voice>;
}
