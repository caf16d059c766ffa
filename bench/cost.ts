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
import { reportError } from "../src/cli/errors.ts";
import { watchInterrupts } from "../src/cli/interrupt.ts";
import { jsonOption, positiveInteger, positiveNumber } from "../src/cli/options.ts";
import { Session } from "../src/cli/session.ts";
import { emit } from "../src/emit/index.ts";
import { SluiceError } from "../src/error.ts";
import { elaborate } from "../src/hdl/index.ts";
import { synthesize } from "../src/implement/index.ts";
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
  const run = await measure(choose(texts), session, flags);
  const changed = changes(stored, run);
  if (flags.store === true) await storeReport(storedRun, { stored, run, names: instances.map(nameOf) });
  const missed = run.rows.filter((row) => !isWithin(row)).map(nameOf);
  if (missed.length > 0) session.exitCode = 1;
  session.print({ ...run, missed, changed }, () => describe(run, changed));
}

/** @throws SluiceError `unknown-instance`. */
function choose(texts: readonly string[]): readonly Instance[] {
  const has = (instance: Instance, text: string): boolean =>
    nameOf(instance).toLowerCase().includes(text.toLowerCase());
  const unknown = texts.find((text) => !instances.some((instance) => has(instance, text)));
  if (unknown !== undefined) {
    throw new SluiceError("unknown-instance", `no instance has "${unknown}" in its name`, {
      hint: `units: ${[...new Set(instances.map(({ unit }) => unit))].join(", ")}`,
    });
  }
  return texts.length === 0 ? instances : instances.filter((one) => texts.some((text) => has(one, text)));
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

const json = process.argv.includes("--json");
const interrupts = watchInterrupts();
const session = new Session(json, interrupts.signal);
try {
  await command(session).parseAsync();
  process.exitCode = session.exitCode;
} catch (error) {
  session.progress.end();
  process.exitCode = interrupts.exitCode ?? reportError(error, json);
} finally {
  session.progress.end();
  interrupts.stop();
}
