/** Who serves which queue, as a board on which people are moved; nothing here draws or asks anybody. */

export interface QueueOn {
  key: string;
  name: string;
  /** The operators of the first level, of the second, and so on, each in the order in which they are asked. */
  levels: readonly (readonly string[])[];
}
export type Board = readonly QueueOn[];

/** Where somebody stands: places and levels counted from 0. */
export interface Spot {
  queue: string;
  level: number;
  place: number;
}

export interface Difference {
  operator: string;
  queue: string;
  kind: "added" | "removed" | "moved";
  from: Spot | null;
  to: Spot | null;
}

/** Where an operator stands in a queue; null for who does not serve it. */
export function spotOf(board: Board, queue: string, operator: string): Spot | null {
  const levels = board.find((one) => one.key === queue)?.levels ?? [];
  const level = levels.findIndex((people) => people.includes(operator));
  return level < 0 ? null : { queue, level, place: levels[level]?.indexOf(operator) ?? 0 };
}

/** Takes somebody out of a queue; levels that are empty then are gone. */
export function without(board: Board, queue: string, operator: string): Board {
  return board.map((one) =>
    one.key !== queue
      ? one
      : { ...one, levels: one.levels.map((people) => people.filter((other) => other !== operator)).filter((people) => people.length > 0) },
  );
}

/**
 * Puts somebody at a spot, taken out of `from` first if that is given. A level beyond the last is a new one; the
 * spot is meant as the board stands before. Null if somebody else's place in that queue is theirs already.
 */
export function put(board: Board, operator: string, to: Spot, from: string | null): Board | null {
  const there = spotOf(board, to.queue, operator);
  if (there !== null && from !== to.queue) return null;
  const target = board.find((one) => one.key === to.queue);
  if (target === undefined) return null;
  const levels: string[][] = target.levels.map((people) => [...people]);
  const level = Math.min(to.level, levels.length);
  if (level === levels.length) levels.push([]);
  const people = levels[level] ?? [];
  let place = Math.min(Math.max(0, to.place), people.length);
  if (there !== null) {
    levels[there.level]?.splice(there.place, 1);
    if (there.level === level && there.place < place) place -= 1;
  }
  people.splice(place, 0, operator);
  const put = { ...target, levels: levels.filter((one) => one.length > 0) };
  const moved = board.map((one) => (one.key === to.queue ? put : one));
  return from !== null && from !== to.queue ? without(moved, from, operator) : moved;
}

/** One step by the keyboard; null where it cannot go further. */
export function step(board: Board, operator: string, queue: string, way: "left" | "right" | "up" | "down"): { board: Board; queue: string } | null {
  const spot = spotOf(board, queue, operator);
  if (spot === null) return null;
  const levels = board.find((one) => one.key === queue)?.levels ?? [];
  const people = levels[spot.level] ?? [];
  const here = (to: Spot) => {
    const next = put(board, operator, to, queue);
    return next === null ? null : { board: next, queue: to.queue };
  };
  if (way === "up") {
    if (spot.place > 0) return here({ ...spot, place: spot.place - 1 });
    if (spot.level === 0) return null;
    return here({ queue, level: spot.level - 1, place: levels[spot.level - 1]?.length ?? 0 });
  }
  if (way === "down") {
    if (spot.place < people.length - 1) return here({ ...spot, place: spot.place + 2 });
    if (spot.level === levels.length - 1 && people.length === 1) return null;
    return here({ queue, level: spot.level + 1, place: 0 });
  }
  const sense = way === "left" ? -1 : 1;
  const from = board.findIndex((one) => one.key === queue);
  for (let at = from + sense; at >= 0 && at < board.length; at += sense) {
    const other = board[at];
    if (other === undefined || spotOf(board, other.key, operator) !== null) continue;
    const level = Math.min(spot.level, Math.max(0, other.levels.length - 1));
    return here({ queue: other.key, level, place: spot.place });
  }
  return null;
}

/** What a person would say has changed: who came, who went, who changed level or was passed by others. */
export function differences(before: Board, after: Board): Difference[] {
  const found: Difference[] = [];
  for (const now of after) {
    const was = before.find((one) => one.key === now.key)?.levels ?? [];
    const people = new Set([...was.flat(), ...now.levels.flat()]);
    const still = new Set(now.levels.flatMap((level, at) => unmoved(was[at] ?? [], level)));
    for (const operator of people) {
      const from = spotOf(before, now.key, operator);
      const to = spotOf(after, now.key, operator);
      if (from === null && to !== null) found.push({ operator, queue: now.key, kind: "added", from, to });
      else if (from !== null && to === null) found.push({ operator, queue: now.key, kind: "removed", from, to });
      else if (!still.has(operator)) found.push({ operator, queue: now.key, kind: "moved", from, to });
    }
  }
  return found;
}

/** Those who kept their order: the longest run of the one that is a run of the other, too. */
function unmoved(before: readonly string[], after: readonly string[]): string[] {
  const best: string[][][] = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => []));
  for (let a = 1; a <= before.length; a++) {
    for (let b = 1; b <= after.length; b++) {
      const one = before[a - 1] ?? "";
      const diagonal = best[a - 1]?.[b - 1] ?? [];
      const up = best[a - 1]?.[b] ?? [];
      const side = best[a]?.[b - 1] ?? [];
      const row = best[a];
      if (row !== undefined) row[b] = one === after[b - 1] ? [...diagonal, one] : up.length >= side.length ? up : side;
    }
  }
  return best[before.length]?.[after.length] ?? [];
}
