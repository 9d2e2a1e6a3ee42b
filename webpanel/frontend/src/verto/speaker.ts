/** The loud side: plays callers on the chosen speaker, measures the microphone, knows if sound may play. */
import type { Cancel } from "./clock";
import type { Playing } from "./peer";

export class Speaker {
  private readonly context = new AudioContext();
  private readonly elements = new Set<HTMLAudioElement>();
  private meter: { source: MediaStreamAudioSourceNode; analyser: AnalyserNode } | null = null;
  private readonly samples = new Float32Array(1024);
  private chosen = "";

  /** `blocked` is told whether the browser refuses to play sound until somebody clicks. */
  constructor(private readonly blocked: (blocked: boolean) => void) {
    this.context.onstatechange = () => this.tell();
    this.tell();
  }

  /** Whether the browser refuses to play. */
  get isBlocked(): boolean {
    return this.context.state !== "running";
  }

  /** To be called from a click or a key: then the browser lets sound play. */
  async allow(): Promise<void> {
    await this.context.resume();
    for (const element of this.elements) await element.play().catch(() => undefined);
    this.tell();
  }

  /** Play on this one; empty for the system's own choice. Fails if there is no such speaker. */
  async choose(id: string): Promise<void> {
    this.chosen = id;
    await Promise.all([...this.elements].map((element) => element.setSinkId(id)));
  }

  /** A place to play one caller. */
  place(): Playing {
    const element = new Audio();
    this.elements.add(element);
    return {
      play: (stream) => {
        element.srcObject = stream;
        if (this.chosen !== "") void element.setSinkId(this.chosen).catch(() => undefined);
        element.play().catch((error: unknown) => {
          if ((error as { name?: string }).name === "NotAllowedError") this.blocked(true);
        });
      },
      loud: (on) => (element.muted = !on),
      stop: () => {
        element.pause();
        element.srcObject = null;
        this.elements.delete(element);
      },
    };
  }

  /** A track without a sound, to send while there is no microphone. */
  silence(): MediaStreamTrack {
    const track = this.context.createMediaStreamDestination().stream.getAudioTracks()[0];
    if (track === undefined) throw new Error("a destination without a track");
    return track;
  }

  /** Measure this microphone from now on. */
  measure(stream: MediaStream): Cancel {
    this.meter?.source.disconnect();
    const source = this.context.createMediaStreamSource(stream);
    const analyser = this.context.createAnalyser();
    analyser.fftSize = this.samples.length;
    source.connect(analyser);
    this.meter = { source, analyser };
    void this.context.resume(); // a page that records may play as well
    return () => source.disconnect();
  }

  /** How loud the microphone is now: 0 (-60 dB or less) to 1 (as loud as it goes). */
  level(): number {
    if (this.meter === null) return 0;
    this.meter.analyser.getFloatTimeDomainData(this.samples);
    const power = this.samples.reduce((sum, one) => sum + one * one, 0) / this.samples.length;
    return power === 0 ? 0 : Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 60));
  }

  close(): void {
    void this.context.close();
  }

  private tell(): void {
    if (this.context.state !== "closed") this.blocked(this.isBlocked);
  }
}
