/**
 * The softphone of the operator desk. It knows nothing of how a page looks.
 *
 * ```ts
 * const desk = softphone({
 *   credentials: async () => (await fetch("/desk/verto")).json(), // { url, login, password }, asked before every login
 *   leader: (state) => …,  // "asking", "leading", "elsewhere" (offer desk.leader.takeOver())
 *   sound: (state) => …,   // microphone trouble, sound blocked (offer desk.sound.allow() on a click), devices
 *   phone: (event) => …,   // { kind: "line", line } or { kind: "call", call }
 * });
 * ```
 *
 * - `desk.phone`: `answer(id)`, `reject(id, cause)`, `hangup(id)`, `hold(id, on)`, `mute(id, on)`, `dtmf(id, keys)`,
 *   `dial(number)`, `transfer(id, number)`, and `join(id, other)` after a `dial` to ask a colleague (the first call
 *   is on hold from then on). `line` and `views` say how everything is; events say when it changes.
 * - `desk.sound`: `prepare()` asks for the microphone (do it when the operator sits down: an answer need not wait for
 *   the browser's question then), `allow()` lets the browser play (any click or key on the page does that too; while
 *   `sound.blocked`, say so), `level()` is the microphone's loudness 0 to 1 for a meter, `chooseMicrophone(id)`,
 *   `chooseSpeaker(id)`.
 * - A promise that fails says why by its class: `NoMicrophone` (its `trouble`), `Refused` (the switch's words),
 *   `Lost` (the line broke; what really happened, the call's next event tells), `NotNow` (wrong moment),
 *   `RangeError` (no such number, key or call). `hold` while the line is down is no failure: it is done afterwards.
 * - Calls are values (`CallView`). The last event of a call has the state `ended`, its `cause`, and the `summary` of
 *   its quality. `interrupted` calls ended by a reload or a broken line, not by the operator: no "no answer".
 *   `restored` calls were there before the page: put their screen back by `id`, and tell the supervisor.
 * - `call.sound` changes every second of a talk: RTT, jitter, loss, and `fromYou` / `fromCaller`, which is `none` or
 *   `silent` when that side is not heard.
 * - With the line `offline` or `taken-over` this tab has no calls (no events are sent for them): `views` is empty.
 * - A closed page says nothing to the switch: an answered call waits there for `detach-timeout-sec`, a ringing one is
 *   ended by the switch itself with DESTINATION_OUT_OF_ORDER (never by us with a refusal).
 */
import { BrowserMedia, type SoundState } from "./browsermedia";
import { workerClock } from "./clock";
import { Leader, type LeaderState } from "./leader";
import { impatient, type Credentials } from "./line";
import { Phone, type PhoneEvent } from "./phone";
import { Keeper } from "./storage";
import { webSocket } from "./wire";

export { CONNECTION_LOST, NotNow, type CallState, type CallView } from "./callview";
export { type SoundState } from "./browsermedia";
export { type LeaderState } from "./leader";
export { type Credentials, type LineState } from "./line";
export { NoMicrophone, type Device, type Devices, type Trouble } from "./microphone";
export { dialable } from "./number";
export { type PhoneEvent } from "./phone";
export { type Silence, type Sound, type Summary } from "./quality";
export { Lost, Refused } from "./rpc";

export interface SoftphoneOptions {
  /** Asked before every login; fails if the panel cannot say. */
  credentials(): Promise<Credentials>;
  /** Tells lines of one browser apart that know nothing of each other; the operator desk's has none. */
  name?: string;
  /** STUN or TURN servers; none where operators and switch are in one network. */
  iceServers?: RTCIceServer[];
  phone(event: Exclude<PhoneEvent, { kind: "memory" }>): void;
  leader(state: LeaderState): void;
  sound(state: SoundState): void;
}

export interface Softphone {
  phone: Phone;
  sound: BrowserMedia;
  leader: Leader;
  /** Stops everything without a word to the switch. */
  close(): void;
}

/** After one of these a browser lets sound play. */
const GESTURES = ["pointerdown", "keydown"] as const;

/** A softphone on this browser's own parts; it begins at once if no other tab telephones. */
export function softphone(options: SoftphoneOptions): Softphone {
  const clock = workerClock();
  const sound = new BrowserMedia({
    clock,
    access: navigator.mediaDevices as MediaDevices | undefined,
    iceServers: options.iceServers ?? [],
    changed: (state) => options.sound(state),
  });
  const name = options.name ?? "verto";
  const keeper = new Keeper(sessionStorage, () => crypto.randomUUID(), name);
  const before = keeper.now !== null;
  const phone = new Phone({
    clock,
    media: sound,
    keeper,
    open: webSocket,
    credentials: impatient(clock, () => options.credentials()),
    random: () => Math.random(),
    uuid: () => crypto.randomUUID(),
  });
  const leader: Leader = new Leader({
    clock,
    locks: navigator.locks,
    channel: new BroadcastChannel(name),
    lock: name,
    state: (state) => options.leader(state),
    lead: (memory) => {
      if (memory !== null) phone.adopt(memory);
      leader.publish(phone.memory);
      phone.start();
    },
    leave: () => phone.handOver(),
  });
  phone.subscribe((event) => {
    if (event.kind === "memory") leader.publish(event.memory);
    else options.phone(event);
  });
  const online = () => phone.online();
  const touched = () => {
    if (sound.state.blocked) void sound.allow();
  };
  addEventListener("online", online);
  for (const gesture of GESTURES) addEventListener(gesture, touched);
  queueMicrotask(() => void leader.begin(before)); // so that who called has the softphone in hand
  return {
    phone,
    sound,
    leader,
    close: () => {
      removeEventListener("online", online);
      for (const gesture of GESTURES) removeEventListener(gesture, touched);
      phone.leave();
      leader.close();
      sound.close();
      clock.close();
    },
  };
}
