import type { FileCoverage } from "./collect.ts";
import type { Place } from "./places.ts";
import type { Point } from "./points.ts";

export interface Share {
  readonly covered: number;
  readonly total: number;
}

/** What the tests of a generator have used of its SystemVerilog, over all parameter sets. */
export interface Summary {
  readonly lines: Share;
  readonly branches: Share;
  readonly toggles: Share;
  readonly missed: readonly Missed[];
}

/** A line or a branch that no case of a parameter set has used. */
export interface Missed {
  readonly kind: "line" | "branch";
  readonly what: string;
  readonly design: string;
  /** `fifo.sv:31`. */
  readonly where: string;
  readonly text: string;
  readonly place: Place | undefined;
}

/**
 * How often each line of a file ran: lines of points alone, as Verilator counts what stands in processes. It counts the
 * line of an `if` with the statements in it; the line ran as often as both its arms.
 */
export function lineCounts(points: readonly Point[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const atLeast = (line: number, count: number): void => {
    counts.set(line, Math.max(counts.get(line) ?? 0, count));
  };
  const arms = new Map<number, number>();
  for (const { kind, what, line, lines, count } of points) {
    if (kind === "toggle") continue;
    for (const each of lines) atLeast(each, count);
    if (what === "if" || what === "else") arms.set(line, (arms.get(line) ?? 0) + count);
  }
  for (const [line, count] of arms) atLeast(line, count);
  return counts;
}

export function summarize(files: readonly FileCoverage[]): Summary {
  const shares = { lines: [0, 0], branches: [0, 0], toggles: [0, 0] };
  const missed: Missed[] = [];
  const add = (share: number[], covered: boolean): void => {
    share[0] = (share[0] ?? 0) + Number(covered);
    share[1] = (share[1] ?? 0) + 1;
  };
  for (const { design, file, text, places, points } of files) {
    const miss = (kind: Missed["kind"], what: string, line: number): void => {
      missed.push({
        kind,
        what,
        design,
        where: `${file}:${String(line)}`,
        text: text[line - 1]?.trim() ?? "",
        place: places(line),
      });
    };
    for (const [line, count] of lineCounts(points)) {
      add(shares.lines, count > 0);
      if (count === 0) miss("line", "", line);
    }
    for (const { kind, what, line, count } of points) {
      if (kind === "toggle") add(shares.toggles, count > 0);
      if (kind !== "branch") continue;
      add(shares.branches, count > 0);
      if (count === 0) miss("branch", what, line);
    }
  }
  const share = ([covered = 0, total = 0]: readonly number[]): Share => ({ covered, total });
  return {
    lines: share(shares.lines),
    branches: share(shares.branches),
    toggles: share(shares.toggles),
    missed,
  };
}

/** All lines, and as large a share of the branches, have to be used. */
const branchGoal = 0.95;

/** What a generator's tests leave out of what they have to use. */
export function judge(generator: string, { branches, missed }: Summary): readonly string[] {
  return [
    ...missed
      .filter(({ kind }) => kind === "line")
      .map(({ where, text }) => `${generator}: no test runs ${where}: ${text}`),
    ...(branches.covered < branchGoal * branches.total
      ? [`${generator}: ${String(branches.covered)} of ${String(branches.total)} branches are used, not 95 %`]
      : []),
  ];
}
