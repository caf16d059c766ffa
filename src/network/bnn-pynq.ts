import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { SluiceError } from "../error.ts";
import { fileLimits, readBytes, reasonOf } from "../files.ts";
import { bitMatrix, setBit, type BitMatrix } from "./bits.ts";
import { checkNetwork } from "./check.ts";
import { cifar10Labels } from "./cifar10.ts";
import { conv3x3, maxPool2x2 } from "./layers.ts";
import type { Layer, Network, Shape } from "./model.ts";

/** A layer of a BNN-PYNQ overlay and the folding that its files are cut by. */
interface FoldedLayer {
  /** Columns of the weight matrix, rows of the weight matrix. */
  readonly columns: number;
  readonly rows: number;
  /** Rows per cycle: there is one pair of files for each. */
  readonly pe: number;
  /** Columns per cycle: the weight bits of one word. */
  readonly simd: number;
  /** Height and width of the input: a 3 x 3 convolution. Without it, the layer is dense. */
  readonly size?: number;
  /** A 2 x 2 max pool follows. */
  readonly pooled?: boolean;
}

const lfcW1A1: readonly FoldedLayer[] = [
  { columns: 832, rows: 1024, pe: 32, simd: 64 },
  { columns: 1024, rows: 1024, pe: 64, simd: 32 },
  { columns: 1024, rows: 1024, pe: 32, simd: 64 },
  { columns: 1024, rows: 64, pe: 16, simd: 8 },
];

const cnvW1A1: readonly FoldedLayer[] = [
  { columns: 27, rows: 64, pe: 16, simd: 3, size: 32 },
  { columns: 576, rows: 64, pe: 32, simd: 32, size: 30, pooled: true },
  { columns: 576, rows: 128, pe: 16, simd: 32, size: 14 },
  { columns: 1152, rows: 128, pe: 16, simd: 32, size: 12, pooled: true },
  { columns: 1152, rows: 256, pe: 4, simd: 32, size: 5 },
  { columns: 2304, rows: 256, pe: 1, simd: 32, size: 3 },
  { columns: 256, rows: 512, pe: 1, simd: 4 },
  { columns: 512, rows: 512, pe: 1, simd: 8 },
  { columns: 512, rows: 64, pe: 4, simd: 1 },
];

/**
 * Reads a trained network of FINN's authors with 1-bit weights and activations from a parameter folder of
 * BNN-PYNQ: `lfcW1A1` (MNIST) or `cnvW1A1` (CIFAR-10), told apart by their numbers of layers. Source of the
 * format: https://github.com/Xilinx/BNN-PYNQ.
 *
 * @param folder Holds `<layer>-<pe>-weights.bin` and `<layer>-<pe>-thres.bin`.
 * @throws SluiceError `bnn-pynq-unreadable` or `bnn-pynq-size`.
 */
export function loadBnnPynq(folder: string): Network {
  const isCnv = existsSync(join(folder, `${cnvW1A1.length - 1}-0-weights.bin`));
  return checkNetwork(isCnv ? loadCnv(folder) : loadLfc(folder), folder);
}

function loadLfc(folder: string): Network {
  return {
    name: "lfc-bnn-pynq",
    input: { shape: [28, 28], encoding: "binary-threshold", threshold: 128, bits: 832 },
    layers: lfcW1A1.map((folded, index): Layer => ({
      ...{ kind: "dense", name: `dense${index}`, inputs: folded.columns, outputs: folded.rows },
      weights: readWeights(folder, index, folded),
      thresholds: readThresholds(folder, index, folded, countThreshold),
    })),
    readout: { kind: "highest-bit", classes: 10 },
    labels: Array.from({ length: 10 }, (_, digit) => String(digit)),
    provenance: { source: "BNN-PYNQ lfcW1A1, trained by the authors of FINN", dataset: "MNIST" },
  };
}

