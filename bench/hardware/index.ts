/**
 * Every generator at fixed sizes: LUTs, registers, memory, longest path and cycles, beside rivals and bounds, and what
 * changed since the stored run (bench/hardware.json):
 *
 *     npm run bench:hardware
 *     npm run bench:hardware -- popcount mvtu
 *     npm run bench:hardware --silent -- --json
 *     npm run bench:hardware -- --all --store
 */
import { Command } from "commander";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { jsonOption, positiveInteger, positiveNumber } from "../../src/cli/options.ts";
import type { Session } from "../../src/cli/session.ts";
import { runBench, withTexts } from "../bench-command.ts";
import type { Circuit } from "./circuit.ts";
import { circuits } from "./circuits.ts";
import { measure } from "./measure.ts";
import { compare, merge, nameOf, readReport, writeReport } from "./report.ts";
import { describe } from "./table.ts";

interface Flags {
  readonly all?: true;
  readonly store?: true;
  readonly workers: number;
  readonly timeout: number;
}

const storedRun = fileURLToPath(new URL("../hardware.json", import.meta.url));

function command(session: Session): Command {
  return new Command("bench:hardware")
    .description("synthesise every generator at fixed sizes, beside rivals, and compare with the stored run")
    .argument("[circuits...]", "only those with one of these texts in their name: mvtu, pe=16")
    .option("--all", "also the circuits that take minutes")
    .option("--store", "make this the stored run: bench/hardware.json")
    .option("--workers <count>", "circuits synthesised at a time", positiveInteger, availableParallelism())
    .option("--timeout <seconds>", "time limit for each circuit", positiveNumber, 3600)
    .addOption(jsonOption())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(async (texts: readonly string[], flags: Flags) => {
      await bench(session, texts, flags);
    });
}

async function bench(session: Session, texts: readonly string[], flags: Flags): Promise<void> {
  const stored = await readReport(storedRun);
  const chosen = choose(texts, flags.all === true);
  const report = await measure(chosen, {
    ...{ workers: flags.workers, timeoutSeconds: flags.timeout, signal: session.signal },
    onProgress: (message) => {
      session.progress.update(message);
    },
  });
  const comparison = stored === undefined ? null : compare(stored, report);
  if (flags.store === true) await writeReport(storedRun, merge(stored, report, circuits.map(nameOf)));
  const leftOut = texts.length > 0 ? [] : circuits.filter((one) => !chosen.includes(one)).map(nameOf);
  session.print({ ...report, comparison, leftOut }, () => describe({ report, comparison, leftOut }));
}

function choose(texts: readonly string[], all: boolean): readonly Circuit[] {
  if (texts.length === 0) return circuits.filter(({ slow }) => all || slow !== true);
  return withTexts(circuits, texts, { whole: nameOf, kind: ({ circuit }) => circuit });
}

await runBench(command);
