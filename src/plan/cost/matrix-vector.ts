import { blockCost, type MemoryCost } from "../../../rtl/memory-shape.ts";
import {
  foldOf,
  weightMemory,
  wordParts,
  type MatrixVectorParams,
  type TotalsUse,
  type WeightMemory,
} from "../../../rtl/nn/index.ts";
import { elementsOf } from "../../../rtl/nn/matrix-vector.ts";
import { hasWeightRom } from "../../../rtl/nn/weight-rom.ts";
import type { Cost } from "./cost.ts";
import { elementCost } from "./element.ts";
import { indexBits, isPowerOfTwo, ramLuts, romLuts } from "./parts.ts";

/** Of a folded matrix-vector unit: processing elements, weights, the vectors that it replays, and control. */
export function matrixVectorCost(params: MatrixVectorParams, use: TotalsUse): Cost {
  const { weights, pe, simd, mmv = 1 } = params;
  const { sf, nf } = foldOf(weights, pe, simd);
  const cycles = sf * nf;
  const elements = elementsOf(params, use);
  const element = elementCost(elements);
  const memory = weightMemory(params, use);
  const store =
    params.writable === true
      ? writableCost(memory)
      : storeCost(memory, pe * elements.digits.length, elements.technology);
  const vector = mmv * simd * use.inputBits;
  const replays = sf > 1 && nf > 1;
  const replay = replays ? ramLuts({ words: sf, width: vector }) : 0;
  // Values are counted from their least: an inverter for each sign.
  const signs = use.inputBits > 1 ? mmv * simd : 0;
  const control = 5 + stepLuts(sf) + (nf > 1 ? stepLuts(cycles) : 0);
  const held = cycles === 1 ? 0 : replays ? 0 : vector;
  return {
    lut: mmv * pe * element.lut + store.lut + replay + signs + control,
    ff:
      mmv * pe * element.ff +
      store.registers +
      vector +
      held +
      2 * indexBits(cycles) +
      2 * indexBits(sf) +
      12,
    bram36: store.bram36,
    dsp: 0,
  };
}

/** Of the weights and bias bits, and of the operand registers that their words go into. */
function storeCost(
  { words, width, style }: WeightMemory,
  biasBits: number,
  technology: "portable" | "xilinx7" | "ultrascale",
): MemoryCost & { readonly registers: number } {
  if (words === 1) return { lut: 0, bram36: 0, registers: 0 };
  if (style === "block") return { ...blockCost({ words, width }), registers: width };
  // Of few words many columns are alike, constant, or a bit of the address: these take no LUT, and one register.
  const patterns = 2 ** Math.min(words, 52);
  const distinct = (of: number): number => of * (1 - (1 - 1 / patterns) ** width);
  const registers = distinct(patterns - 2);
  if (!hasWeightRom(words, technology)) {
    // Columns of bias bits come out larger where a column takes several LUTs.
    const columns = width + (words > 64 ? 0.8 * biasBits : 0);
    return { lut: romLuts({ words, width: columns }), bram36: 0, registers };
  }
  return { lut: distinct(patterns - 2 - indexBits(words)) / 2, bram36: 0, registers };
}

/** Of weights that can be written: a RAM, the parts of its words that wait for the last, and which of them comes. */
function writableCost({ words, width, style }: WeightMemory): MemoryCost & { readonly registers: number } {
  const { parts } = wordParts({ words, width });
  const ram = style === "block" ? blockCost({ words, width }) : { lut: ramLuts({ words, width }), bram36: 0 };
  return { ...ram, lut: ram.lut + parts, registers: width + 32 * (parts - 1) };
}

/** LUTs of a fold counter; its adder is in the carry chain, so that only its end takes some. */
const stepLuts = (count: number): number =>
  count === 1 ? 0 : isPowerOfTwo(count) ? 1 : 2 + Math.ceil(indexBits(count) / 6);
