import type { FileCoverage } from "./collect.ts";
import { lineCounts } from "./summary.ts";

/** What became of one file of TypeScript: hits by line, and of each branch by line and name. */
interface SourceCoverage {
  readonly lines: Map<number, number>;
  readonly branches: Map<number, Map<string, number>>;
}

/**
 * The emitted lines and branches of all parameter sets as coverage of the TypeScript that they stem from, in the format
 * of lcov (geninfo(1)), which editors read. A line of TypeScript ran as often as the most often run line that it made;
 * its branches are those of all statements that it made, by their kind and column.
 */
export function lcovOf(files: readonly FileCoverage[]): string {
  const sources = new Map<string, SourceCoverage>();
  const sourceOf = (file: string): SourceCoverage => {
    const known = sources.get(file);
    if (known !== undefined) return known;
    const fresh = { lines: new Map<number, number>(), branches: new Map<number, Map<string, number>>() };
    sources.set(file, fresh);
    return fresh;
  };
  for (const { places, points } of files) {
    for (const [line, count] of lineCounts(points)) {
      const place = places(line);
      if (place === undefined) continue;
      const { lines } = sourceOf(place.file);
      lines.set(place.line, Math.max(lines.get(place.line) ?? 0, count));
    }
    for (const { kind, what, line, count } of points) {
      const place = kind === "branch" ? places(line) : undefined;
      if (place === undefined) continue;
      const { branches } = sourceOf(place.file);
      const here = branches.get(place.line) ?? new Map<string, number>();
      branches.set(place.line, here);
      const name = `${what}, column ${String(place.column)}`;
      here.set(name, (here.get(name) ?? 0) + count);
    }
  }
  return [...sources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, source]) => recordOf(file, source))
    .join("");
}

function recordOf(file: string, { lines, branches }: SourceCoverage): string {
  const inOrder = <T>(map: ReadonlyMap<number, T>): [number, T][] => [...map].sort(([a], [b]) => a - b);
  const arms = inOrder(branches).flatMap(([line, here]) =>
    [...here.values()].map((count, i) => ({ line, i, count })),
  );
  return [
    "TN:",
    `SF:${file}`,
    ...arms.map(({ line, i, count }) => `BRDA:${String(line)},0,${String(i)},${String(count)}`),
    `BRF:${String(arms.length)}`,
    `BRH:${String(arms.filter(({ count }) => count > 0).length)}`,
    ...inOrder(lines).map(([line, count]) => `DA:${String(line)},${String(count)}`),
    `LF:${String(lines.size)}`,
    `LH:${String([...lines.values()].filter((count) => count > 0).length)}`,
    "end_of_record",
    "",
  ].join("\n");
}
