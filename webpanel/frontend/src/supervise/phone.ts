/** The supervisor's own telephone: connected when somebody first listens, answers what it has asked for itself. */
import { signal } from "@preact/signals";
import { ask } from "../shared/api";
import { t } from "../shared/page";
import { NoMicrophone, softphone, type Credentials, type Softphone } from "../verto";
import { say } from "./state";

/** What the legs of somebody who listens begin with; nothing else is answered here. */
const MONITORING = "6d6f6e69-746f-8";
const PATIENCE = 15_000;

/** Sound was asked for, and the browser holds it back. */
export const blocked = signal(false);
export const connecting = signal(false);

let own: Softphone | null = null;
const waiting = new Set<{ done(): void; failed(why: string): void }>();

/** Resolves when calls can come; asks for the microphone first. Fails with a sentence. */
export async function ready(): Promise<void> {
  own ??= begin();
  const line = own;
  connecting.value = true;
  try {
    await line.sound.prepare();
    if (line.leader.state.name === "elsewhere") await line.leader.takeOver();
    if (line.phone.line.name !== "ready") await comes();
  } catch (error) {
    if (error instanceof NoMicrophone) throw new Error(t(`supervise.microphone_${error.trouble}`));
    throw error;
  } finally {
    connecting.value = false;
  }
}

export function allowSound(): void {
  void own?.sound.allow();
}

function comes(): Promise<void> {
  return new Promise((resolve, reject) => {
    const one = {
      done: () => end(resolve),
      failed: (why: string) => end(() => reject(new Error(why))),
    };
    const late = setTimeout(() => one.failed(t("supervise.phone_failed")), PATIENCE);
    const end = (then: () => void) => {
      clearTimeout(late);
      waiting.delete(one);
      then();
    };
    waiting.add(one);
  });
}

function begin(): Softphone {
  const line = softphone({
    name: "verto-supervisor",
    credentials: () => ask<Credentials>("/supervise/verto", {}),
    leader: () => undefined,
    sound: (state) => (blocked.value = state.blocked),
    phone: (event) => {
      if (event.kind === "line") {
        const { name } = event.line;
        if (name === "ready") for (const one of [...waiting]) one.done();
        if (name === "refused") for (const one of [...waiting]) one.failed(t("supervise.phone_failed"));
      } else if (event.call.state === "offered") {
        void (event.call.id.startsWith(MONITORING) ? answer(event.call.id) : line.phone.reject(event.call.id));
      }
    },
  });
  return line;
}

async function answer(id: string): Promise<void> {
  try {
    await own?.phone.answer(id);
  } catch (error) {
    const why = error instanceof NoMicrophone ? t(`supervise.microphone_${error.trouble}`) : t("supervise.phone_failed");
    say(why, "error");
    await own?.phone.reject(id).catch(() => undefined);
  }
}
