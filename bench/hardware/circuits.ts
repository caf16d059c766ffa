/** What the hardware bench measures: circuits as data, each with the rivals of its size. */
import { popcount } from "../../rtl/arith/index.ts";
import {
  matrixVectorSchedule,
  mvtu,
  mvtuConstant,
  mvu,
  slidingWindow,
  slidingWindowInterval,
  threshold,
  type MvtuParams,
  type WeightMatrix,
} from "../../rtl/nn/index.ts";
import { randomWeights } from "../../rtl/nn/random.fixture.ts";
import { fifo, widthConverter, widthConverterTiming } from "../../rtl/stream/index.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { resolveModel } from "../../src/flow/index.ts";
import { bits, type Hardware } from "../../src/hdl/index.ts";
import { loadBoard, plan, resolveFolding } from "../../src/plan/index.ts";
import { Random } from "../../src/random.ts";
import * as rivals from "./baselines.ts";
import { plainConstantLayer, plainPopcount } from "./plain.ts";
import { figureNames, type Baseline, type Row } from "./report.ts";

export interface Circuit {
  /** Name of the generator, or of the network. */
  readonly circuit: string;
  readonly parameters: Row["parameters"];
  /** The hardware, and its cycles from one unit of work to the next. */
  readonly build: () => { readonly hardware: Hardware; readonly cycles: number };
  /** The plain form, synthesised in the same run; ratios are then against it. */
  readonly plain?: () => readonly SourceFile[];
  readonly baselines?: readonly Baseline[];
  readonly bound?: NonNullable<Row["bound"]>;
  readonly limits?: Row["limits"];
  /** Takes minutes: only with `--all`, or by name. */
  readonly slow?: true;
}

/** All figures of a rival but its depth. */
function noMoreThan(rival: Baseline): Row["limits"] {
  const known = figureNames.filter((name) => name !== "depthNs" && rival[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, rival[name]]));
}

/** Random weights; thresholds near the middle, where trained ones are. */
function randomLayer(
  seed: number,
  rows: number,
  columns: number,
): { readonly weights: WeightMatrix; readonly thresholds: Int32Array } {
  const random = new Random(seed);
  const weights = randomWeights(random, rows, columns);
  const spread = Math.round(Math.sqrt(columns));
  const lowest = Math.floor(columns / 2) - spread;
  return {
    weights,
    thresholds: Int32Array.from({ length: rows }, () => lowest + random.below(2 * spread + 1)),
  };
}

const popcounts = ([64, 128, 256, 512] as const).map((width): Circuit => ({
  circuit: "popcount",
  parameters: { width, stages: 1 },
  build: () => ({ hardware: popcount({ width }), cycles: 1 }),
  plain: () => plainPopcount(width),
}));

/** The layer of CNV that RTL-FINN was measured with. */
function conv3(pe: number, simd: number): MvtuParams {
  return { ...randomLayer(1, 128, 1152), pe, simd, memory: "block" };
}

const cores = (["4x32", "8x32", "16x64", "32x64"] as const).map((size): Circuit => {
  const [pe, simd] = size.split("x").map(Number) as [number, number];
  const params = conv3(pe, simd);
  return {
    circuit: "mvu",
    parameters: { columns: 1152, rows: 128, pe, simd, memory: "block" },
    build: () => ({ hardware: mvu(params), cycles: matrixVectorSchedule(params).cycles }),
    baselines: [rivals.rtlFinnCore(size)],
  };
});

const units = (["16x64", "32x64"] as const).map((size): Circuit => {
  const [pe, simd] = size.split("x").map(Number) as [number, number];
  const params = conv3(pe, simd);
  const rival = rivals.rtlFinnUnit(size);
  const { lutPaired = 0, bram36 = 0, cycles = 0 } = rival;
  return {
    circuit: "mvtu",
    parameters: { columns: 1152, rows: 128, pe, simd, memory: "block" },
    build: () => ({ hardware: mvtu(params), cycles: matrixVectorSchedule(params).cycles }),
    baselines: [rival],
    limits: { lut: 0.6 * rival.lut, lutPaired: 0.6 * lutPaired, bram36, cycles, depthNs: 4 },
  };
});

interface ConstantLayer {
  readonly size: "64x64" | "128x128" | "256x256" | "832x256";
  readonly slow?: true;
  readonly limits?: Row["limits"];
}

