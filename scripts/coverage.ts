/**
 * Coverage of the emitted SystemVerilog by the generators' tests (docs/coverage.md): `npm run coverage -- [--json]
 * [--only fork,join] [--out coverage]`. Writes `lcov.info`. Ends with 1 where a generator has less than its goal.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import reasons from "../test/coverage/unreachable.json" with { type: "json" };
import { collect, type FileCoverage } from "../test/coverage/collect.ts";
import { generators } from "../test/coverage/generators.ts";
import { lcovOf } from "../test/coverage/lcov.ts";
import { triedParameters, type TriedParameters } from "../test/coverage/parameters.ts";
import { judge, summarize, type Share, type Summary } from "../test/coverage/summary.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    out: { type: "string", default: "coverage" },
  },
});

const only = values.only?.split(",");
for (const name of only ?? [])
  if (!generators.some((each) => each.name === name))
    throw new Error(`no generator ${name}: there are ${generators.map((each) => each.name).join(", ")}`);

/** Why lines of TypeScript made RTL that cannot be reached, by generator. */
const reasonsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = reasons;

interface Result extends Summary {
  readonly generator: string;
  readonly problems: readonly string[];
  readonly parameters: TriedParameters;
  readonly seconds: number;
}

const start = performance.now();
const all: FileCoverage[] = [];
const results: Result[] = [];
for (const { name, trials } of generators.filter((each) => only?.includes(each.name) ?? true)) {
  const from = performance.now();
  const tried = trials();
  const files = await collect(tried);
  all.push(...files);
  const summary = summarize(files, reasonsOf[name]);
  results.push({
    generator: name,
    ...summary,
    problems: judge(name, summary),
    parameters: triedParameters(tried.map(({ params }) => params)),
    seconds: (performance.now() - from) / 1000,
  });
}
await mkdir(values.out, { recursive: true });
const lcov = join(values.out, "lcov.info");
await writeFile(lcov, lcovOf(all));
const problems = results.flatMap((each) => each.problems);
const seconds = (performance.now() - start) / 1000;
if (values.json)
  console.log(JSON.stringify({ ok: problems.length === 0, lcov, seconds, problems, generators: results }));
else print();
if (problems.length > 0) process.exitCode = 1;

function print(): void {
  const text = ({ covered, total }: Share): string =>
    total === 0 ? "none" : `${String(covered)} / ${String(total)}`;
  const table = new Table({
    head: ["generator", "lines", "branches", "toggles", "parameter sets", "pairs of values", "s"],
    style: { head: [], border: [] },
  });
  for (const { generator, lines, branches, toggles, parameters, seconds: time } of results)
    table.push([
      generator,
      text(lines),
      text(branches),
      text(toggles),
      parameters.sets,
      text(parameters.pairs),
      time.toFixed(1),
    ]);
  console.log(table.toString());
  for (const { generator, missed, unreachable } of results)
    for (const { kind, what, where, text: line, place, reason } of [...missed, ...unreachable])
      console.log(
        `${generator}: ${kind} ${what} of ${where}, from ${place?.file ?? "?"}:${String(place?.line ?? "?")}: ${line}${reason === undefined ? "" : `\n  ${reason}`}`,
      );
  console.log(`${lcov} written, ${seconds.toFixed(0)} s`);
  for (const problem of problems) console.error(problem);
}
