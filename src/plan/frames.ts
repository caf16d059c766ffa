import { readOut, type BitMatrix, type ByteMatrix, type Network } from "../network/index.ts";
import type { FrameShape } from "./timing.ts";

/**
 * Values of frames (one row each) as stream beats: limbs of a beat after those of the one before, lowest columns first,
 * bytes in two's complement.
 */
export function encodeFrames(values: BitMatrix | ByteMatrix, { width, beats }: FrameShape): Uint32Array {
  const frames = "values" in values ? bitsOfBytes(values) : values;
  const limbs = Math.ceil(width / 32);
  const out = new Uint32Array(frames.rows * beats * limbs);
  for (let frame = 0; frame < frames.rows; frame++) {
    const row = frames.words.subarray(frame * frames.wordsPerRow, (frame + 1) * frames.wordsPerRow);
    for (let beat = 0; beat < beats; beat++)
      copyBits(row, beat * width, out, (frame * beats + beat) * limbs * 32, width);
  }
  return out;
}

function bitsOfBytes({ rows, columns, values }: ByteMatrix): BitMatrix {
  const wordsPerRow = Math.ceil(columns / 4);
  const words = new Uint32Array(rows * wordsPerRow);
  for (let i = 0; i < values.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const word = row * wordsPerRow + (column >>> 2);
    words[word] = ((words[word] ?? 0) | (((values[i] ?? 0) & 0xff) << (8 * (column & 3)))) >>> 0;
  }
  return { rows, columns: 8 * columns, wordsPerRow, words };
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
function layerBits(beats: Uint32Array, frames: number, { width, beats: perFrame }: FrameShape): BitMatrix {
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
  shape: FrameShape,
): Int32Array {
  if (network.readout.kind === "argmax") return Int32Array.from(beats);
  const activations = layerBits(beats, frames, shape);
  const accumulators = new Int32Array(frames * activations.columns);
  return readOut(network.readout, { name: "y", outputs: activations.columns, accumulators, activations })
    .labels;
}

/** Rows of unsigned numbers as rows of bits, `bits` each, the first number least significant. */
export function packNumbers(
  numbers: Int32Array,
  { frames, outputs, bits }: { frames: number; outputs: number; bits: number },
): BitMatrix {
  const columns = outputs * bits;
  const wordsPerRow = Math.ceil(columns / 32);
  const words = new Uint32Array(frames * wordsPerRow);
  for (let i = 0; i < frames * outputs; i++) {
    const at = Math.floor(i / outputs) * wordsPerRow * 32 + (i % outputs) * bits;
    for (let bit = 0; bit < bits; bit++) {
      const word = (at + bit) >>> 5;
      words[word] = ((words[word] ?? 0) | ((((numbers[i] ?? 0) >>> bit) & 1) << ((at + bit) & 31))) >>> 0;
    }
  }
  return { rows: frames, columns, wordsPerRow, words };
}
