import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SluiceError } from "../error.ts";
import { bitMatrix, setBit } from "./bits.ts";
import { checkNetwork } from "./check.ts";
import type { Layer, Network } from "./model.ts";

/** A dense layer of a BNN-PYNQ overlay and the folding that its files are cut by. */
interface FoldedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Rows per cycle: there is one pair of files for each. */
  readonly pe: number;
  /** Columns per cycle: the weight bits of one word. */
  readonly simd: number;
}

const lfcW1A1: readonly FoldedLayer[] = [
  { inputs: 832, outputs: 1024, pe: 32, simd: 64 },
  { inputs: 1024, outputs: 1024, pe: 64, simd: 32 },
  { inputs: 1024, outputs: 1024, pe: 32, simd: 64 },
  { inputs: 1024, outputs: 64, pe: 16, simd: 8 },
];

/**
 * Reads the trained LFC of FINN's authors (1-bit weights, 1-bit activations, MNIST) from a parameter
 * folder of BNN-PYNQ, `lfcW1A1`. Source of the format: https://github.com/Xilinx/BNN-PYNQ.
 *
 * @param folder Holds `<layer>-<pe>-weights.bin` and `<layer>-<pe>-thres.bin`.
 * @throws SluiceError `bnn-pynq-unreadable` or `bnn-pynq-size`.
 */
export function loadBnnPynq(folder: string): Network {
  const network: Network = {
    name: "lfc-bnn-pynq",
    input: { shape: [28, 28], encoding: "binary-threshold", threshold: 128, bits: 832 },
    layers: lfcW1A1.map((folded, index) => readLayer(folder, folded, index)),
    readout: { kind: "highest-bit", classes: 10 },
    labels: Array.from({ length: 10 }, (_, digit) => String(digit)),
    provenance: { source: "BNN-PYNQ lfcW1A1, trained by the authors of FINN", dataset: "MNIST" },
  };
  return checkNetwork(network, folder);
}

function readLayer(folder: string, { inputs, outputs, pe, simd }: FoldedLayer, index: number): Layer {
  const rowFolds = outputs / pe;
  const columnFolds = inputs / simd;
  const weights = bitMatrix(outputs, inputs);
  const thresholds = new Int32Array(outputs);
  for (let unit = 0; unit < pe; unit++) {
    const weightWords = readWords(join(folder, `${index}-${unit}-weights.bin`), rowFolds * columnFolds);
    const thresholdWords = readWords(join(folder, `${index}-${unit}-thres.bin`), rowFolds);
    for (let fold = 0; fold < rowFolds; fold++) {
      const row = fold * pe + unit;
      for (let column = 0; column < inputs; column++) {
        const word = weightWords[fold * columnFolds + Math.floor(column / simd)] ?? 0n;
        if ((word >> BigInt(column % simd)) & 1n) setBit(weights, row, column);
      }
      // The overlay fires for popcount > T: that is >= T + 1.
      const least = Number(BigInt.asIntN(64, thresholdWords[fold] ?? 0n)) + 1;
      thresholds[row] = Math.min(Math.max(least, 0), inputs + 1);
    }
  }
  return { kind: "dense", name: `dense${index}`, inputs, outputs, weights, thresholds };
}

/** A file of at most `count` little-endian 64-bit words; those that it lacks are 0. */
function readWords(path: string, count: number): BigUint64Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const hint = "The folder has to be BNN-PYNQ's lfcW1A1.";
    throw new SluiceError("bnn-pynq-unreadable", "A file of the parameter folder cannot be read.", {
      where: path,
      cause,
      hint,
    });
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
