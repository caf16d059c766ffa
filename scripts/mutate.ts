/**
 * Mutation of hardware (docs/mutation.md): `npm run mutate -- [--json] [--only fork,join] [--limit 100 --seed 1]`.
 * Ends with 1 where a score is below its goal or a survivor has no reason.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { Piscina } from "piscina";
import { generators, type GeneratorTests } from "../test/mutation/generators.ts";
import { judge, percent } from "../test/mutation/judge.ts";
import type { MutationOptions, MutationResult } from "../test/mutation/run.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    limit: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});

const only = values.only?.split(",");
for (const name of only ?? [])
  if (!generators.some((each) => each.name === name))
    throw new Error(`no generator ${name}: there are ${generators.map((each) => each.name).join(", ")}`);
const chosen = generators.filter(({ name }) => only?.includes(name) ?? true);
const options = { limit: Number(values.limit), seed: Number(values.seed) };

const start = performance.now();
const results = (await runAll(chosen, options)).map((result, i) => judge(chosen[i] ?? { goal: 1 }, result));
const seconds = (performance.now() - start) / 1000;
const total = (count: (result: MutationResult) => number): number =>
  results.reduce((sum, result) => sum + count(result), 0);
const [mutants, killed] = [total((each) => each.mutants), total((each) => each.killed)];
const problems = results.flatMap((each) => each.problems);
const summary = {
  ok: problems.length === 0,
  ...options,
  mutants,
  killed,
  survived: mutants - killed,
  score: killed / Math.max(1, mutants),
  identical: total((each) => each.identical),
  stillborn: total((each) => each.stillborn),
  leftOut: total((each) => each.leftOut),
  seconds,
};
if (values.json) console.log(JSON.stringify({ ...summary, problems, generators: results }));
else print();
if (!summary.ok) process.exitCode = 1;

function print(): void {
  const table = new Table({
    head: ["generator", "mutants", "killed", "score", "goal", "survivors", "same RTL", "not built", "s"],
    style: { head: [], border: [] },
  });
  for (const each of results)
    table.push([
      each.generator,
      each.mutants,
      each.killed,
      percent(each.score),
      percent(each.goal),
      each.survivors.length,
      each.identical,
      each.stillborn,
      each.seconds.toFixed(1),
    ]);
  console.log(table.toString());
  for (const { generator, survivors } of results)
    for (const { where, key, reason } of survivors)
      console.log(`${generator}, ${where}\n  ${key}\n  ${reason ?? "no reason given"}`);
  console.log(
    `${String(killed)} of ${String(mutants)} mutants killed, ${percent(summary.score)}, in ${seconds.toFixed(0)} s`,
  );
  for (const problem of problems) console.error(problem);
}

/** Every generator in a thread, as many at a time as there are processors. */
async function runAll(
  tests: readonly GeneratorTests[],
  settings: MutationOptions,
): Promise<readonly MutationResult[]> {
  const pool = new Piscina<{ readonly generator: string; readonly options: MutationOptions }, MutationResult>(
    {
      filename: fileURLToPath(new URL("../test/mutation/worker.ts", import.meta.url)),
      execArgv: ["--import", import.meta.resolve("tsx")],
      maxThreads: Math.min(tests.length, availableParallelism()),
    },
  );
  try {
    return await Promise.all(tests.map(({ name: generator }) => pool.run({ generator, options: settings })));
  } finally {
    await pool.destroy();
  }
}
