/** Kinds of case in two levels, found by their first kana. */

export interface Case {
  key: string;
  name: string;
  name_en: string;
  kana: string;
  parent: string;
  flow: string;
}

export interface Group {
  above: Case;
  below: readonly Case[];
}

/** A text as it is compared: no width, case, kana script or spaces. */
export function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[\s・]/g, "");
}

/** The upper kinds with those below them; the flow's own first. */
export function groups(cases: readonly Case[], flow: string): Group[] {
  const known = new Set(cases.map((one) => one.key));
  const tops = cases.filter((one) => one.parent === "" || !known.has(one.parent));
  const all = tops.map((above) => ({ above, below: cases.filter((one) => one.parent === above.key) }));
  return [...all.filter((one) => one.above.flow === flow), ...all.filter((one) => one.above.flow !== flow)];
}

/** Those whose reading begins so, or whose name holds it, begin-ners first; those below a fitting upper kind too. */
export function find(cases: readonly Case[], typed: string): Case[] {
  const wanted = fold(typed);
  if (wanted === "") return [];
  const above = new Map(cases.map((one) => [one.key, one]));
  const leaves = cases.filter((one) => !cases.some((other) => other.parent === one.key));
  const rank = (one: Case): number => {
    const parent = above.get(one.parent);
    if (fold(one.kana).startsWith(wanted)) return 0;
    if ([one.name, one.name_en].some((name) => fold(name).startsWith(wanted))) return 1;
    if ([one.name, one.name_en].some((name) => fold(name).includes(wanted))) return 2;
    if (parent && [parent.kana, parent.name, parent.name_en].some((name) => fold(name).startsWith(wanted))) return 3;
    return 9;
  };
  return leaves
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at < 9)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
