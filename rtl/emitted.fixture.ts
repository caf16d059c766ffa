import { randomKind } from "../sim/random-values.ts";
import { emit, type EmittedDesign } from "../src/emit/index.ts";
import { bits, elaborate, type Hardware, type Kind } from "../src/hdl/index.ts";
import { Random } from "../src/random.ts";
import { popcount, xnorPopcount } from "./arith/index.ts";
import {
  labelSelect,
  maxPool,
  mvtu,
  mvtuConstant,
  mvuConstant,
  mvtuSigned,
  mvu,
  threshold,
  vvtu,
  vvu,
  windowDeal,
  windowGather,
} from "./nn/index.ts";
import { processingElements } from "./nn/processing-elements.ts";
import { randomThresholds, randomWeights } from "./nn/random.fixture.ts";
import { weightRom } from "./nn/weight-rom.ts";
import {
  asyncFifo,
  fifo,
  fork,
  join,
  registerSlice,
  skidBuffer,
  synchronizer,
  widthConverter,
} from "./stream/index.ts";

const random = new Random(11);
const kinds: readonly Kind[] = [bits(1), bits(64), ...Array.from({ length: 4 }, () => randomKind(random))];

const weights = randomWeights(random, 12, 36);
const thresholds = randomThresholds(random, weights);
const signedThresholds = Array.from(thresholds, (count) => 100 * (count - 18));
const folds = [
  { pe: 1, simd: 1 },
  { pe: 3, simd: 4 },
  { pe: 12, simd: 9 },
  { pe: 2, simd: 36 },
  { pe: 12, simd: 36 },
];

