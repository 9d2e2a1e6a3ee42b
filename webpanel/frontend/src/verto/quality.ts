/** How a call sounds, from the browser's counters: figures per second, warnings, and a summary at the end. */

/** The counters of one moment; sums since the connection began, seconds where nothing is said. */
export interface Counters {
  /** Milliseconds since 1970. */
  at: number;
  /** Packets and energy from the caller; energy as WebRTC's `totalAudioEnergy`. */
  received: number;
  lost: number;
  heard: number;
  jitter: number | null;
  /** Packets towards the caller, and the energy the microphone gave. */
  sent: number;
  spoken: number;
  rtt: number | null;
}

/** `none`: no packets at all. `silent`: packets, but nothing in them. */
export type Silence = "" | "none" | "silent";

/** How the call sounds now. RTT and jitter in milliseconds, loss 0 to 1, all of the last second. */
export interface Sound {
  rtt: number | null;
  jitter: number | null;
  loss: number | null;
  /** No sound from you / from the caller. */
  fromYou: Silence;
  fromCaller: Silence;
}

/** A call's quality as a whole; null where nothing was ever measured. */
export interface Summary {
  seconds: number;
  rttMean: number | null;
  rttMax: number | null;
  jitterMean: number | null;
  jitterMax: number | null;
  /** 0 to 1, over all packets. */
  loss: number | null;
  received: number;
  sent: number;
  /** Seconds in which a side was not heard. */
  silentYou: number;
  silentCaller: number;
}

/** Milliseconds without packets, and with packets of silence, before we warn. */
export const NO_PACKETS = 4000;
export const ONLY_SILENCE = 10_000;
/** Energy per second below which a microphone is dead or switched off: far below any room. */
export const DEAD = 1e-9;

class Average {
  private sum = 0;
  private count = 0;
  max: number | null = null;

  add(value: number | null): void {
    if (value === null) return;
    this.sum += value;
    this.count += 1;
    this.max = Math.max(this.max ?? value, value);
  }

  get mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}

/** When a side last gave packets, and last gave sound. */
class Side {
  private packetsAt: number | null = null;
  private soundAt: number | null = null;

  silence(at: number, packets: number, energy: number, expected: boolean): Silence {
    if (!expected || this.packetsAt === null || this.soundAt === null) this.packetsAt = this.soundAt = at;
    if (packets > 0) this.packetsAt = at;
    if (energy > DEAD) this.soundAt = at;
    if (at - this.packetsAt >= NO_PACKETS) return "none";
    return at - this.soundAt >= ONLY_SILENCE ? "silent" : "";
  }
}

/** Follows one call over all its connections: feed it counters about once a second. */
export class Quality {
  private before: Counters | null = null;
  private readonly rtt = new Average();
  private readonly jitter = new Average();
  private readonly you = new Side();
  private readonly caller = new Side();
  private received = 0;
  private lost = 0;
  private sent = 0;
  private ms = 0;
  private quiet = { you: 0, caller: 0 };

  /** `speaking`, `listening`: whether sound is expected from us and from the caller (no mute, no hold). */
  take(now: Counters, speaking: boolean, listening: boolean): Sound {
    const before = this.before;
    this.before = now;
    const begun = before === null || now.received < before.received || now.sent < before.sent;
    const since = begun ? now : before;
    const ms = begun ? 0 : now.at - since.at;
    const received = now.received - since.received;
    const lost = Math.max(0, now.lost - since.lost);
    const sent = now.sent - since.sent;
    const rtt = now.rtt === null ? null : now.rtt * 1000;
    const jitter = now.jitter === null ? null : now.jitter * 1000;
    this.rtt.add(rtt);
    this.jitter.add(jitter);
    this.received += received;
    this.lost += lost;
    this.sent += sent;
    this.ms += ms;
    const fromYou = this.you.silence(now.at, sent, now.spoken - since.spoken, speaking);
    const fromCaller = this.caller.silence(now.at, received, now.heard - since.heard, listening);
    if (fromYou !== "") this.quiet.you += ms;
    if (fromCaller !== "") this.quiet.caller += ms;
    return { rtt, jitter, loss: share(lost, received), fromYou, fromCaller };
  }

  /** A new connection counts from nought. */
  anew(): void {
    this.before = null;
  }

  get summary(): Summary {
    return {
      seconds: this.ms / 1000,
      rttMean: this.rtt.mean,
      rttMax: this.rtt.max,
      jitterMean: this.jitter.mean,
      jitterMax: this.jitter.max,
      loss: share(this.lost, this.received),
      received: this.received,
      sent: this.sent,
      silentYou: this.quiet.you / 1000,
      silentCaller: this.quiet.caller / 1000,
    };
  }
}

function share(lost: number, received: number): number | null {
  return lost + received === 0 ? null : lost / (lost + received);
}

/** The counters in what `getStats` says. */
export function counters(reports: Iterable<Readonly<Record<string, unknown>>>, at: number): Counters {
  const found: Counters = { at, received: 0, lost: 0, heard: 0, jitter: null, sent: 0, spoken: 0, rtt: null };
  let paired: number | null = null;
  for (const report of reports) {
    const value = (name: string): number | null => (typeof report[name] === "number" ? report[name] : null);
    if (report.type === "inbound-rtp" && report.kind === "audio") {
      found.received += value("packetsReceived") ?? 0;
      found.lost += value("packetsLost") ?? 0;
      found.heard += value("totalAudioEnergy") ?? 0;
      found.jitter = value("jitter") ?? found.jitter;
    } else if (report.type === "outbound-rtp" && report.kind === "audio") {
      found.sent += value("packetsSent") ?? 0;
    } else if (report.type === "media-source" && report.kind === "audio") {
      found.spoken += value("totalAudioEnergy") ?? 0;
    } else if (report.type === "remote-inbound-rtp") {
      found.rtt = value("roundTripTime") ?? found.rtt;
    } else if (report.type === "candidate-pair" && report.nominated === true) {
      paired = value("currentRoundTripTime") ?? paired;
    }
  }
  return { ...found, rtt: found.rtt ?? paired };
}
