import {
  widthConverterBuffer,
  type FifoStyle,
  type WidthConverterParams,
} from "../../../rtl/stream/index.ts";
import { blockCost } from "../../../rtl/memory-shape.ts";
import { bitsFor } from "../../hdl/index.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits, isPowerOfTwo, placeIsComputed, ramLuts } from "./parts.ts";

/** Of a skid buffer for beats of `width` bits: one LUT a bit chooses between the beat and the one that waited. */
export function skidBufferCost(width: number): Cost {
  return { lut: width + 6, ff: 2 * width + 2, bram36: 0, dsp: 0 };
}

/** Of a FIFO of `words` words beside its output register. */
export function fifoCost({
  words,
  width,
  style,
}: {
  readonly words: number;
  readonly width: number;
  readonly style: FifoStyle;
}): Cost {
  const address = indexBits(words);
  const count = bitsFor(words);
  const registers = width + 1 + count;
  if (style === "shift") {
    const control = 3 + 2.8 * count;
    // No shift register of LUTs is as short as two words; one holds 32.
    return words === 2
      ? { lut: control + width, ff: registers + 2 * width, bram36: 0, dsp: 0 }
      : { lut: control + width * Math.ceil(2 ** address / 32), ff: registers, bram36: 0, dsp: 0 };
  }
  // Where addresses wrap by themselves, nothing is compared.
  const control = isPowerOfTwo(words) ? 8 + 1.6 * count : 12 + 2.4 * count;
  const ff = registers + 2 * address;
  if (style === "distributed") return { lut: control + ramLuts({ words, width }), ff, bram36: 0, dsp: 0 };
  const block = blockCost({ words, width });
  const more = isPowerOfTwo(words) ? 8 : 2;
  return { lut: control + block.lut + more, ff: ff + 1, bram36: block.bram36, dsp: 0 };
}

/** Of a width converter. */
export function widthConverterCost(params: WidthConverterParams): Cost {
  const { lanes = 1 } = params;
  const { chunk, size, limit } = widthConverterBuffer(params);
  const [from, to, width] = [params.from / chunk, params.to / chunk, lanes * chunk];
  if (to === 1) {
    const lut = width * narrowingLuts(from, width) + counterLuts(from) + 4;
    return { lut, ff: (from + 1) * width + 2 + indexBits(from), bram36: 0, dsp: 0 };
  }
  if (from === 1)
    return { lut: counterLuts(to) + 3, ff: (to + 1) * width + 2 + indexBits(to), bram36: 0, dsp: 0 };
  const fill = bitsFor(size);
  // A shifter of some levels, and a choice of whether the beat in it is added.
  const levels = bitsFor(limit);
  const perBit = from > to ? (levels > 4 ? 3.5 : 2.9) : levels > 3 ? 2.7 : 2.2;
  return { lut: size * width * perBit + 6, ff: size * width + fill, bram36: 0, dsp: 0 };
}

/** LUTs for each bit of a chunk: the choice between the chunks of a beat and the one that is just coming in. */
function narrowingLuts(chunks: number, width: number): number {
  if (chunks <= 2) return chunks === 2 ? 1 : 0;
  if (chunks === 3) return isPowerOfTwo(width) ? 3 : 2.5;
  if (placeIsComputed(chunks, width)) return 1.08 * chunks;
  if (chunks <= 7) return chunks <= 5 ? 2 : 3;
  return isPowerOfTwo(chunks) ? (chunks === 8 ? 4.6 : 0.42 * chunks) : 0.6 * chunks;
}
