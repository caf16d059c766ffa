/**
 * Where the time goes for CNV in Verilator, at its fastest folding on the ZC706 and at BNN-PYNQ's:
 *
 *     npx tsx bench/verilator-cnv.ts
 *
 * First the way from the model to results by phase, as `build` and `verify` go it: with every layer's beats recorded,
 * an empty cache, the objects of Verilator's runtime kept; each sample in a process of its own. Then the simulation by
 * layer: each layer's stages as a design of their own, which gets the beats that the reference says, a frame in every
 * interval of the pipeline, so that it works and rests as it does there. What the loop and the pace alone take is
 * subtracted. Every output is compared. All in CPU seconds, the whole and the layers by turns.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fifo } from "../rtl/index.ts";
import { testDesign } from "../sim/simulators.ts";
import { buildModel, VerilatorSimulator } from "../sim/verilator/index.ts";
import { findToolchain } from "../sim/verilator/toolchain.ts";
import { tapBeats, tappedTop, tapsOf } from "../src/flow/taps.ts";
import { bits, elaborate } from "../src/hdl/index.ts";
import { trace } from "../src/network/index.ts";
import { encodeFrames, plan } from "../src/plan/index.ts";
import { verilate } from "./bare-loop.ts";
import { buildParts, partsOf, secondsPerFrame } from "./cnv-layers.ts";
import { foldingOf, foldings, loadCnv, type FoldingName } from "./cnv.ts";
import {
  median,
  now,
  report,
  row,
  sample,
  sampleArguments,
  since,
  type Figure,
  type Row,
} from "./measure.ts";

const rounds = 3;
const frames = 40;

/** CPU seconds; the last three for all frames. */
const phases = [
  "plan",
  "elaborate",
  "emit",
  "verilator",
  "compile",
  "simulate",
  "reference",
  "compare",
] as const;
type Phases = Record<(typeof phases)[number], number>;

async function measurePhases(fold: string): Promise<Phases> {
  const { network, inputs } = loadCnv(frames);
  const used = Object.fromEntries(phases.map((phase) => [phase, 0])) as Phases;
  let start = now();
  const lap = (phase: keyof Phases): void => {
    used[phase] = since(start).cpu;
    start = now();
  };
  const planned = plan(network, foldingOf(network, fold));
  lap("plan");
  const design = elaborate(planned.hardware, { implementations: false });
  lap("elaborate");
  const emitted = testDesign(design);
  lap("emit");
  const taps = tapsOf(planned);
  const { top, file } = tappedTop(emitted.top, emitted.top.name, taps);
  const tapped = { top, files: [...emitted.files, file] };
  const toolchain = await findToolchain();
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  start = now();
  verilate(toolchain, tapped, folder);
  lap("verilator");
  const library = await buildModel(tapped);
  used.compile = since(start).cpu - used.verilator;
  rmSync(folder, { recursive: true });
  const simulator = new VerilatorSimulator(library);
  simulator.reset();
  start = now();
  const counts = taps.map(({ stream, perFrame }) => [stream, { count: frames * perFrame }] as const);
  const { outputs } = simulator.run({
    inputs: { x: { beats: encodeFrames(inputs, planned.input) } },
    outputs: { y: { count: frames }, ...Object.fromEntries(counts) },
  });
  lap("simulate");
  const layers = trace(network, inputs);
  lap("reference");
  taps.forEach((tap, i) => {
    const layer = layers[i];
    const got = outputs[tap.stream]?.beats;
    const same = layer !== undefined && tapBeats(tap, layer, frames).every((limb, at) => limb === got?.[at]);
    if (!same) throw new Error(`${tap.layer} differs from the reference`);
  });
  lap("compare");
  simulator.close();
  return used;
}

/** CPU seconds per frame, by part. */
async function measureLayers(fold: FoldingName): Promise<ReadonlyMap<string, number>> {
  const cnv = loadCnv(frames);
  const parts = partsOf(cnv, plan(cnv.network, foldingOf(cnv.network, fold)));
  const library = await buildParts(parts);
  const used = Array.from({ length: rounds }, () =>
    parts.map((part, i) => secondsPerFrame(library, i, part)),
  );
  return new Map(parts.map(({ name }, i) => [name, median(used.map((round) => round[i] ?? 0))]));
}

