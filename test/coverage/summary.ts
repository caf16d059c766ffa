import type { FileCoverage } from "./collect.ts";
import type { Place } from "./places.ts";
import type { Point } from "./points.ts";
import { sourceLine } from "../source-line.ts";

export interface Share {
  readonly covered: number;
  readonly total: number;
}

/** What the tests of a generator have used of its SystemVerilog, over all parameter sets. */
export interface Summary {
  readonly lines: Share;
  readonly branches: Share;
  readonly toggles: Share;
  /** Lines and branches that are not among those to be covered, since none of the parameter sets can reach them. */
  readonly unreachable: readonly Missed[];
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
  /** Why nothing can reach it. */
  readonly reason: string | undefined;
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

/** Summarises a generator's files. `reasons`: why places of TypeScript, `file | text of the line`, are out of reach. */
export function summarize(
  files: readonly FileCoverage[],
  reasons: Readonly<Record<string, string>> = {},
): Summary {
  const shares = { lines: [0, 0], branches: [0, 0], toggles: [0, 0] };
  const [missed, unreachable]: [Missed[], Missed[]] = [[], []];
  const add = (share: number[], covered: boolean): void => {
    share[0] = (share[0] ?? 0) + Number(covered);
    share[1] = (share[1] ?? 0) + 1;
  };
  for (const { design, file, text, places, points } of files) {
    const count = (kind: Missed["kind"], what: string, line: number, hits: number): void => {
      const place = places(line);
      const key = place === undefined ? "" : `${place.file} | ${sourceLine(place.file, place.line)}`;
      const where = `${file}:${String(line)}`;
      const of = { kind, what, design, where, text: text[line - 1]?.trim() ?? "", place };
      if (hits === 0 && reasons[key] !== undefined) unreachable.push({ ...of, reason: reasons[key] });
      else {
        add(kind === "line" ? shares.lines : shares.branches, hits > 0);
        if (hits === 0) missed.push({ ...of, reason: undefined });
      }
    };
    for (const [line, hits] of lineCounts(points)) count("line", "", line, hits);
    for (const { kind, what, line, count: hits } of points) {
      if (kind === "toggle") add(shares.toggles, hits > 0);
      if (kind === "branch") count("branch", what, line, hits);
    }
  }
  const share = ([covered = 0, total = 0]: readonly number[]): Share => ({ covered, total });
  return {
    lines: share(shares.lines),
    branches: share(shares.branches),
    toggles: share(shares.toggles),
    unreachable,
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
