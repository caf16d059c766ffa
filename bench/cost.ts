/**
 * The planner's estimates of LUTs, flip-flops and block RAMs beside what Yosys makes, of units of every kind and of whole
 * nets; with 1 as exit code where an estimate is beyond its limits:
 *
 *     npm run bench:cost
 *     npm run bench:cost -- mvtu columns=64
 *     npm run bench:cost --silent -- --json
 *     npm run bench:cost -- --store
 */
import { Command } from "commander";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { mapParallel } from "../sim/parallel.ts";
import { jsonOption, positiveInteger, positiveNumber } from "../src/cli/options.ts";
import type { Session } from "../src/cli/session.ts";
import { emit } from "../src/emit/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { synthesize } from "../src/implement/index.ts";
import { runBench, withTexts } from "./bench-command.ts";
import { instances, type Instance } from "./cost/instances.ts";
import {
  changes,
  describe,
  isWithin,
  nameOf,
  readReport,
  storeReport,
  type Report,
  type Row,
} from "./cost/report.ts";

interface Flags {
  readonly store?: true;
  readonly workers: number;
  readonly timeout: number;
}

const storedRun = fileURLToPath(new URL("cost.json", import.meta.url));

function command(session: Session): Command {
  return new Command("bench:cost")
    .description("the planner's cost estimates beside what Yosys makes")
    .argument("[instances...]", "only those with one of these texts in their name: mvtu, simd=64")
    .option("--store", "make this the stored run: bench/cost.json")
    .option("--workers <count>", "instances synthesised at a time", positiveInteger, availableParallelism())
    .option("--timeout <seconds>", "time limit for each instance", positiveNumber, 3600)
    .addOption(jsonOption())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(async (texts: readonly string[], flags: Flags) => {
      await bench(session, texts, flags);
    });
}

async function bench(session: Session, texts: readonly string[], flags: Flags): Promise<void> {
  const stored = await readReport(storedRun);
  const kind = ({ unit }: Instance): string => unit;
  const chosen = texts.length === 0 ? instances : withTexts(instances, texts, { whole: nameOf, kind });
  const run = await measure(chosen, session, flags);
  const changed = changes(stored, run);
  if (flags.store === true) await storeReport(storedRun, { stored, run, names: instances.map(nameOf) });
  const missed = run.rows.filter((row) => !isWithin(row)).map(nameOf);
  if (missed.length > 0) session.exitCode = 1;
  session.print({ ...run, missed, changed }, () => describe(run, changed));
}

/** Synthesises the instances for 7 series; cached by content. */
async function measure(
  chosen: readonly Instance[],
  session: Session,
  { workers, timeout }: Flags,
): Promise<Report> {
  let done = 0;
  const results = await mapParallel(chosen, workers, async (instance) => {
    session.progress.update(`${String(done)} of ${String(chosen.length)} done, next: ${nameOf(instance)}`);
    const { hardware, cost, finn = null } = instance.build();
    const { tool, lut, lutram, ff, bram36 } = await synthesize({
      ...{ files: emit(elaborate(hardware())).files, family: "xc7", timeoutSeconds: timeout },
      ...{ workers: 1, signal: session.signal },
    });
    done++;
    const row: Row = {
      ...{ unit: instance.unit, parameters: instance.parameters, fitted: instance.fitted === true },
      estimate: { lut: cost.lut, ff: cost.ff, bram36: cost.bram36 },
      ...{ yosys: { lut: lut + lutram, ff, bram36 }, finn },
    };
    return { tool, row };
  });
  const [first] = results;
  if (first === undefined) throw new Error("no instances");
  const rows = results.map(({ row }) => row);
  return { format: "sluice-cost-bench", version: 1, tool: first.tool, family: "xc7", rows };
}

await runBench(command);
