import { readOut, type BitMatrix, type Network } from "../network/index.ts";
import type { Plan } from "./plan.ts";

/** Input bits of frames (one row each) as stream beats: limbs of a beat after those of the one before, lowest columns first. */
export function encodeFrames(frames: BitMatrix, { width, beats }: Plan["input"]): Uint32Array {
  const limbs = Math.ceil(width / 32);
  const out = new Uint32Array(frames.rows * beats * limbs);
  for (let frame = 0; frame < frames.rows; frame++) {
    const row = frames.words.subarray(frame * frames.wordsPerRow, (frame + 1) * frames.wordsPerRow);
    for (let beat = 0; beat < beats; beat++)
      copyBits(row, beat * width, out, (frame * beats + beat) * limbs * 32, width);
  }
  return out;
}

/** Copies `count` bits from bit `from` of `source` to bit `to` of `target`, which is 0 there. */
function copyBits(source: Uint32Array, from: number, target: Uint32Array, to: number, count: number): void {
  for (let done = 0; done < count;) {
    const [s, t] = [from + done, to + done];
    const step = Math.min(32 - (s & 31), 32 - (t & 31), count - done);
    const mask = step === 32 ? 0xffffffff : (1 << step) - 1;
    const piece = ((source[s >>> 5] ?? 0) >>> (s & 31)) & mask;
    target[t >>> 5] = ((target[t >>> 5] ?? 0) | (piece << (t & 31))) >>> 0;
    done += step;
  }
}

/** The last layer's outputs of frames, one row each, from stream beats of `width` bits. Inverse of `encodeFrames`. */
function layerBits(
  beats: Uint32Array,
  frames: number,
  { width, beats: perFrame }: Plan["output"],
): BitMatrix {
  const limbs = Math.ceil(width / 32);
  const columns = width * perFrame;
  const wordsPerRow = Math.ceil(columns / 32);
  const words = new Uint32Array(frames * wordsPerRow);
  for (let frame = 0; frame < frames; frame++) {
    for (let beat = 0; beat < perFrame; beat++) {
      copyBits(
        beats,
        (frame * perFrame + beat) * limbs * 32,
        words,
        frame * wordsPerRow * 32 + beat * width,
        width,
      );
    }
  }
  return { rows: frames, columns, wordsPerRow, words };
}

/** The class of each frame from the accelerator's output beats. */
export function decodeLabels(
  network: Network,
  beats: Uint32Array,
  frames: number,
  shape: Plan["output"],
): Int32Array {
  if (network.readout.kind === "argmax") return Int32Array.from(beats);
  const activations = layerBits(beats, frames, shape);
  const accumulators = new Int32Array(frames * activations.columns);
  return readOut(network.readout, { name: "y", outputs: activations.columns, accumulators, activations })
    .labels;
}
