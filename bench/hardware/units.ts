import {
  labelSelect,
  maxPool,
  maxPoolTicks,
  parallelWindow,
  parallelWindowInterval,
  slidingWindow,
  slidingWindowInterval,
  threshold,
  windowDeal,
  windowDealTicks,
  windowGather,
} from "../../rtl/nn/index.ts";
import {
  asyncFifo,
  fifo,
  fork,
  join,
  registerSlice,
  skidBuffer,
  synchronizer,
  widthConverter,
  widthConverterTiming,
} from "../../rtl/stream/index.ts";
import { bits, type Hardware } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import * as rivals from "./baselines.ts";
import { noMoreThan, type Circuit } from "./circuit.ts";
import type { Row } from "./report.ts";

const map = { height: 16, width: 16, channels: 64, kernel: [3, 3] };

const slidingWindows = (
  [
    { simd: 64, memory: "distributed", ideal: 1764 },
    { simd: 32, memory: "block", ideal: 3528 },
  ] as const
).map(({ simd, memory, ideal }): Circuit => {
  const rival = rivals.finnWindow(simd);
  const params = { ...map, simd, memory };
  return {
    circuit: "sliding-window",
    parameters: { map: "16x16x64", kernel: "3x3", simd, memory },
    build: () => ({ hardware: slidingWindow(params), cycles: slidingWindowInterval(params) }),
    baselines: [rival],
    limits: { ...noMoreThan(rival), cycles: ideal },
  };
});

const thresholds = ([1, 8, 32] as const).map((pe): Circuit => {
  const [channels, width] = [128, 11];
  const rival = rivals.finnThreshold(pe);
  const random = new Random(3);
  const limits = Array.from({ length: channels }, () => [random.below(2 ** width)]);
  return {
    circuit: "threshold",
    parameters: { channels, width, pe },
    build: () => ({ hardware: threshold({ thresholds: limits, width, pe }), cycles: channels / pe }),
    baselines: [rival],
    limits: noMoreThan(rival),
  };
});

const fifos = (["shift", "distributed", "block"] as const).map((style): Circuit => {
  const depth = style === "block" ? 512 : 32;
  return {
    circuit: "fifo",
    parameters: { depth, width: 64, style },
    build: () => ({ hardware: fifo({ kind: bits(64), depth, style }), cycles: 1 }),
    ...(style === "shift" ? { baselines: [rivals.finnFifo], limits: noMoreThan(rivals.finnFifo) } : {}),
  };
});

const widthConverters = (["64-8", "8-64", "64-32", "32-64"] as const).map((way): Circuit => {
  const [from, to] = way.split("-").map(Number) as [number, number];
  const rival = rivals.finnWidthConverter(way);
  // From one beat of the wider side to the next, once all is full.
  const { x, y } = widthConverterTiming({ from, to });
  const wide = from > to ? x : y;
  return {
    circuit: "width-converter",
    parameters: { from, to },
    build: () => ({ hardware: widthConverter({ from, to }), cycles: wide(9) - wide(8) }),
    baselines: [rival],
    limits: noMoreThan(rival),
  };
});

function unit(circuit: string, parameters: Row["parameters"], hardware: () => Hardware, cycles = 1): Circuit {
  return { circuit, parameters, build: () => ({ hardware: hardware(), cycles }) };
}

const kind = bits(64);
const pool = { height: 16, width: 16, channels: 64, pe: 64, kernel: [2, 2] };
const parallel = { ...map, simd: 8 };
const deal = { width: 64, beats: 9, mmv: 4 };

/** Windows, thresholds, pools, and what stands between layers. */
export const unitCircuits: readonly Circuit[] = [
  ...slidingWindows,
  unit(
    "parallel-window",
    { map: "16x16x64", kernel: "3x3", simd: 8 },
    () => parallelWindow(parallel),
    parallelWindowInterval(parallel),
  ),
  unit("window-deal", deal, () => windowDeal(deal), windowDealTicks(deal).x(9 * 4)),
  unit(
    "window-gather",
    { width: 16, beats: 4, mmv: 4 },
    () => windowGather({ width: 16, beats: 4, mmv: 4 }),
    16,
  ),
  ...thresholds,
  unit(
    "max-pool",
    { map: "16x16x64", kernel: "2x2", pe: 64 },
    () => maxPool(pool),
    maxPoolTicks(pool).x(16 * 16),
  ),
  unit(
    "label-select",
    { classes: 10, width: 10, pe: 1 },
    () => labelSelect({ classes: 10, width: 10, pe: 1 }),
    10,
  ),
  ...fifos,
  unit("async-fifo", { depth: 16, width: 64 }, () => asyncFifo({ kind, depth: 16 })),
  ...widthConverters,
  unit("register-slice", { width: 64 }, () => registerSlice({ kind })),
  unit("skid-buffer", { width: 64 }, () => skidBuffer({ kind })),
  unit("fork", { width: 64, n: 2 }, () => fork({ kind, n: 2 })),
  unit("join", { widths: "64,64" }, () => join({ kinds: { a: kind, b: kind } })),
  unit("synchronizer", { width: 1, stages: 2 }, () => synchronizer({})),
];
