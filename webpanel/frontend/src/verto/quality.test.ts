import { expect, test } from "vitest";
import { counters, NO_PACKETS, ONLY_SILENCE, Quality, type Counters } from "./quality";

const at = (second: number, changes: Partial<Counters> = {}): Counters => ({
  at: second * 1000,
  received: second * 50,
  lost: 0,
  heard: second,
  jitter: 0.004,
  sent: second * 50,
  spoken: second,
  rtt: 0.02,
  ...changes,
});

/** The warnings of a call of so many seconds. */
function talk(seconds: number, changes: (second: number) => Partial<Counters>, speaking = true, listening = true) {
  const quality = new Quality();
  let last;
  for (let second = 0; second <= seconds; second++) {
    last = quality.take(at(second, changes(second)), speaking, listening);
  }
  return { ...last!, summary: quality.summary };
}

test("a good call warns of nothing", () => {
  expect(talk(30, () => ({}))).toMatchObject({ fromYou: "", fromCaller: "", rtt: 20, jitter: 4, loss: 0 });
});

test("a caller whose packets stop is noticed after four seconds, and counted", () => {
  const stopped = talk(10, (second) => ({ received: Math.min(second, 2) * 50 }));
  expect(stopped.fromCaller).toBe("none");
  expect(stopped.summary.silentCaller).toBe(5);
  expect(talk(2 + NO_PACKETS / 1000 - 1, (second) => ({ received: Math.min(second, 2) * 50 })).fromCaller).toBe("");
});

test("a microphone that is switched off is noticed after ten seconds", () => {
  const off = (second: number) => ({ spoken: Math.min(second, 1) });
  expect(talk(1 + ONLY_SILENCE / 1000, off).fromYou).toBe("silent");
  expect(talk(ONLY_SILENCE / 1000, off).fromYou).toBe("");
});

test("whoever is muted or on hold is not missed", () => {
  expect(talk(30, () => ({ spoken: 0, received: 0, heard: 0 }), false, false)).toMatchObject({ fromYou: "", fromCaller: "" });
});

test("a new connection counts from nought, the summary goes on", () => {
  const quality = new Quality();
  for (const one of [at(0), at(1), at(2, { lost: 10 })]) quality.take(one, true, true);
  quality.anew();
  for (const one of [at(10, { received: 0, sent: 0, lost: 0 }), at(11, { received: 50, sent: 50, lost: 0 })]) {
    quality.take(one, true, true);
  }
  expect(quality.summary).toMatchObject({ seconds: 3, received: 150, sent: 150, loss: 10 / 160 });
});

test("a call of which nothing was measured says so", () => {
  expect(new Quality().summary).toMatchObject({ seconds: 0, rttMean: null, jitterMax: null, loss: null });
});

test("what getStats says is read, whatever else it says", () => {
  const reports = [
    { type: "inbound-rtp", kind: "audio", packetsReceived: 7, packetsLost: 1, totalAudioEnergy: 0.5, jitter: 0.003 },
    { type: "inbound-rtp", kind: "video", packetsReceived: 100 },
    { type: "outbound-rtp", kind: "audio", packetsSent: 9 },
    { type: "media-source", kind: "audio", totalAudioEnergy: 0.25 },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.04 },
    { type: "codec" },
  ];
  const read = { at: 5, received: 7, lost: 1, heard: 0.5, jitter: 0.003, sent: 9, spoken: 0.25 };
  expect(counters(reports, 5)).toEqual({ ...read, rtt: 0.04 });
  expect(counters([...reports, { type: "remote-inbound-rtp", roundTripTime: 0.01 }], 5)).toEqual({ ...read, rtt: 0.01 });
});
