/**
 * Proves what docs/proofs.md lists, and shows that broken twins are caught; 1 as exit code where something is not so:
 *
 *     npm run prove
 *     npm run prove -- skid fifo        those with one of these texts in their name
 *     npm run prove -- --traces         with the counterexamples of the twins
 *     npm run prove --silent -- --json
 */
import { Command } from "commander";
import { availableParallelism } from "node:os";
import { runBench, withTexts } from "../bench/bench-command.ts";
import { jsonOption, positiveInteger, positiveNumber } from "../src/cli/options.ts";
import type { Session } from "../src/cli/session.ts";
import { table } from "../src/cli/table.ts";
import { formatTrace, jobs, runJobs, type Reach, type Result } from "../src/prove/index.ts";

interface Flags {
  readonly workers: number;
  readonly limit: number;
  readonly traces?: true;
}

function command(session: Session): Command {
  return new Command("prove")
    .description("proofs of stream primitives and small units, and broken twins that have to be caught")
    .argument("[names...]", "only those with one of these texts in their name: skid, mvtu")
    .option("--workers <count>", "proofs at a time", positiveInteger, availableParallelism())
    .option("--limit <seconds>", "processor time that a solver may take", positiveNumber, 120)
    .option("--traces", "show the counterexamples of the broken twins")
    .addOption(jsonOption())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(async (texts: readonly string[], flags: Flags) => {
      await prove(session, texts, flags);
    });
}

async function prove(session: Session, texts: readonly string[], flags: Flags): Promise<void> {
  const whole = (job: { readonly name: string }): string => job.name;
  const chosen = texts.length === 0 ? jobs : withTexts(jobs, texts, { whole, kind: whole });
  const started = Date.now();
  let done = 0;
  const results = await runJobs(chosen, {
    ...{ workers: flags.workers, seconds: Math.ceil(flags.limit), abort: session.signal },
    onResult: ({ name, passed }) => {
      session.progress.update(
        `${String(++done)} of ${String(chosen.length)} done, last: ${name}${passed ? "" : " (FAILED)"}`,
      );
    },
  });
  const seconds = (Date.now() - started) / 1000;
  const cpu = results.reduce((sum, one) => sum + one.cpu, 0);
  const ofKind = (kind: Result["kind"]): readonly Result[] => results.filter((one) => one.kind === kind);
  const [proofs, twins] = [ofKind("proof"), ofKind("twin")];
  if (results.some(({ passed }) => !passed)) session.exitCode = 1;
  const counts = {
    proofs: proofs.length,
    hold: passedOf(proofs),
    twins: twins.length,
    caught: passedOf(twins),
  };
  session.print({ format: "sluice-proofs", version: 1, ...counts, seconds, cpu, results }, () =>
    [
      ...(proofs.length > 0 ? [table(proofs.map(rowOf), ["proof", "of", "reach", "CPU s", "result"])] : []),
      ...(twins.length > 0
        ? [table(twins.map(rowOf), ["broken twin", "of", "within", "CPU s", "result"])]
        : []),
      ...(flags.traces === true ? twins.flatMap(traceOf) : []),
      `${String(counts.hold)} of ${String(counts.proofs)} proofs hold, ${String(counts.caught)} of ${String(counts.twins)} broken twins ` +
        `are caught; ${seconds.toFixed(0)} s, ${cpu.toFixed(0)} s of processor time`,
    ].join("\n\n"),
  );
}

const passedOf = (results: readonly Result[]): number => results.filter(({ passed }) => passed).length;

function rowOf({ name, kind, properties, reach, cpu, passed, status, detail }: Result): readonly string[] {
  const good = kind === "proof" ? "holds" : "caught";
  const result = passed
    ? good
    : `${kind === "twin" && status === "holds" ? "NOT CAUGHT" : status.toUpperCase()} ${detail ?? ""}`;
  return [
    name,
    properties.length > 1 ? "all stream properties" : properties.join(),
    reachText(reach),
    cpu.toFixed(1),
    result,
  ];
}

function reachText(reach: Reach): string {
  switch (reach.kind) {
    case "inductive":
      return `inductive, k = ${String(reach.k)}, ${String(reach.clauses)} clauses`;
    case "bounded":
      return `bounded, ${String(reach.depth)} cycles`;
    case "combinational":
      return "all inputs";
    case "structural":
      return "structural";
  }
}

function traceOf({ name, trace }: Result): readonly string[] {
  return trace === undefined ? [] : [`${name}\n${formatTrace(trace)}`];
}

await runBench(command);