const shown = { bench: "verilator-cnv", better: "bound" } as const;
const name = (fold: FoldingName): string => (fold === "max" ? "CNV-max" : `CNV at ${fold}'s folding`);

function phaseRows(fold: FoldingName, samples: readonly Phases[]): readonly Row[] {
  const middle = (phase: keyof Phases): number => median(samples.map((each) => each[phase]));
  const build = ["plan", "elaborate", "emit", "verilator", "compile"] as const;
  const whole = build.reduce((sum, phase) => sum + middle(phase), 0);
  const tools = { name: "Verilator and the C++ compiler", value: middle("verilator") + middle("compile") };
  const perFrame = (phase: keyof Phases): number => (1000 * middle(phase)) / frames;
  const simulation = { name: "simulation", value: perFrame("simulate") };
  const figure = (what: string, unit: string): Pick<Figure, "bench" | "better" | "what" | "unit"> => ({
    ...{ ...shown, what: `${name(fold)}, ${what}`, unit },
  });
  return [
    row({ ...figure("from model to simulator", "CPU s"), sluice: whole, rival: tools }),
    ...build.map((phase) =>
      row({
        ...figure(`of it: ${phase}`, "CPU s"),
        sluice: middle(phase),
        rival: { name: "all", value: whole },
      }),
    ),
    row({ ...figure("simulation, every layer recorded", "ms/frame"), sluice: perFrame("simulate") }),
    row({
      ...figure("reference of all layers", "ms/frame"),
      sluice: perFrame("reference"),
      rival: simulation,
    }),
    row({
      ...figure("comparison of all layers", "ms/frame"),
      sluice: perFrame("compare"),
      rival: simulation,
    }),
  ];
}

function layerRows(fold: FoldingName, seconds: ReadonlyMap<string, number>): readonly Row[] {
  const { network } = loadCnv(1);
  const { cyclesPerFrame } = plan(network, foldingOf(network, fold));
  const [whole = 0, idle = 0, ...rest] = seconds.values();
  const layers = rest.map((each) => each - idle);
  const names = [...seconds.keys()].slice(2);
  const figure = (what: string, value: number, rival: NonNullable<Figure["rival"]>): Row =>
    row({ ...shown, what: `${name(fold)}, ${what}`, unit: "ms/frame", sluice: 1000 * value, rival });
  const all = { name: "the whole", value: 1000 * whole };
  return [
    figure("the whole in Verilator", whole, { name: "at 200 MHz", value: cyclesPerFrame / 200e3 }),
    figure("the loop and the pace alone", idle, all),
    ...names.map((layer, i) => figure(`${layer} alone`, layers[i] ?? 0, all)),
    figure(
      "all these together",
      layers.reduce((sum, each) => sum + each, idle),
      all,
    ),
  ];
}

/** In a cache of its own that holds nothing but the objects of Verilator's runtime. */
function samplePhases(fold: FoldingName, folder: string, round: number): Phases {
  const [kept, cache] = [join(folder, "runtime"), join(folder, `${fold}-${String(round)}`)];
  mkdirSync(cache);
  for (const entry of readdirSync(kept).filter((each) => each.startsWith("runtime-")))
    cpSync(join(kept, entry), join(cache, entry), { recursive: true });
  return sample(["phases", fold], { SLUICE_CACHE: cache }) as Phases;
}

const asked = sampleArguments();
if (asked?.[0] === "phases") console.log(JSON.stringify(await measurePhases(asked[1] ?? "")));
else if (asked?.[0] === "runtime") {
  await buildModel(testDesign(elaborate(fifo({ kind: bits(8), depth: 4 }))));
  console.log("null");
} else {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const rows: Row[] = [];
  try {
    sample(["runtime"], { SLUICE_CACHE: join(folder, "runtime") });
    for (const fold of foldings) {
      const samples = Array.from({ length: rounds }, (_, round) => samplePhases(fold, folder, round));
      rows.push(...phaseRows(fold, samples), ...layerRows(fold, await measureLayers(fold)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  report(rows);
}
