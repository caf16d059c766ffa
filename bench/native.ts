/**
 * A generator's unit test in the native simulator against the same test in Verilator, from nothing: elaborate, build,
 * simulate, compare. And what either does in the long run:
 *
 *     npx tsx bench/native.ts
 *
 * CPU seconds, compilers included, by turns, each sample in a process of its own. Verilator is taken with an empty
 * cache, which is what its own `--build` costs for every design, and with the objects of its runtime kept, which is
 * what Sluice's cache leaves to do for every design but the first.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fifo, mvtu, type MvtuParams } from "../rtl/index.ts";
import {
  beatsOf,
  bitsOf,
  chunks,
  popcounts,
  randomThresholds,
  randomWeights,
} from "../rtl/nn/random.fixture.ts";
import { simulatorsOf } from "../sim/simulators.ts";
import { testbench } from "../sim/testbench.ts";
import {
  bits,
  elaborate,
  type BitsKind,
  type Hardware,
  type SinkPort,
  type SourcePort,
} from "../src/hdl/index.ts";
import { Random } from "../src/random.ts";
import type { Simulator } from "../src/simulate/simulator.ts";
import { median, now, report, row, sample, sampleArguments, since, type Row } from "./measure.ts";

const rounds = 5;
const stalls = { probability: 0.25, seed: 1 };

/** A generator with a test of it. */
interface UnitTest {
  readonly name: string;
  readonly hardware: () => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<BitsKind> }>;
  readonly inputs: readonly (number | bigint)[];
  readonly outputs: readonly (number | bigint)[];
}

const random = new Random(1);

function mvtuTest(vectors: number): UnitTest {
  const weights = randomWeights(random, 64, 64);
  const params: MvtuParams = { weights, thresholds: randomThresholds(random, weights), pe: 8, simd: 16 };
  const inputs = Array.from({ length: (vectors * 64) / 16 }, () => random.below(2 ** 16));
  const outputs = chunks(bitsOf(inputs, 16), 64).flatMap((vector) =>
    popcounts(weights, vector).map((count, neuron) => (count >= (params.thresholds[neuron] ?? 0) ? 1 : 0)),
  );
  return {
    name: `MVTU 64x64, PE 8, SIMD 16, ${String(vectors)} vectors`,
    hardware: () => mvtu(params),
    inputs,
    outputs: beatsOf(outputs, 8),
  };
}

function fifoTest(beats: number): UnitTest {
  const inputs = Array.from({ length: beats }, () => random.below(2 ** 16));
  return {
    name: `FIFO 16x16, ${String(beats)} beats`,
    hardware: () => fifo({ kind: bits(16), depth: 16 }),
    inputs,
    outputs: inputs,
  };
}

const tests: Readonly<Record<string, UnitTest>> = { mvtu: mvtuTest(100), fifo: fifoTest(1000) };

interface Sample {
  readonly wall: number;
  readonly cpu: number;
  /** Of the simulation alone, without elaboration and build. */
  readonly ticks: number;
}

async function runTest(
  { hardware, inputs, outputs }: UnitTest,
  simulator: Simulator["kind"],
): Promise<Sample> {
  const start = now();
  const tb = await testbench(hardware(), { simulator });
  const { y, ticks } = tb.run({ inputs: { x: inputs }, outputs: { y: outputs.length }, stalls });
  const right = y.values.every((value, i) => value === outputs[i]);
  tb.close();
  const used = since(start);
  if (!right) throw new Error("wrong outputs");
  return { ...used, ticks };
}

/** Cycles per CPU second once everything is built and warm: the number of passes doubles until they take long enough. */
async function longRun({ hardware, inputs, outputs }: UnitTest, kind: Simulator["kind"]): Promise<number> {
  const [start] = await simulatorsOf([elaborate(hardware())], kind);
  const simulator = start?.();
  if (simulator === undefined) throw new Error("no simulator");
  simulator.reset();
  const run = {
    inputs: { x: { beats: Uint32Array.from(inputs, Number) } },
    outputs: { y: { count: outputs.length } },
  };
  for (let passes = 1; ; passes *= 2) {
    const began = now();
    let ticks = 0;
    for (let pass = 0; pass < passes; pass++) ticks += simulator.run(run).ticks;
    const seconds = since(began).cpu;
    if (seconds < 0.5) continue;
    simulator.close();
    return ticks / seconds;
  }
}

function find(name: string | undefined): UnitTest {
  const test = tests[name ?? ""];
  if (test === undefined) throw new Error("no such test");
  return test;
}

const asked = sampleArguments();
if (asked !== undefined) {
  const [what, name, simulator] = asked as [string, string, Simulator["kind"]];
  const measure = what === "test" ? runTest : longRun;
  console.log(JSON.stringify(await measure(find(name), simulator)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    report(Object.keys(tests).flatMap((name) => compare(name, folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs both by turns, Verilator with caches of its own in `folder`. */
function compare(name: string, folder: string): readonly Row[] {
  const cold: Sample[] = [];
  const kept: Sample[] = [];
  const native: Sample[] = [];
  const rates: { native: number; verilator: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const empty = join(folder, `${name}-empty-${String(round)}`);
    const runtime = join(folder, `${name}-runtime-${String(round)}`);
    native.push(sample(["test", name, "native"]) as Sample);
    cold.push(sample(["test", name, "verilator"], { SLUICE_CACHE: empty }) as Sample);
    mkdirSync(runtime);
    for (const entry of readdirSync(empty).filter((each) => each.startsWith("runtime-")))
      cpSync(join(empty, entry), join(runtime, entry), { recursive: true });
    kept.push(sample(["test", name, "verilator"], { SLUICE_CACHE: runtime }) as Sample);
    rates.push({
      native: sample(["rate", name, "native"]) as number,
      verilator: sample(["rate", name, "verilator"], { SLUICE_CACHE: empty }) as number,
    });
  }
  const cpu = (samples: readonly Sample[]): number => median(samples.map((each) => each.cpu));
  const wall = (samples: readonly Sample[]): number => median(samples.map((each) => each.wall));
  const rate = {
    native: median(rates.map((each) => each.native)),
    verilator: median(rates.map((each) => each.verilator)),
  };
  const saved = cpu(kept) - cpu(native);
  const breakEven = (native[0]?.ticks ?? 0) + saved / (1 / rate.native - 1 / rate.verilator);
  const shown = find(name).name;
  const inSeconds = { bench: "native", better: "lower" } as const;
  return [
    row({
      ...inSeconds,
      what: shown,
      unit: "CPU s",
      sluice: cpu(native),
      rival: { name: "Verilator, empty cache", value: cpu(cold) },
      goal: { ratioAtLeast: 20 },
    }),
    row({
      ...inSeconds,
      what: "the same",
      unit: "CPU s",
      sluice: cpu(native),
      rival: { name: "Verilator, its runtime compiled before", value: cpu(kept) },
    }),
    row({
      ...inSeconds,
      what: "the same, elapsed",
      unit: "s",
      sluice: wall(native),
      rival: { name: "Verilator, empty cache", value: wall(cold) },
    }),
    row({
      bench: "native",
      what: "the same, in the long run",
      unit: "cycles/CPU s",
      sluice: rate.native,
      rival: { name: "Verilator", value: rate.verilator },
      better: "higher",
    }),
    // Where the native simulator is the faster one in the long run as well, Verilator never catches up.
    ...(rate.native < rate.verilator
      ? [
          row({
            ...inSeconds,
            what: "the same: sooner than with its runtime compiled before, up to",
            unit: "cycles",
            sluice: breakEven,
          }),
        ]
      : []),
  ];
}
