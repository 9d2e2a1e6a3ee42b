import { expect, test } from "vitest";
import { Microphone, type Access } from "./microphone";
import { FakeDevices } from "./testing/fakedevices";

function fresh(devices = new FakeDevices("desk", "headset")) {
  const seen = { troubles: [] as string[], tracks: [] as string[], lists: 0 };
  const microphone = new Microphone(devices as unknown as Access, {
    state: (trouble) => seen.troubles.push(trouble || "there"),
    changed: (track) => seen.tracks.push(track.getSettings().deviceId ?? ""),
    devices: () => (seen.lists += 1),
  });
  return { devices, microphone, seen };
}

test("the microphone is asked for once, with the echo taken out", async () => {
  const { devices, microphone, seen } = fresh();
  const [one, two] = await Promise.all([microphone.open(), microphone.open()]);
  expect(one).toBe(two);
  expect(await microphone.open()).toBe(one);
  expect(devices.asked).toEqual([
    { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  ]);
  expect(seen).toMatchObject({ troubles: ["there"], tracks: ["desk"] });
});

test.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "absent"],
  ["NotReadableError", "busy"],
  ["Surprise", "unknown"],
])("%s is told as %s, and asking again may go well", async (name, trouble) => {
  const { devices, microphone, seen } = fresh();
  devices.error = name;
  await expect(microphone.open()).rejects.toMatchObject({ name: "NoMicrophone", trouble });
  devices.error = "";
  await microphone.open();
  expect(seen.troubles).toEqual([trouble, "there"]);
});

test("a page that is not on https has no microphone", async () => {
  const hooks = { state: () => undefined, changed: () => undefined, devices: () => undefined };
  await expect(new Microphone(undefined, hooks).open()).rejects.toMatchObject({ trouble: "insecure" });
});

test("another microphone is chosen in mid-call", async () => {
  const { devices, microphone, seen } = fresh();
  await microphone.open();
  await microphone.choose("headset");
  expect(seen.tracks).toEqual(["desk", "headset"]);
  expect(devices.live).toEqual(["headset"]);
});

test("the chosen one is unplugged, another goes on, and it is taken again when it is back", async () => {
  const { devices, microphone, seen } = fresh();
  await microphone.choose("headset");
  await microphone.open();
  await devices.unplug("headset");
  expect(seen.tracks.at(-1)).toBe("desk");
  await devices.plug("headset");
  expect(seen.tracks.at(-1)).toBe("headset");
  expect(devices.live).toEqual(["headset"]);
});

test("without any microphone the trouble is told, and a new one is taken at once", async () => {
  const { devices, microphone, seen } = fresh(new FakeDevices("desk"));
  await microphone.open();
  await devices.unplug("desk");
  expect(seen.troubles.at(-1)).toBe("absent");
  await devices.plug("usb");
  expect(seen).toMatchObject({ troubles: expect.arrayContaining(["there"]), tracks: ["desk", "usb"] });
});

test("who had no microphone at all has one as soon as it is plugged in", async () => {
  const { devices, microphone, seen } = fresh(new FakeDevices());
  await expect(microphone.open()).rejects.toMatchObject({ trouble: "absent" });
  await devices.plug("usb");
  expect(seen).toMatchObject({ troubles: ["absent", "there"], tracks: ["usb"] });
});

test("nobody is asked for a microphone because one was plugged in", async () => {
  const { devices, seen } = fresh();
  await devices.plug("usb");
  expect([devices.asked, seen.lists]).toEqual([[], 1]);
});

test("after close nothing is heard of it", async () => {
  const { devices, microphone, seen } = fresh();
  await microphone.open();
  microphone.close();
  await devices.plug("usb");
  expect([devices.live, seen.lists]).toEqual([[], 0]);
});
