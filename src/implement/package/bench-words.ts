import type { FrameShape } from "../../plan/index.ts";

/** Beats of a stream as numbers, from their limbs. */
export function wordsOf(beats: Uint32Array, width: number): readonly bigint[] {
  const limbs = Math.ceil(width / 32);
  return Array.from({ length: beats.length / limbs }, (_, beat) =>
    beats
      .subarray(beat * limbs, (beat + 1) * limbs)
      .reduceRight((word, limb) => (word << 32n) | BigInt(limb), 0n),
  );
}

/**
 * The same frames as beats of AXI4-Stream: bytes without gaps, each frame a packet. A word is TLAST, TKEEP and TDATA,
 * the highest first, and above them TUSER where there is one, which is 0.
 */
export function busWords(words: readonly bigint[], shape: FrameShape, busWidth: number): readonly bigint[] {
  const bits = BigInt(shape.width);
  const frameBytes = Math.ceil((shape.beats * shape.width) / 8);
  const [busBytes, beats] = [busWidth / 8, Math.ceil((8 * frameBytes) / busWidth)];
  const data = (1n << BigInt(busWidth)) - 1n;
  return Array.from({ length: words.length / shape.beats }, (_, frame) =>
    words
      .slice(frame * shape.beats, (frame + 1) * shape.beats)
      .reduceRight((all, word) => (all << bits) | word, 0n),
  ).flatMap((all) =>
    Array.from({ length: beats }, (_, beat) => {
      const kept = Math.min(busBytes, frameBytes - beat * busBytes);
      const keep = (1n << BigInt(kept)) - 1n;
      const last = beat === beats - 1 ? 1n : 0n;
      const tdata = (all >> BigInt(beat * busWidth)) & data;
      return (((last << BigInt(busBytes)) | keep) << BigInt(busWidth)) | tdata;
    }),
  );
}
