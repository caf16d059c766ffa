/**
 * Cycles per second of the Verilator driver, called from Node with whole streams, against a bare C++ loop:
 *
 *     npx tsx bench/verilator-driver.ts
 *
 * Both run the same SystemVerilog, verilated and compiled with the same flags, on the same images, from reset to the
 * last result, in CPU seconds, by turns. Results and cycle counts must be the same. Reading the beats from a file is
 * not counted for the loop; checking and copying them is counted for the driver. Of CNV also the frames per second,
 * beside those of the hardware at 200 MHz.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDesign } from "../sim/simulators.ts";
import { buildModel, VerilatorSimulator } from "../sim/verilator/index.ts";
import { loadImages, resolveModel } from "../src/flow/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { encode } from "../src/network/index.ts";
import { encodeFrames, plan } from "../src/plan/index.ts";
import { compileBareLoop } from "./bare-loop.ts";
import { foldingOf } from "./cnv.ts";
import { median, now, report, row, since, type Row } from "./measure.ts";

/** Models, how many times the bundled images pass in one call, and how many calls. */
const models = [
  { model: "sfc", fold: "max", passes: 20, rounds: 9 },
  { model: "lfc", fold: "max", passes: 4, rounds: 9 },
  { model: "cnv", fold: "max", passes: 1, rounds: 3 },
  { model: "cnv", fold: "BNN-PYNQ", passes: 1, rounds: 3 },
];

interface Compared {
  readonly cyclesPerFrame: number;
  readonly frames: number;
  readonly ticks: number;
  /** CPU seconds of each round. */
  readonly driver: readonly number[];
  readonly bare: readonly number[];
}

async function compare(
  { model, fold, passes, rounds }: (typeof models)[number],
  folder: string,
): Promise<Compared> {
  const network = resolveModel(model);
  const planned = plan(network, foldingOf(network, fold));
  if (planned.output.beats !== 1) throw new Error("the loop is written for one result per frame");
  const images = loadImages(network, {});
  const once = encodeFrames(encode(images.pixels, network.input), planned.input);
  const beats = Uint32Array.from({ length: passes * once.length }, (_, i) => once[i % once.length] ?? 0);
  const frames = passes * images.frames;
  const design = testDesign(elaborate(planned.hardware, { implementations: false }));
  const library = await buildModel(design);
  const program = await compileBareLoop(design, folder);
  const [beatFile, labelFile] = [join(folder, "beats"), join(folder, "labels")];
  writeFileSync(beatFile, beats);

  let ticks = 0;
  const used = Array.from({ length: rounds }, () => {
    const simulator = new VerilatorSimulator(library);
    simulator.reset();
    const start = now();
    const result = simulator.run({ inputs: { x: { beats } }, outputs: { y: { count: frames } } });
    const driver = since(start).cpu;
    simulator.close();
    const args = [beatFile, labelFile, String(frames)];
    const text = execFileSync(program, args, { cwd: folder, encoding: "utf8" });
    const [bareTicks, bare = 0] = text.split(" ").map(Number);
    const labels = new Uint8Array(result.outputs["y"]?.beats.buffer ?? new ArrayBuffer());
    ticks = result.ticks;
    if (bareTicks !== ticks || !readFileSync(labelFile).equals(labels))
      throw new Error(`${model}: the driver and the loop differ`);
    return { driver, bare };
  });
  return {
    cyclesPerFrame: planned.cyclesPerFrame,
    frames,
    ticks,
    driver: used.map(({ driver }) => driver),
    bare: used.map(({ bare }) => bare),
  };
}

function rowsOf(
  { model, fold }: (typeof models)[number],
  { cyclesPerFrame, frames, ticks, driver, bare }: Compared,
): readonly Row[] {
  const shown = { bench: "verilator-driver", better: "higher" } as const;
  const name = `${model.toUpperCase()}${fold === "max" ? "-max" : ` at ${fold}'s folding`}`;
  const speed = row({
    ...shown,
    what: `${name}, whole streams from Node`,
    unit: "cycles/CPU s",
    sluice: ticks / median(driver),
    rival: { name: "bare C++ loop", value: ticks / median(bare) },
    goal: { ratioAtLeast: 0.9 },
  });
  if (model !== "cnv") return [speed];
  const rate = row({
    ...shown,
    what: `${name}, ${String(cyclesPerFrame)} cycles per frame`,
    unit: "frames/CPU s",
    sluice: frames / median(driver),
    rival: { name: "hardware at 200 MHz", value: 200e6 / cyclesPerFrame },
  });
  return [speed, rate];
}

const rows: Row[] = [];
for (const each of models) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    rows.push(...rowsOf(each, await compare(each, folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
report(rows);
