/** What calls for attention when it rings: a bell on headset and loudspeaker, the title, a notification. */

const RATE = 8000;
const CYCLE = 3; // seconds: one of sound, two of silence, as telephones in Japan ring

/** A ringing telephone as a WAVE file: 400 Hz, trembling at 16 Hz. */
export function ringing(): Uint8Array<ArrayBuffer> {
  const samples = RATE * CYCLE;
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => [...text].forEach((one, i) => view.setUint8(at + i, one.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples * 2, true);
  for (let at = 0; at < samples; at += 1) {
    const time = at / RATE;
    const swell = Math.min(1, time / 0.04, Math.max(0, (1 - time) / 0.04));
    const tone = Math.sin(2 * Math.PI * 400 * time) * (0.6 + 0.4 * Math.sin(2 * Math.PI * 16 * time));
    view.setInt16(44 + at * 2, time < 1 ? Math.round(9000 * swell * tone) : 0, true);
  }
  return bytes;
}

/** Rings on two devices; a browser that will not play is told of by `blocked`. */
export class Bell {
  private readonly headset = new Audio();
  private readonly loud = new Audio();
  private on = false;

  constructor(private readonly blocked: () => void) {
    const address = URL.createObjectURL(new Blob([ringing()], { type: "audio/wav" }));
    for (const one of [this.headset, this.loud]) {
      one.src = address;
      one.loop = true;
    }
  }

  /** Where it rings: the headset, and a loudspeaker if there is another; empty is the system's own. */
  async places(headset: string, loud: string): Promise<void> {
    await Promise.all([this.headset.setSinkId(headset), this.loud.setSinkId(loud)]).catch(() => undefined);
    this.loud.muted = loud === headset;
  }

  ring(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    for (const one of [this.headset, this.loud]) {
      one.currentTime = 0;
      if (on) one.play().catch(() => this.blocked());
      else one.pause();
    }
  }

  /** The sound once, to hear whether there is any. */
  async try(): Promise<void> {
    this.headset.currentTime = 0;
    this.headset.loop = false;
    await this.headset.play();
    await new Promise((done) => setTimeout(done, 1100));
    this.headset.loop = true;
    if (!this.on) this.headset.pause();
  }
}

/** Flashes the title, at less than 1 Hz, and shows a notification, until it is told that nothing rings. */
export class Attention {
  private readonly usual = document.title;
  private timer = 0;
  private shown: Notification | null = null;

  call(title: string, text: string, taken: () => void): void {
    this.rest();
    let on = false;
    const flash = () => {
      on = !on;
      document.title = on ? title : this.usual;
    };
    flash();
    this.timer = window.setInterval(flash, 1000);
    if (!document.hasFocus() && "Notification" in window && Notification.permission === "granted") {
      this.shown = new Notification(title, { body: text, tag: "desk", requireInteraction: true });
      this.shown.onclick = () => {
        window.focus();
        taken();
      };
    }
  }

  rest(): void {
    window.clearInterval(this.timer);
    document.title = this.usual;
    this.shown?.close();
    this.shown = null;
  }
}
