import type { PlanReport, StageReport } from "../plan/plan-report.ts";
import type { FrontPoint, Measured } from "./report-data.ts";

const fifos = [
  fifo("conv0_buffer", "conv0_width", "conv1_window", 64, 41, "distributed", 96),
  fifo("conv1_buffer", "conv1", "pool1", 64, 2, "skid", 64),
  fifo("pool1_buffer", "pool1", "pool1_width", 64, 19, "shift-register", 74),
  fifo("conv2_buffer", "conv2_width", "conv3_window", 16, 200, "distributed", 112),
  fifo("conv3_store", "conv3_deal", "conv3", 240, 25, "distributed", 205),
  fifo("conv3_buffer", "conv3_gather", "pool3", 8, 2, "skid", 10),
  fifo("pool3_buffer", "pool3", "pool3_width", 8, 15, "shift-register", 14),
  fifo("conv4_store", "conv4_vectors", "conv4", 72, 17, "shift-register", 87),
  fifo("conv5_store", "conv5_vectors", "conv5", 72, 33, "distributed", 82),
  fifo("conv5_buffer", "conv5_width", "dense6", 32, 3, "shift-register", 38),
  fifo("dense6_buffer", "dense6_width", "dense7", 32, 15, "shift-register", 44),
  fifo("dense7_buffer", "dense7", "dense8", 1, 288, "block", 30, 0.5),
  fifo("dense8_buffer", "dense8", "label_select", 10, 2, "skid", 12),
];

/** CNV of the FINN paper at 8,192 cycles per frame on the ZC706, written out by hand. */
export const cnvReport: PlanReport = {
  model: "cnv-cifar10",
  board: "zc706",
  clockMHz: 200,
  cyclesPerFrame: 8192,
  latencyCycles: 38022,
  fps: 24414.0625,
  lanes: 8481,
  lut: 12816,
  ff: 15028,
  bram36: 48,
  dsp: 0,
  available: { lut: 218600, ff: 437200, bram36: 545, dsp: 900 },
  weightEfficiency: 0.8652,
  layers: [
    layer(
      "conv0",
      "conv",
      { pe: 8, simd: 27 },
      [7200, 3110400],
      [2210, 2650, 0],
      [8, 304, "distributed", 0, 1728],
    ),
    layer(
      "conv1",
      "conv",
      { pe: 64, simd: 64 },
      [7056, 57802752],
      [3912, 4410, 0],
      [9, 4288, "distributed", 0, 36864],
    ),
    layer("pool1", "max-pool", null, [784, 0], [214, 388, 0]),
    layer(
      "conv2",
      "conv",
      { pe: 8, simd: 32, mmv: 6 },
      [6912, 21233664],
      [1705, 1990, 4],
      [288, 272, "block", 4, 73728],
    ),
    layer(
      "conv3",
      "conv",
      { pe: 8, simd: 48, mmv: 5 },
      [7680, 29491200],
      [2210, 2495, 6],
      [384, 400, "block", 6, 147456],
    ),
    layer("pool3", "max-pool", null, [1600, 0], [96, 105, 0]),
    layer(
      "conv4",
      "conv",
      { pe: 8, simd: 72 },
      [4608, 5308416],
      [1180, 1390, 8.5],
      [512, 592, "block", 8.5, 294912],
    ),
    layer(
      "conv5",
      "conv",
      { pe: 1, simd: 72 },
      [8192, 1179648],
      [402, 510, 17],
      [8192, 74, "block", 16.5, 589824],
    ),
    layer(
      "dense6",
      "dense",
      { pe: 1, simd: 32 },
      [4096, 262144],
      [252, 340, 4],
      [4096, 34, "block", 4, 131072],
    ),
    layer(
      "dense7",
      "dense",
      { pe: 1, simd: 32 },
      [8192, 524288],
      [310, 420, 8.5],
      [8192, 34, "block", 8, 262144],
    ),
    layer(
      "dense8",
      "dense",
      { pe: 1, simd: 1 },
      [5120, 10240],
      [285, 290, 0],
      [5120, 1, "distributed", 0, 5120],
    ),
  ],
  stages: withFifos([
    ...units("conv0", [
      ["conv0_window", "parallel-window", 1024, 24, 216, 412, 655],
      ["conv0", "mvtu", 7200, 216, 8, 1590, 1820],
      ["conv0_width", "width-converter", 0, 8, 64, 14, 75],
    ]),
    ...units("conv1", [
      ["conv1_window", "sliding-window", 7056, 64, 64, 180, 190],
      ["conv1", "mvtu", 7056, 64, 64, 3668, 4090],
    ]),
    ...units("pool1", [
      ["pool1", "max-pool", 784, 64, 64, 120, 190],
      ["pool1_width", "width-converter", 0, 64, 32, 20, 68],
    ]),
    ...units("conv2", [
      ["conv2_window", "sliding-window", 2592, 32, 32, 140, 130],
      ["conv2_deal", "window-deal", 2592, 32, 192, 115, 215],
      ["conv2", "mvtu", 6912, 192, 48, 1250, 1450, 4],
      ["conv2_gather", "window-gather", 2304, 48, 8, 80, 95],
      ["conv2_width", "width-converter", 0, 8, 16, 8, 20],
    ]),
    ...units("conv3", [
      ["conv3_window", "sliding-window", 7200, 16, 16, 110, 95],
      ["conv3_vectors", "width-converter", 0, 16, 48, 10, 55],
      ["conv3_deal", "window-deal", 2400, 48, 240, 160, 265],
      ["conv3", "mvtu", 7680, 240, 40, 1650, 1780, 6],
      ["conv3_gather", "window-gather", 1600, 40, 8, 75, 90],
    ]),
    ...units("pool3", [
      ["pool3", "max-pool", 1600, 8, 8, 60, 60],
      ["pool3_width", "width-converter", 0, 8, 4, 6, 12],
    ]),
    ...units("conv4", [
      ["conv4_window", "sliding-window", 2592, 4, 4, 95, 70],
      ["conv4_vectors", "width-converter", 0, 4, 72, 12, 80],
      ["conv4", "mvtu", 4608, 72, 8, 980, 1120, 8.5],
      ["conv4_width", "width-converter", 0, 8, 1, 6, 12],
    ]),
    ...units("conv5", [
      ["conv5_window", "sliding-window", 2304, 1, 1, 88, 64, 0.5],
      ["conv5_vectors", "width-converter", 0, 1, 72, 14, 80],
      ["conv5", "mvtu", 8192, 72, 1, 210, 250, 16.5],
      ["conv5_width", "width-converter", 0, 1, 32, 8, 38],
    ]),
    ...units("dense6", [
      ["dense6", "mvtu", 4096, 32, 1, 200, 250, 4],
      ["dense6_width", "width-converter", 0, 1, 32, 8, 38],
    ]),
    ...units("dense7", [["dense7", "mvtu", 8192, 32, 1, 205, 260, 8]]),
    ...units("dense8", [["dense8", "mvu", 5120, 1, 10, 265, 255]]),
    ...units(null, [["label_select", "label-select", 10, 10, 4, 40, 40]]),
  ]),
  fifos,
  roofline: {
    operationsPerFrame: 118922752,
    intensity: 38699.2,
    ioBytesPerSecond: 1e9,
    peakTops: { binary: 55.1, byte: 2.3 },
    lutFill: 0.7,
    lutPerOperation: { binary: 0.556, byte: 13.3 },
    achievedTops: 2.9034,
    fractionOfRoof: 0.0527,
    boundBy: "compute",
  },
  bottleneck: {
    layer: "conv5",
    cycles: 8192,
    next: { cyclesPerFrame: 7680, fps: 26041.67, lut: 13410, ff: 15622, bram36: 57, dsp: 0, fits: true },
  },
};

