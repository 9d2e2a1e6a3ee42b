/** Branches of a talk script that lead nowhere. */
const HEADING = /^#{1,4}\s+(.+?)\s*$/;
const BRANCH = /^\s*(?:→|⇒|->|=>)\s*(.+?)\s*(?:：|:|→|->)\s*(.+?)\s*$/;
const ARROW = /^\s*(?:→|⇒|->|=>)/;

/** The lines that look like branches but name no heading of the script. */
export function lostBranches(body: string): string[] {
  const lines = body.replaceAll("\r\n", "\n").split("\n");
  const titles = new Set(lines.flatMap((line) => HEADING.exec(line)?.[1] ?? []));
  const lost = lines.filter((line) => ARROW.test(line) && !titles.has(BRANCH.exec(line)?.[2] ?? "\0"));
  return [...new Set(lost.map((line) => line.trim()))];
}