const constantSizes: readonly ConstantLayer[] = [
  { size: "64x64" },
  { size: "128x128", slow: true },
  { size: "256x256", slow: true, limits: { lut: 0.36 * 256 * 256, depthNs: 4 } },
  { size: "832x256", slow: true, limits: { lut: 0.36 * 832 * 256, depthNs: 4 } },
];

const constantLayers = constantSizes.map(({ size, ...more }): Circuit => {
  const [columns, rows] = size.split("x").map(Number) as [number, number];
  const { weights, thresholds } = randomLayer(2, rows, columns);
  return {
    circuit: "mvtuConstant",
    parameters: { columns, rows, pipeline: 2 },
    build: () => ({ hardware: mvtuConstant({ weights, thresholds }), cycles: 1 }),
    ...(size === "64x64" ? { plain: () => plainConstantLayer(weights, thresholds) } : {}),
    baselines: [
      ...(size === "128x128" || size === "256x256" ? [rivals.plainLayer(size)] : []),
      rivals.firstTryLayer(size),
    ],
    ...more,
  };
});

const windows = (
  [
    { simd: 64, memory: "distributed", cycles: 1764 },
    { simd: 32, memory: "block", cycles: 3528 },
  ] as const
).map(({ simd, memory, cycles }): Circuit => {
  const rival = rivals.finnWindow(simd);
  const params = { height: 16, width: 16, channels: 64, kernel: [3, 3], simd, memory };
  return {
    circuit: "slidingWindow",
    parameters: { map: "16x16x64", kernel: "3x3", simd, memory },
    build: () => ({ hardware: slidingWindow(params), cycles: slidingWindowInterval(params) }),
    baselines: [rival],
    limits: { ...noMoreThan(rival), cycles },
  };
});

const thresholdUnits = ([1, 8, 32] as const).map((pe): Circuit => {
  const [channels, width] = [128, 11];
  const rival = rivals.finnThreshold(pe);
  const random = new Random(3);
  const thresholds = Array.from({ length: channels }, () => [random.below(2 ** width)]);
  return {
    circuit: "threshold",
    parameters: { channels, width, pe },
    build: () => ({ hardware: threshold({ thresholds, width, pe }), cycles: channels / pe }),
    baselines: [rival],
    limits: noMoreThan(rival),
  };
});

const fifos: readonly Circuit[] = [
  {
    circuit: "fifo",
    parameters: { depth: 32, width: 64, style: "shift" },
    build: () => ({ hardware: fifo({ kind: bits(64), depth: 32, style: "shift" }), cycles: 1 }),
    baselines: [rivals.finnFifo],
    limits: noMoreThan(rivals.finnFifo),
  },
];

const widthConverters = (
  [
    [64, 8],
    [8, 64],
    [64, 32],
    [32, 64],
  ] as const
).map(([from, to]): Circuit => {
  const rival = rivals.finnWidthConverter(`${from}-${to}` as "64-8" | "8-64" | "64-32" | "32-64");
  // From one beat of the wider side to the next.
  const { x, y } = widthConverterTiming({ from, to });
  const wide = from > to ? x : y;
  return {
    circuit: "widthConverter",
    parameters: { from, to },
    build: () => ({ hardware: widthConverter({ from, to }), cycles: wide(9) - wide(8) }),
    baselines: [rival],
    limits: noMoreThan(rival),
  };
});

interface NetworkCircuit {
  readonly name: "SFC-max" | "CNV-max";
  readonly model: string;
  readonly fold: string;
  readonly limits: Row["limits"];
}

const networkCircuits: readonly NetworkCircuit[] = [
  { name: "SFC-max", model: "sfc", fold: "16", limits: { lut: 42_000, cycles: 16 } },
  {
    ...{ name: "CNV-max", model: "cnv", fold: "9130" },
    limits: { lut: 0.6 * 46_253, bram36: 0.6 * 186, cycles: 9130 },
  },
];

const networks = networkCircuits.map(({ name, model, fold, limits }): Circuit => ({
  circuit: name,
  parameters: { model, fold, board: "zc706" },
  build: () => {
    const network = resolveModel(model);
    const planned = plan(network, resolveFolding(fold, network, loadBoard("zc706")));
    return { hardware: planned.hardware, cycles: planned.cyclesPerFrame };
  },
  baselines: [rivals.finnNetwork(name)],
  limits,
  slow: true,
}));

/** In the order of the table. */
export const circuits: readonly Circuit[] = [
  ...popcounts,
  ...cores,
  ...units,
  ...constantLayers,
  ...windows,
  ...thresholdUnits,
  ...fifos,
  ...widthConverters,
  ...networks,
];
