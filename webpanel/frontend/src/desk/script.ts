/**
 * A talk script, read into values that are drawn as text, never as HTML.
 *
 * `## 見出し` begins a section, `→ ラベル：見出し` is a branch to one, `1.` and `-` are steps (indented: of the step
 * above), `**…**` is marked, 「…」 is what is said aloud.
 */

export interface Piece {
  text: string;
  mark: boolean;
}
export type Line = readonly Piece[];

export interface Step {
  /** Its number, or null for a dot. */
  number: number | null;
  line: Line;
  below: readonly Step[];
}

export type Block = { kind: "text"; lines: readonly Line[]; said: boolean } | { kind: "steps"; steps: readonly Step[] };

export interface Branch {
  label: string;
  /** The section's place in the script. */
  to: number;
  title: string;
}

export interface Section {
  title: string;
  blocks: readonly Block[];
  branches: readonly Branch[];
}

const HEADING = /^#{1,4}\s+(.+?)\s*$/;
const BRANCH = /^\s*(?:→|⇒|->|=>)\s*(.+?)\s*(?:：|:|→|->)\s*(.+?)\s*$/;
const STEP = /^(\s*)(?:(\d{1,3})[.．、)]|[-・*])\s+(.+)$/;

/** Reads a script; the first section is what stands before any heading, if anything does. */
export function readScript(body: string): Section[] {
  const drafts: { title: string; lines: string[] }[] = [{ title: "", lines: [] }];
  for (const line of body.replaceAll("\r\n", "\n").split("\n")) {
    const title = HEADING.exec(line)?.[1];
    if (title !== undefined) drafts.push({ title, lines: [] });
    else drafts.at(-1)?.lines.push(line);
  }
  if (drafts.length > 1 && drafts[0]?.lines.every((line) => line.trim() === "")) drafts.shift();
  const titles = drafts.map((draft) => draft.title);
  return drafts.map(({ title, lines }) => section(title, lines, titles));
}

function section(title: string, lines: readonly string[], titles: readonly string[]): Section {
  const blocks: Block[] = [];
  const branches: Branch[] = [];
  let text: Line[] = [];
  let said = false;
  let steps: MutableStep[] = [];
  const close = () => {
    if (text.length) blocks.push({ kind: "text", lines: text, said });
    if (steps.length) blocks.push({ kind: "steps", steps });
    [text, steps] = [[], []];
  };
  for (const raw of lines) {
    const branch = BRANCH.exec(raw);
    const to = branch ? titles.indexOf(branch[2] ?? "") : -1;
    const step = STEP.exec(raw);
    if (raw.trim() === "") close();
    else if (branch !== null && to >= 0) branches.push({ label: branch[1] ?? "", to, title: branch[2] ?? "" });
    else if (step !== null) {
      if (text.length) close();
      add(steps, (step[1] ?? "").length > 0, step[2] ? Number(step[2]) : null, pieces(step[3] ?? ""));
    } else {
      const aloud = /^\s*[「"“]/.test(raw);
      if (steps.length || (text.length && aloud !== said)) close();
      said = aloud;
      text.push(pieces(raw.trim()));
    }
  }
  close();
  return { title, blocks, branches };
}

interface MutableStep extends Step {
  below: MutableStep[];
}

function add(steps: MutableStep[], deeper: boolean, number: number | null, line: Line): void {
  const above = steps.at(-1);
  const step: MutableStep = { number, line, below: [] };
  if (deeper && above !== undefined) above.below.push(step);
  else steps.push(step);
}

function pieces(text: string): Line {
  return text
    .split(/\*\*(.+?)\*\*/)
    .map((part, at) => ({ text: part, mark: at % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