/** As `verify` measures it. */
export const cnvMeasured: Measured = {
  simulator: "verilator",
  frames: 50,
  mismatches: 0,
  timingMismatches: 0,
  accuracy: 0.86,
  cyclesPerFrame: 8192,
  latencyCycles: 38022,
};

/** From slow and small to fast and large. */
export const cnvFront: readonly FrontPoint[] = [
  [65536, 121000, 4210, 46],
  [32768, 84100, 6120, 46],
  [16384, 56600, 9330, 46.5],
  [8192, 38022, 12816, 48],
  [7200, 31200, 14900, 57],
  [3600, 17300, 26800, 78],
  [1920, 9400, 55100, 131],
  [1024, 7206, 104300, 188],
].map(([cyclesPerFrame = 0, latencyCycles = 0, lut = 0, bram36 = 0]) => ({
  cyclesPerFrame,
  fps: 200e6 / cyclesPerFrame,
  latencyCycles,
  lut,
  bram36,
  chosen: cyclesPerFrame === 8192,
}));

function layer(
  name: string,
  kind: string,
  folding: PlanReport["layers"][number]["folding"],
  [cycles, operations]: readonly [number, number],
  [lut, ff, bram36]: readonly [number, number, number],
  weights?: readonly [number, number, "block" | "distributed" | "constant", number, number],
): PlanReport["layers"][number] {
  const common = { name, kind, folding, cycles, operations, load: cycles / 8192, lut, ff, bram36, dsp: 0 };
  if (weights === undefined) return { ...common, weights: null };
  const [words, width, style, blocks, weightBits] = weights;
  return { ...common, weights: { words, width, style, bram36: blocks, weightBits } };
}

type Unit = readonly [string, StageReport["unit"], number, number, number, number, number, number?];

function units(of: string | null, rows: readonly Unit[]): StageReport[] {
  return rows.map(([name, unit, cycles, inputBits, outputBits, lut, ff, bram36 = 0]) => {
    return {
      name,
      unit,
      layer: of,
      cycles,
      load: cycles / 8192,
      inputBits,
      outputBits,
      lut,
      ff,
      bram36,
      dsp: 0,
    };
  });
}

function fifo(
  name: string,
  from: string,
  to: string,
  bits: number,
  depth: number,
  implementation: PlanReport["fifos"][number]["implementation"],
  lut: number,
  bram36 = 0,
): PlanReport["fifos"][number] {
  return { name, from, to, bits, depth, peak: depth, implementation, lut, bram36 };
}

/** A FIFO is a stage too, of the layer of the unit in front of it. */
function withFifos(all: readonly StageReport[]): StageReport[] {
  return all.flatMap((stage) => [
    stage,
    ...fifos
      .filter(({ from }) => from === stage.name)
      .map(({ name, bits, implementation, lut, bram36 }): StageReport => {
        const unit: StageReport["unit"] = implementation === "skid" ? "skid" : "fifo";
        const common = { name, unit, layer: stage.layer, cycles: 0, load: 0, lut, ff: 0, bram36, dsp: 0 };
        return { ...common, inputBits: bits, outputBits: bits };
      }),
  ]);
}
