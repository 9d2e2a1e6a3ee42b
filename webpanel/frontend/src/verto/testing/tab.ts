/** A tab with a phone in it, over a fake switch; it can be reloaded. */
import { Phone, type PhoneEvent } from "../phone";
import { Keeper, type Store } from "../storage";
import type { CallView } from "../callview";
import { FakeMedia } from "./fakemedia";
import { FakeTime } from "./faketime";
import { FakeVerto } from "./fakeverto";

/** A sessionStorage. */
export class FakeStore implements Store {
  readonly kept = new Map<string, string>();

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

let last = 0;
const uuid = () => `00000000-0000-0000-0000-${String(++last).padStart(12, "0")}`;

export class Tab {
  readonly events: PhoneEvent[] = [];
  readonly phone: Phone;
  readonly media: FakeMedia;
  /** Whether the panel gives credentials out. */
  panel = true;

  constructor(
    readonly verto = new FakeVerto(),
    readonly time = new FakeTime(),
    readonly store = new FakeStore(),
    public login = { url: "ws://switch", login: "1001@kanazawa", password: "secret" },
  ) {
    this.media = new FakeMedia(() => time.now());
    this.phone = new Phone({
      clock: time,
      media: this.media,
      keeper: new Keeper(store, uuid),
      open: verto.open,
      credentials: async () => {
        if (!this.panel) throw new Error("503");
        return this.login;
      },
      random: () => 0.5,
      uuid,
    });
    this.phone.subscribe((event) => this.events.push(event));
  }

  /** A tab whose line is ready. */
  static async ready(): Promise<Tab> {
    const tab = new Tab();
    tab.phone.start();
    await tab.time.pass(0);
    return tab;
  }

  /** F5: the page is gone without a word, and a new one starts with what was stored. */
  async reload(): Promise<Tab> {
    this.verto.cut();
    this.phone.leave();
    const tab = new Tab(this.verto, this.time, this.store, this.login);
    tab.phone.start();
    await this.time.pass(0);
    return tab;
  }

  /** A call that is being talked on. */
  async talking(id = "call-1"): Promise<string> {
    this.verto.offer(id);
    await this.time.pass(0);
    await this.phone.answer(id);
    return id;
  }

  get line(): string {
    return this.phone.line.name;
  }

  get lines(): string[] {
    return this.events.flatMap((event) => (event.kind === "line" ? [event.line.name] : []));
  }

  call(id: string): CallView | undefined {
    return this.phone.views.find((call) => call.id === id);
  }

  /** The last that was told of a call. */
  told(id: string): CallView {
    const told = this.events.flatMap((event) => (event.kind === "call" && event.call.id === id ? [event.call] : []));
    return told.at(-1)!;
  }
}
