import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Trial } from "../../sim/cases.ts";
import { withTemporaryFolder } from "../../sim/process.ts";
import { testDesign } from "../../sim/simulators.ts";
import type { SourceFile, TestDesign } from "../../sim/sources.ts";
import { buildModels, VerilatorSimulator } from "../../sim/verilator/index.ts";
import { placesOf, type Places } from "./places.ts";
import { pointsOf, type Point } from "./points.ts";

/** What the cases of one parameter set have used of one emitted file. */
export interface FileCoverage {
  readonly design: string;
  readonly file: string;
  readonly text: readonly string[];
  readonly places: Places;
  /** Points of hardware: those in what checks it are left out. */
  readonly points: readonly Point[];
}

/** Runs the cases of a generator's parameter sets in Verilator, and tells what they have used of the SystemVerilog. */
export async function collect(trials: readonly Trial[]): Promise<readonly FileCoverage[]> {
  const run = trials.flatMap(({ design, checkIn }) =>
    checkIn === undefined ? [] : [{ design: testDesign(design, "none"), checkIn }],
  );
  const library = await buildModels(
    run.map(({ design }) => design),
    { coverage: true, optimize: false },
  );
  return withTemporaryFolder(async (folder) => {
    const files: FileCoverage[] = [];
    for (const [i, { design, checkIn }] of run.entries()) {
      const coverage = join(folder, `${String(i)}.dat`);
      await checkIn((options) => new VerilatorSimulator(library, { ...options, design: i, coverage }));
      files.push(...filesOf(design, pointsOf(await readFile(coverage, "utf8"))));
    }
    return files;
  });
}

function filesOf({ top, files, maps }: TestDesign, points: readonly Point[]): readonly FileCoverage[] {
  return files
    .filter(({ name }) => name.endsWith(".sv"))
    .map(({ name, text }) => {
      const lines = text.split("\n");
      const checks = checkLines(lines);
      return {
        design: top.name,
        file: name,
        text: lines,
        places: placesOf(mapOf(maps, name)),
        points: points.filter(
          ({ file, line, what }) =>
            file === name && !checks.has(line) && !(what === "else" && isAlways(lines[line - 1])),
        ),
      };
    });
}

function mapOf(maps: readonly SourceFile[] | undefined, file: string): string | undefined {
  return maps?.find(({ name }) => name === `${file}.map`)?.text;
}

/** What is always so has no other arm. */
function isAlways(line = ""): boolean {
  return line.includes("if (1'b1) begin");
}

/** Numbers of the lines that stand in `ifndef SYNTHESIS`: assertions, and the conditions that they hold under. */
function checkLines(lines: readonly string[]): ReadonlySet<number> {
  const checks = new Set<number>();
  let inside = false;
  lines.forEach((line, i) => {
    if (line.startsWith("`ifndef SYNTHESIS")) inside = true;
    if (inside) checks.add(i + 1);
    if (line.startsWith("`endif")) inside = false;
  });
  return checks;
}
