/** The page's keys. With Alt, so that no letter typed anywhere does anything. */
import { t } from "../shared/page";

export const KEYS: readonly { key: string; label(): string }[] = [
  { key: "← → ↑ ↓", label: () => t("supervise.key_arrows") },
  { key: "Enter", label: () => t("supervise.key_enter") },
  { key: "KeyL", label: () => t("supervise.key_listen") },
  { key: "KeyS", label: () => t("supervise.key_stop") },
  { key: "KeyR", label: () => t("supervise.key_hand") },
  { key: "KeyM", label: () => t("supervise.key_message") },
  { key: "KeyE", label: () => t("supervise.key_emergency") },
  { key: "KeyV", label: () => t("supervise.key_map") },
  { key: "KeyF", label: () => t("supervise.key_filter") },
  { key: "?", label: () => t("supervise.key_help") },
];

export const keycap = (key: string): string => (key.startsWith("Key") ? `Alt ${key.slice(3)}` : key);

/** The key that is meant, or "": never one while text is composed, and `?` not in a field. */
export function meant(event: KeyboardEvent): string {
  if (event.isComposing || event.ctrlKey || event.metaKey) return "";
  const field = event.target instanceof Element && event.target.matches("input, textarea, select");
  if (event.key === "?" && !event.altKey) return field ? "" : "?";
  return event.altKey && !event.shiftKey ? event.code : "";
}