/** Every generator with parameters from corner to corner. */
export const emittedDesigns: readonly EmittedDesign[] = [
  ...kinds.flatMap((kind): Hardware[] => [
    registerSlice({ kind }),
    skidBuffer({ kind }),
    fifo({ kind, depth: 1 }),
    fifo({ kind, depth: 5, style: "shift" }),
    fifo({ kind, depth: 64, style: "shift" }),
    fifo({ kind, depth: 20 }),
    fifo({ kind, depth: 512, style: "block" }),
    fork({ kind, n: 3 }),
    join({ kinds: { a: kind, b: bits(3) } }),
    asyncFifo({ kind, depth: 2 }),
    asyncFifo({ kind, depth: 16, stages: 3 }),
  ]),
  ...[
    [1, 1],
    [1, 7],
    [7, 1],
    [8, 32],
    [32, 8],
    [49, 64],
    [10, 4],
  ].map(([from = 1, to = 1]) => widthConverter({ from, to })),
  widthConverter({ from: 8, to: 32, lanes: 3 }),
  widthConverter({ from: 9, to: 3, lanes: 7 }),
  widthConverter({ from: 6, to: 4, lanes: 2 }),
  widthConverter({ from: 3, to: 2, lanes: 2 }),
  widthConverter({ from: 5, to: 5, lanes: 2 }),
  synchronizer({ width: 4, stages: 3 }),
  popcount({ width: 1 }),
  popcount({ width: 64 }),
  popcount({ width: 100, clockMHz: 300 }),
  ...(["portable", "xilinx7", "ultrascale"] as const).flatMap((technology): Hardware[] => [
    popcount({ width: 100, technology, weights: 0x9_3f51_02c7_88e0n }),
    xnorPopcount({ width: 64, technology }),
    xnorPopcount({ width: 9, technology, clockMHz: 0 }),
  ]),
  ...folds.flatMap((fold): Hardware[] => [
    mvtu({ weights, thresholds, ...fold }),
    mvu({ weights, ...fold }),
    mvtuSigned({ weights, thresholds: signedThresholds, ...fold }),
  ]),
  mvtu({ weights, thresholds, pe: 1, simd: 2, memory: "block" }),
  mvu({ weights, pe: 3, simd: 4, memory: "block" }),
  mvtu({ weights, thresholds, pe: 1, simd: 1, mmv: 7 }),
  mvtu({ weights, thresholds, pe: 3, simd: 4, mmv: 3 }),
  mvtu({ weights, thresholds, pe: 12, simd: 36, mmv: 2 }),
  mvu({ weights, pe: 2, simd: 36, mmv: 2 }),
  mvu({ weights, pe: 12, simd: 9, mmv: 3 }),
  mvtuSigned({ weights, thresholds: signedThresholds, pe: 3, simd: 4, mmv: 2 }),
  mvtuSigned({ weights, thresholds: signedThresholds, pe: 2, simd: 36, mmv: 3 }),
  mvtuSigned({ weights, thresholds: signedThresholds, pe: 3, simd: 6, inputBits: 12 }),
  ...(["portable", "xilinx7", "ultrascale"] as const).flatMap((technology) =>
    [true, false].flatMap((accumulates) =>
      [true, false].map((thresholded) =>
        processingElements({
          ...{ pe: 3, simd: 5, mmv: 2, inputBits: 1, accumulates, thresholded, technology },
          ...{ width: 6, base: 9, digits: [1, 4, 8], clockMHz: 200 },
        }),
      ),
    ),
  ),
  ...[{ bits: 1 }, { bits: 4 }].flatMap((values) => [
    maxPool({ height: 28, width: 28, channels: 64, pe: 16, kernel: [2, 2], ...values }),
    maxPool({ height: 4, width: 4, channels: 2, pe: 2, kernel: [1, 1], ...values }),
    maxPool({ height: 1, width: 6, channels: 2, pe: 1, kernel: [1, 3], ...values }),
    maxPool({ height: 6, width: 1, channels: 1, pe: 1, kernel: [3, 1], ...values }),
    maxPool({ height: 7, width: 8, channels: 6, pe: 2, kernel: [2, 2], stride: [3, 3], ...values }),
    maxPool({ height: 5, width: 5, channels: 3, pe: 3, kernel: [2, 2], ...values }),
  ]),
  ...[
    { width: 8, beats: 9, mmv: 4 },
    { width: 1, beats: 2, mmv: 2 },
    { width: 5, beats: 1, mmv: 2 },
    { width: 64, beats: 1, mmv: 7 },
  ].map((params) => windowDeal(params)),
  ...[
    { width: 8, beats: 16, mmv: 6 },
    { width: 1, beats: 2, mmv: 2 },
    { width: 5, beats: 9, mmv: 3 },
  ].map((params) => windowGather(params)),
  // Limits of fewer bits than the counts, among constants and in a ROM; no bias bits.
  ...[0, 5].flatMap((limit): Hardware[] => {
    const few = randomWeights(random, 4, 12);
    const low = new Array<number>(4).fill(limit);
    return [
      mvtu({ weights: few, thresholds: low, pe: 2, simd: 4 }),
      mvtu({ weights: few, thresholds: low, pe: 4, simd: 12 }),
      mvtuSigned({ weights: few, thresholds: low.map((at) => at - 128 * 12), pe: 2, simd: 4 }),
      mvtuConstant({ weights: few, thresholds: low }),
      vvtu({ channels: 4, pe: 2, weights: few, thresholds: low }),
      threshold({ thresholds: low.map((at) => [at]), width: 4, pe: 2 }),
    ];
  }),
  ...(["portable", "xilinx7", "ultrascale"] as const).flatMap((technology) => [
    mvtuConstant({ weights, thresholds, technology }),
    mvuConstant({ weights, technology, clockMHz: 100 }),
  ]),
  ...[
    { pe: 1, weights },
    { pe: 3, weights, memory: "block" as const },
    { pe: 12, weights },
    { pe: 4, taps: 36 },
    { pe: 12, taps: 1 },
  ].flatMap((unit): Hardware[] => [
    vvtu({ channels: 12, thresholds: thresholds.map((count) => count % 3), ...unit }),
    vvu({ channels: 12, ...unit }),
  ]),
  vvtu({ channels: 1, pe: 1, weights: randomWeights(random, 1, 1), thresholds: [1] }),
  labelSelect({ classes: 10, width: 9, pe: 1 }),
  labelSelect({ classes: 10, width: 9, pe: 5 }),
  labelSelect({ classes: 10, width: 1, pe: 10 }),
  labelSelect({ classes: 10, width: 9, pe: 1, outputs: 64 }),
  labelSelect({ classes: 10, width: 9, pe: 4, outputs: 64 }),
  labelSelect({ classes: 10, width: 9, pe: 16, outputs: 64 }),
  labelSelect({ classes: 3, width: 9, pe: 4, outputs: 4 }),
  threshold({ thresholds: [[1], [2], [3], [4]], width: 3, pe: 2 }),
  threshold({
    thresholds: [
      [1, 2, 3],
      [2, 4, 8],
    ],
    width: 3,
    pe: 2,
  }),
  ...[2, 3, 16, 32].flatMap((count) =>
    [1, 2, 65].map((width) =>
      weightRom({ words: Array.from({ length: count }, () => random.bits(width)), width }),
    ),
  ),
].map((hardware) => emit(elaborate(hardware)));
