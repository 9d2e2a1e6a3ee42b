/** Sound for tests: voices that say what they were told, and a microphone that can be missing. */
import type { Media, Voice } from "../media";
import { NoMicrophone, type Trouble } from "../microphone";
import type { Counters } from "../quality";

export class FakeVoice implements Voice {
  speaking = true;
  listening = true;
  closed = false;
  remote = "";
  private received = 0;

  constructor(readonly silent: boolean, readonly failed: () => void, private readonly now: () => number) {}

  async offer(): Promise<string> {
    return "an offer";
  }

  async answer(offer: string): Promise<string> {
    this.remote = offer;
    return `an answer to ${offer}`;
  }

  async accept(answer: string): Promise<void> {
    this.remote = answer;
  }

  speak(on: boolean): void {
    this.speaking = on;
  }

  listen(on: boolean): void {
    this.listening = on;
  }

  async counters(): Promise<Counters> {
    this.received += 50;
    const { received } = this;
    const flowing = { received, sent: received, heard: received, spoken: received };
    return { at: this.now(), lost: 0, jitter: 0.002, rtt: 0.03, ...flowing };
  }

  close(): void {
    this.closed = true;
  }
}

export class FakeMedia implements Media {
  readonly voices: FakeVoice[] = [];
  trouble: Trouble | "" = "";

  constructor(private readonly now: () => number) {}

  get latest(): FakeVoice {
    return this.voices.at(-1)!;
  }

  async voice({ orSilence, failed }: { orSilence: boolean; failed(): void }): Promise<Voice> {
    if (this.trouble !== "" && !orSilence) throw new NoMicrophone(this.trouble, "no microphone");
    this.voices.push(new FakeVoice(this.trouble !== "", failed, this.now));
    return this.latest;
  }
}
