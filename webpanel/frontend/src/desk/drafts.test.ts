import { beforeEach, describe, expect, test } from "vitest";
import { Refused } from "../shared/api";
import { Drafts, type Draft, type Keeping } from "./drafts";

class Shelf {
  kept: Record<string, string> = {};
  getItem = (key: string) => this.kept[key] ?? null;
  setItem = (key: string, value: string) => void (this.kept[key] = value);
}

/** A server, a browser's memory, and a clock that only runs when it is told to. */
class World {
  shelf = new Shelf();
  server = new Map<string, Draft>();
  reached = true;
  refuses = "";
  said: Keeping[] = [];
  private waiting: { run: () => void; on: boolean }[] = [];

  open(): Drafts {
    return new Drafts(
      {
        send: async (leg, draft) => {
          if (!this.reached) throw new Refused("lost", 0);
          if (this.refuses === leg) throw new Refused("too long", 400);
          this.server.set(leg, draft);
        },
        store: this.shelf,
        later: (_, run) => {
          const one = { run, on: true };
          this.waiting.push(one);
          return () => (one.on = false);
        },
        changed: (keeping) => this.said.push(keeping),
      },
      "drafts",
    );
  }

  /** Everything that waits for a moment happens. */
  async pass(): Promise<void> {
    const due = this.waiting.splice(0).filter((one) => one.on);
    for (const one of due) one.run();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  get last(): string {
    return this.said.at(-1)?.name ?? "";
  }
}

describe("notes while they are typed", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  test("reach the server when the typing pauses, once", async () => {
    const drafts = world.open();
    drafts.open("9a");
    drafts.put({ text: "広", case: "" });
    drafts.put({ text: "広岡", case: "leak.road" });
    expect(world.server.size).toBe(0);
    await world.pass();
    expect(world.server.get("9a")).toEqual({ text: "広岡", case: "leak.road" });
    expect(world.last).toBe("kept");
  });

  test("are not lost when the page goes before they were sent", async () => {
    const drafts = world.open();
    drafts.open("9a");
    drafts.put({ text: "広岡", case: "" });
    const again = world.open();
    expect(again.open("9a")).toEqual({ text: "広岡", case: "" });
    await world.pass();
    expect(world.server.get("9a")?.text).toBe("広岡");
  });

  test("wait for a server that is gone, and say so", async () => {
    const drafts = world.open();
    drafts.open("9a");
    world.reached = false;
    drafts.put({ text: "広岡", case: "" });
    await world.pass();
    expect(world.last).toBe("here");
    drafts.put({ text: "広岡3", case: "" });
    await world.pass();
    world.reached = true;
    await world.pass();
    expect(world.server.get("9a")?.text).toBe("広岡3");
    expect(world.last).toBe("kept");
  });

  test("of the call before are sent although the next has begun", async () => {
    const drafts = world.open();
    drafts.open("9a");
    drafts.put({ text: "前の通話", case: "" });
    drafts.open("9b");
    drafts.put({ text: "次の通話", case: "" });
    await world.pass();
    expect([...world.server.keys()]).toEqual(["9a", "9b"]);
  });

  test("that were saved are not sent again as a draft", async () => {
    const drafts = world.open();
    drafts.open("9a");
    drafts.put({ text: "広岡", case: "" });
    drafts.saved("9a");
    await world.pass();
    expect(world.server.size).toBe(0);
    expect(world.open().open("9a")).toBeNull();
  });

  test("that are refused say why, and hold up no other call's", async () => {
    const drafts = world.open();
    drafts.open("9a");
    world.refuses = "9a";
    drafts.put({ text: "x", case: "" });
    await world.pass();
    expect(world.said.at(-1)).toEqual({ name: "refused", why: "too long" });
    drafts.open("9b");
    drafts.put({ text: "y", case: "" });
    await world.pass();
    await world.pass();
    expect([...world.server.keys()]).toEqual(["9b"]);
  });

  test("survive rubbish in the browser's memory", () => {
    for (const rubbish of ["{", "[[1,2]]", '[["a",null]]', "null", '[["9a",{"text":5}]]']) {
      world.shelf.kept.drafts = rubbish;
      expect(world.open().open("9a")).toBeNull();
    }
  });
});
