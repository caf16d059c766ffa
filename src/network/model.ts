import { SluiceError } from "../error.ts";
import { paddingMask, type BitMatrix } from "./bits.ts";

/** How the pixels of an image become the input bits of a network. */
export interface Input {
  /** Sizes of one image, e.g. [28, 28]; pixels are bytes, in row-major order. */
  readonly shape: readonly number[];
  readonly encoding: "binary-threshold";
  /** A pixel at or above this value, 0 to 255, is the bit 1 (+1), any other the bit 0 (-1). */
  readonly threshold: number;
  /** Bits of the first layer's input: the pixels, then zeros up to this many. */
  readonly bits: number;
}

/** A fully connected layer of +-1 weights: row r of the weights makes output r. */
export interface DenseLayer {
  readonly kind: "dense";
  /** Unique in the network, fit for an identifier: a small letter, then small letters, digits and `_`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** `outputs` rows of `inputs` columns. */
  readonly weights: BitMatrix;
  /**
   * One per output: it is 1 when popcount(xnor(activations, weights)) >= threshold; 0 is always,
   * inputs + 1 never. Undefined: the layer ends in raw accumulators (the last layer only).
   */
  readonly thresholds: Int32Array<ArrayBuffer> | undefined;
}

/** One layer. Switch on `kind`; more kinds will follow. */
export type Layer = DenseLayer;

/**
 * How the last layer becomes a class. `argmax`: the largest of the first `classes` accumulators, the
 * first one of equals. `highest-bit`: the highest set bit of the first `classes` outputs, 0 if none is set.
 */
export interface Readout {
  readonly kind: "argmax" | "highest-bit";
  readonly classes: number;
}

/** Where a network comes from. */
export interface Provenance {
  readonly source?: string | undefined;
  readonly dataset?: string | undefined;
  /** Right answers over `images` images of the data set's test part. */
  readonly correct?: number | undefined;
  readonly images?: number | undefined;
  readonly command?: string | undefined;
  /** YYYY-MM-DD */
  readonly date?: string | undefined;
}

/** A trained binarized network. `checkNetwork` states what holds of it. */
export interface Network {
  readonly name: string;
  readonly input: Input;
  readonly layers: readonly Layer[];
  readonly readout: Readout;
  /** The name of each class. */
  readonly labels: readonly string[];
  readonly provenance?: Provenance | undefined;
}

/**
 * Checks that the parts of a network fit each other, and returns it.
 *
 * @param where The file or folder that an error names.
 * @throws SluiceError `model-input-bits`, `model-layer-name`, `model-shape-chain`, `model-weights-shape`,
 *   `model-weights-padding`, `model-thresholds-missing`, `model-thresholds-length`, `model-thresholds-range`,
 *   `model-readout` or `model-labels`.
 */
export function checkNetwork(network: Network, where: string): Network {
  const fail: Fail = (code, message, hint) => {
    throw new SluiceError(code, message, { where, hint });
  };
  const { input, layers, readout, labels } = network;

  const pixels = pixelsPerImage(input);
  if (pixels > input.bits) {
    fail("model-input-bits", `The input has ${pixels} pixels but only ${input.bits} bits.`);
  }

  const names = new Set<string>();
  let bits = input.bits;
  for (const layer of layers) {
    if (names.has(layer.name)) fail("model-layer-name", `Two layers are named ${layer.name}.`);
    names.add(layer.name);
    if (layer.inputs !== bits) {
      fail("model-shape-chain", `Layer ${layer.name} takes ${layer.inputs} inputs but gets ${bits}.`);
    }
    checkWeights(layer, fail);
    checkThresholds(layer, fail);
    bits = layer.outputs;
  }

  for (const layer of layers.slice(0, -1)) {
    if (layer.thresholds === undefined) {
      fail("model-thresholds-missing", `Layer ${layer.name} is not the last one and has no thresholds.`);
    }
  }
  const last = layers.at(-1) ?? fail("model-shape-chain", "The network has no layers.");
  if (readout.classes > last.outputs) {
    fail("model-readout", `The read-out wants ${readout.classes} classes of ${last.outputs} outputs.`);
  }
  if ((readout.kind === "argmax") !== (last.thresholds === undefined)) {
    fail(
      "model-readout",
      `The read-out ${readout.kind} does not fit layer ${last.name} ${last.thresholds === undefined ? "without" : "with"} thresholds.`,
      "argmax needs raw accumulators: no thresholds in the last layer; highest-bit needs thresholds there.",
    );
  }
  if (labels.length !== readout.classes) {
    fail("model-labels", `There are ${labels.length} labels for ${readout.classes} classes.`);
  }
  return network;
}

/** Pixels of one image, which are also its bytes. */
export function pixelsPerImage(input: Input): number {
  return input.shape.reduce((product, size) => product * size, 1);
}

type Fail = (code: string, message: string, hint?: string) => never;

function checkWeights({ name, inputs, outputs, weights }: DenseLayer, fail: Fail): void {
  const { rows, columns, wordsPerRow, words } = weights;
  const isWhole = wordsPerRow === Math.ceil(columns / 32) && words.length === rows * wordsPerRow;
  if (rows !== outputs || columns !== inputs || !isWhole) {
    fail(
      "model-weights-shape",
      `Layer ${name} has ${rows} x ${columns} weights, not ${outputs} x ${inputs}.`,
    );
  }
  const mask = paddingMask(columns);
  for (let row = 0; row < rows; row++) {
    if (((words[(row + 1) * wordsPerRow - 1] ?? 0) & mask) !== 0) {
      fail("model-weights-padding", `Layer ${name} has weights beyond column ${columns - 1} in row ${row}.`);
    }
  }
}

function checkThresholds({ name, inputs, outputs, thresholds }: DenseLayer, fail: Fail): void {
  if (thresholds === undefined) return;
  if (thresholds.length !== outputs) {
    fail(
      "model-thresholds-length",
      `Layer ${name} has ${thresholds.length} thresholds for ${outputs} outputs.`,
    );
  }
  thresholds.forEach((threshold, row) => {
    if (threshold >= 0 && threshold <= inputs + 1) return;
    fail(
      "model-thresholds-range",
      `Threshold ${threshold} of row ${row} in layer ${name} is not in 0 to ${inputs + 1}.`,
      `0 fires always, ${inputs + 1} never.`,
    );
  });
}
