/** One call's connection: an RTCPeerConnection that is given its candidates' time, and plays what it hears. */
import { within, type Clock } from "./clock";
import type { Voice } from "./media";
import { counters, type Counters } from "./quality";

/** Milliseconds for candidates; then we go with those we have. */
export const GATHERING = 2000;

/** Where a remote stream is played. */
export interface Playing {
  play(stream: MediaStream): void;
  loud(on: boolean): void;
  stop(): void;
}

export interface PeerParts {
  clock: Clock;
  peer: RTCPeerConnection;
  playing: Playing;
  /** What is sent: a track of this call's own, which is stopped with it. */
  track: MediaStreamTrack;
  failed(): void;
}

export class PeerVoice implements Voice {
  private readonly sender: RTCRtpSender;
  private track: MediaStreamTrack;
  private speaking = true;
  private connected = false;
  private closed = false;

  constructor(private readonly parts: PeerParts) {
    const { peer, playing, track } = parts;
    this.track = track;
    this.sender = peer.addTrack(track);
    peer.ontrack = ({ track: heard, streams }) => playing.play(streams[0] ?? new MediaStream([heard]));
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "connected") this.connected = true;
      else if (peer.connectionState === "failed" && this.connected && !this.closed) parts.failed();
    };
  }

  async offer(): Promise<string> {
    await this.parts.peer.setLocalDescription(await this.parts.peer.createOffer());
    return this.gathered();
  }

  async answer(offer: string): Promise<string> {
    const { peer } = this.parts;
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    await peer.setLocalDescription(await peer.createAnswer());
    return this.gathered();
  }

  async accept(answer: string): Promise<void> {
    const { peer } = this.parts;
    if (peer.signalingState === "have-local-offer") await peer.setRemoteDescription({ type: "answer", sdp: answer });
  }

  speak(on: boolean): void {
    this.speaking = on;
    this.track.enabled = on;
  }

  listen(on: boolean): void {
    this.parts.playing.loud(on);
  }

  /** Sends another microphone from now on; the track becomes this call's own. */
  async send(track: MediaStreamTrack): Promise<void> {
    if (this.closed) {
      track.stop();
      return;
    }
    track.enabled = this.speaking;
    const before = this.track;
    this.track = track;
    await this.sender.replaceTrack(track);
    before.stop();
  }

  async counters(): Promise<Counters> {
    const found: Record<string, unknown>[] = [];
    (await this.parts.peer.getStats()).forEach((report: Record<string, unknown>) => found.push(report));
    return counters(found, this.parts.clock.now());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.parts.peer.ontrack = this.parts.peer.onconnectionstatechange = null;
    this.parts.peer.close();
    this.track.stop();
    this.parts.playing.stop();
  }

  private async gathered(): Promise<string> {
    const { peer, clock } = this.parts;
    const complete = new Promise<void>((done) => {
      const look = () => {
        if (peer.iceGatheringState === "complete") done();
      };
      peer.onicegatheringstatechange = look;
      look();
    });
    await within(clock, GATHERING, complete, () => new Error("late")).catch(() => undefined);
    peer.onicegatheringstatechange = null;
    return peer.localDescription?.sdp ?? "";
  }
}
