import { loadImages, planHardware, resolveModel } from "../flow/index.ts";
import { encode, readOut, trace, type BitMatrix, type ByteMatrix, type Network } from "../network/index.ts";
import { encodeFrames, type FrameShape } from "../plan/index.ts";
import type { Hardware } from "../hdl/index.ts";
import { beatsOfRows, bytesOfRows, rowsOfBeats } from "./rows.ts";
import type { Reference } from "./references.ts";

/** Beats of bundled test images, with the class of each, null where no file says it. */
export type Frames = (request: { readonly first: number; readonly count: number }) => {
  readonly x: readonly bigint[];
  readonly labels: readonly number[] | null;
};

export interface AcceleratorSpec {
  readonly model: string;
  readonly board: string;
  readonly fold: string;
}

/**
 * A whole accelerator, as `sluice build` makes it, with the network's software reference.
 *
 * @throws SluiceErrors of the model, the board and the folding.
 */
export function acceleratorModel(spec: AcceleratorSpec): {
  readonly hardware: Hardware;
  readonly reference: Reference;
  readonly frames: Frames;
} {
  const network = resolveModel(spec.model);
  const { planned } = planHardware(network, spec);
  return {
    hardware: planned.hardware,
    reference: ({ x = [] }) => ({ y: results(network, framesOf(network, x, planned.input), planned.output) }),
    frames: ({ first, count }) => {
      const { pixels, labels } = loadImages(network, { frames: first + count });
      const size = pixels.length / (first + count);
      const rows = encode(pixels.subarray(first * size), network.input);
      const limbs = encodeFrames(rows, planned.input);
      return {
        x: wordsOf(limbs, planned.input.width),
        labels: labels === undefined ? null : [...labels.subarray(first)],
      };
    },
  };
}

/** What the accelerator gives for frames. */
function results(network: Network, frames: BitMatrix | ByteMatrix, { width }: FrameShape): unknown[] {
  const last = trace(network, frames).at(-1);
  if (last === undefined) throw new Error("a network has a last layer");
  if (network.readout.kind === "argmax") return [...readOut(network.readout, last).labels];
  return last.activations === undefined ? [] : beatsOfRows(last.activations, width);
}

/** Inverse of `encodeFrames`. */
function framesOf(network: Network, x: readonly unknown[], shape: FrameShape): BitMatrix | ByteMatrix {
  const rows = rowsOfBeats(x as readonly (number | bigint)[], shape);
  return network.input.encoding === "signed-8bit" ? bytesOfRows(rows) : rows;
}

/** Beats of `width` bits from limbs, each beat beginning in a limb of its own. */
function wordsOf(limbs: Uint32Array, width: number): bigint[] {
  const perBeat = Math.ceil(width / 32);
  return Array.from({ length: limbs.length / perBeat }, (_, beat) =>
    limbs
      .subarray(beat * perBeat, (beat + 1) * perBeat)
      .reduceRight((word, limb) => (word << 32n) | BigInt(limb), 0n),
  );
}
