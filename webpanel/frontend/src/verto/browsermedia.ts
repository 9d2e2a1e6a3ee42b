/** The browser's sound: one microphone for all calls, a connection for each. */
import type { Clock } from "./clock";
import type { Media, Voice } from "./media";
import { Microphone, NoMicrophone, type Access, type Devices, type Trouble } from "./microphone";
import { PeerVoice } from "./peer";
import { Speaker } from "./speaker";

/** How microphone and speaker are. */
export interface SoundState {
  /** Why there is no microphone; empty if there is one, null before anybody asked. */
  microphone: Trouble | "" | null;
  /** The browser plays nothing until somebody clicks (and the click calls `allow`). */
  blocked: boolean;
  devices: Devices;
}

export interface BrowserMediaParts {
  clock: Clock;
  access: Access | undefined;
  iceServers: RTCIceServer[];
  changed(state: SoundState): void;
}

export class BrowserMedia implements Media {
  state: SoundState = { microphone: null, blocked: false, devices: { microphones: [], speakers: [] } };
  private readonly microphone: Microphone;
  private readonly speaker: Speaker;
  private readonly voices = new Set<PeerVoice>();

  constructor(private readonly parts: BrowserMediaParts) {
    this.speaker = new Speaker((blocked) => this.become({ blocked }));
    this.microphone = new Microphone(parts.access, {
      state: (microphone) => this.become({ microphone }),
      devices: (devices) => this.become({ devices }),
      changed: (track) => {
        this.speaker.measure(new MediaStream([track]));
        for (const voice of this.voices) void voice.send(track.clone());
      },
    });
  }

  /** Asks for the microphone now, so that an answer need not; fails with `NoMicrophone`. */
  async prepare(): Promise<void> {
    await this.microphone.open();
    this.become({ devices: await this.microphone.list() });
  }

  /** From a click or a key: lets the browser play. */
  allow(): Promise<void> {
    return this.speaker.allow();
  }

  /** The microphone's loudness now, 0 to 1; ask as often as you paint. */
  level(): number {
    return this.speaker.level();
  }

  chooseMicrophone(id: string): Promise<void> {
    return this.microphone.choose(id);
  }

  chooseSpeaker(id: string): Promise<void> {
    return this.speaker.choose(id);
  }

  async voice({ orSilence, failed }: { orSilence: boolean; failed(): void }): Promise<Voice> {
    const { clock, iceServers } = this.parts;
    const track = await this.track(orSilence);
    const peer = new RTCPeerConnection({ iceServers });
    const voice = new PeerVoice({ clock, peer, track, failed, playing: this.speaker.place() });
    this.voices.add(voice);
    const close = voice.close.bind(voice);
    voice.close = () => {
      this.voices.delete(voice);
      close();
    };
    return voice;
  }

  close(): void {
    for (const voice of [...this.voices]) voice.close();
    this.microphone.close();
    this.speaker.close();
  }

  private async track(orSilence: boolean): Promise<MediaStreamTrack> {
    try {
      const track = (await this.microphone.open()).getAudioTracks()[0];
      if (track === undefined) throw new NoMicrophone("absent", "a microphone without a track");
      return track.clone();
    } catch (error) {
      if (!orSilence || !(error instanceof NoMicrophone)) throw error;
      return this.speaker.silence();
    }
  }

  private become(change: Partial<SoundState>): void {
    this.state = { ...this.state, ...change };
    this.parts.changed(this.state);
  }
}
