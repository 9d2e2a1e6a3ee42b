/** The desk's live namespace, and how what is asked of it is told to the operator. */
import { Refused } from "../shared/api";
import { live } from "../shared/live";
import { t } from "../shared/page";
import { NoMicrophone } from "../verto";
import * as model from "./state";

export const server = live("/desk");

/** Says what went wrong, in the reader's words. */
export function failed(error: unknown): void {
  const text =
    error instanceof NoMicrophone
      ? t(`desk.microphone_${error.trouble}`)
      : error instanceof Refused
        ? error.message
        : t("desk.failed");
  model.saying.value = { kind: "error", text, at: Date.now() };
}

/** Says that something is done. */
export const say = (text: string): void => void (model.saying.value = { kind: "done", text, at: Date.now() });

/** Does something once, however often it is pressed meanwhile; what fails is said. */
export async function once<T>(name: string, run: () => Promise<T>): Promise<T | null> {
  if (model.busy.value === name) return null;
  model.busy.value = name;
  try {
    return await run();
  } catch (error) {
    failed(error);
    return null;
  } finally {
    if (model.busy.value === name) model.busy.value = "";
  }
}
