/** The devices the operator has chosen, kept in this browser. */

const CHOSEN = { microphone: "desk.microphone", speaker: "desk.speaker", bell: "desk.bell" } as const;
export type Device = keyof typeof CHOSEN;
export const device = (kind: Device): string => {
  try {
    return localStorage.getItem(CHOSEN[kind]) ?? "";
  } catch {
    return "";
  }
};

/** Keeps a choice; empty is the system's own. */
export function keepDevice(kind: Device, id: string): void {
  try {
    localStorage.setItem(CHOSEN[kind], id);
  } catch {
    // for this page at least
  }
}
