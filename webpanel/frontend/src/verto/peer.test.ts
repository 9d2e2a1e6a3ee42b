import { expect, test } from "vitest";
import { GATHERING, PeerVoice, type Playing } from "./peer";
import { FakeTime } from "./testing/faketime";

/** An RTCPeerConnection that gathers when the test says so. */
class FakePeer {
  iceGatheringState = "gathering";
  connectionState = "new";
  signalingState = "stable";
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  onicegatheringstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: unknown = null;
  sent: unknown[] = [];

  addTrack(track: unknown): unknown {
    this.sent.push(track);
    return { replaceTrack: async (next: unknown) => void this.sent.push(next) };
  }

  createOffer = async () => ({ type: "offer", sdp: "offer" });
  createAnswer = async () => ({ type: "answer", sdp: "answer" });

  async setLocalDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.localDescription = { sdp };
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.remote.push(`${type}: ${sdp}`);
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
  }

  gather(sdp: string): void {
    this.localDescription = { sdp };
    this.iceGatheringState = "complete";
    this.onicegatheringstatechange?.();
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close = () => undefined;
}

class FakeTrack {
  enabled = true;
  stopped = false;

  stop(): void {
    this.stopped = true;
  }
}

const track = () => new FakeTrack() as unknown as MediaStreamTrack;

function fresh() {
  const time = new FakeTime();
  const peer = new FakePeer();
  const seen = { failed: 0 };
  const playing: Playing = { play: () => undefined, loud: () => undefined, stop: () => undefined };
  const mine = track();
  const parts = { clock: time, peer: peer as unknown as RTCPeerConnection, playing, track: mine };
  return { time, peer, seen, mine, voice: new PeerVoice({ ...parts, failed: () => void seen.failed++ }) };
}

test("an offer is given when every candidate is in it", async () => {
  const { time, peer, voice } = fresh();
  const offer = voice.offer();
  await time.pass(100);
  peer.gather("offer with candidates");
  expect(await offer).toBe("offer with candidates");
});

test("candidates that do not come are not waited for", async () => {
  const { time, voice } = fresh();
  const answer = voice.answer("theirs");
  await time.pass(GATHERING);
  expect(await answer).toBe("answer");
});

test("an answer is taken once", async () => {
  const { peer, voice } = fresh();
  peer.gather("");
  await voice.offer();
  await voice.accept("early");
  await voice.accept("again");
  expect(peer.remote).toEqual(["answer: early"]);
});

test("sound that never was cannot fail, sound that was can", () => {
  const { peer, seen } = fresh();
  peer.become("failed");
  expect(seen.failed).toBe(0);
  peer.become("connected");
  peer.become("failed");
  expect(seen.failed).toBe(1);
});

test("another microphone stays as silent as the one before", async () => {
  const { peer, voice, mine } = fresh();
  voice.speak(false);
  const next = track();
  await voice.send(next);
  expect(peer.sent).toEqual([mine, next]);
  expect(next.enabled).toBe(false);
  voice.close();
  const late = track();
  await voice.send(late);
  for (const one of [mine, next, late]) expect(one).toMatchObject({ stopped: true });
});