function loadCnv(folder: string): Network {
  const layers = cnvW1A1.flatMap((folded, index): Layer[] => {
    const { columns, rows, size, pooled = false } = folded;
    const weights = readWeights(folder, index, folded);
    const isLast = index === cnvW1A1.length - 1;
    const threshold = index === 0 ? byteThreshold : countThreshold;
    const thresholds = isLast ? undefined : readThresholds(folder, index, folded, threshold);
    if (size === undefined) {
      return [{ kind: "dense", name: `dense${index}`, inputs: columns, outputs: rows, weights, thresholds }];
    }
    const convolved: Shape = { height: size - 2, width: size - 2, channels: rows };
    const input: Shape = { height: size, width: size, channels: columns / 9 };
    const conv = conv3x3(`conv${index}`, input, weights, thresholds);
    return pooled ? [conv, maxPool2x2(`pool${index}`, convolved)] : [conv];
  });
  return {
    name: "cnv-bnn-pynq",
    input: { shape: [32, 32, 3], encoding: "signed-8bit" },
    layers,
    readout: { kind: "argmax", classes: 10 },
    labels: cifar10Labels,
    provenance: { source: "BNN-PYNQ cnvW1A1, trained by the authors of FINN", dataset: "CIFAR-10" },
  };
}

function readWeights(folder: string, layer: number, { columns, rows, pe, simd }: FoldedLayer): BitMatrix {
  const [rowFolds, columnFolds] = [rows / pe, columns / simd];
  const weights = bitMatrix(rows, columns);
  for (let unit = 0; unit < pe; unit++) {
    const words = readWords(join(folder, `${layer}-${unit}-weights.bin`), rowFolds * columnFolds);
    for (let fold = 0; fold < rowFolds; fold++) {
      for (let column = 0; column < columns; column++) {
        const word = words[fold * columnFolds + Math.floor(column / simd)] ?? 0n;
        if (((word >> BigInt(column % simd)) & 1n) === 1n) setBit(weights, fold * pe + unit, column);
      }
    }
  }
  return weights;
}

/** @param least The least accumulator that fires, of the number in the file and the columns. */
function readThresholds(
  folder: string,
  layer: number,
  { columns, rows, pe }: FoldedLayer,
  least: (threshold: number, columns: number) => number,
): Int32Array<ArrayBuffer> {
  const thresholds = new Int32Array(rows);
  for (let unit = 0; unit < pe; unit++) {
    const words = readWords(join(folder, `${layer}-${unit}-thres.bin`), rows / pe);
    words.forEach((word, fold) => {
      thresholds[fold * pe + unit] = least(Number(BigInt.asIntN(64, word)), columns);
    });
  }
  return thresholds;
}

/** The overlay fires for popcount > T: that is >= T + 1. */
function countThreshold(threshold: number, columns: number): number {
  return clamp(threshold + 1, 0, columns + 1);
}

/** The overlay's T counts in 1/256, the accumulator in 1/128: it fires for 2 * accumulator > T. */
function byteThreshold(threshold: number, columns: number): number {
  return clamp(Math.floor(threshold / 2) + 1, -128 * columns, 128 * columns + 1);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** A file of at most `count` little-endian 64-bit words; those that it lacks are 0. */
function readWords(path: string, count: number): BigUint64Array {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(path, fileLimits.description);
  } catch (cause) {
    const hint = "The folder has to be BNN-PYNQ's lfcW1A1 or cnvW1A1.";
    throw new SluiceError(
      "bnn-pynq-unreadable",
      `A file of the parameter folder cannot be read: ${reasonOf(cause)}.`,
      {
        where: path,
        cause,
        hint,
      },
    );
  }
  if (bytes.length % 8 !== 0 || bytes.length > 8 * count) {
    throw new SluiceError(
      "bnn-pynq-size",
      `${basename(path)} has ${bytes.length} bytes: not 64-bit words, at most ${count} of them.`,
      { where: path },
    );
  }
  const words = new BigUint64Array(count);
  new Uint8Array(words.buffer).set(bytes);
  return words;
}
