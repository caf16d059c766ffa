import { planColumns } from "../../../rtl/arith/compressor/column-plan.ts";
import { blockCost, romCost } from "../../../rtl/memory-shape.ts";
import { foldOf, weightMemory, type MatrixVectorParams, type TotalsUse } from "../../../rtl/nn/index.ts";
import { elementsOf } from "../../../rtl/nn/matrix-vector.ts";
import type { ProcessingElementsParams } from "../../../rtl/nn/processing-elements.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits, ramLuts } from "./parts.ts";

/** Of a folded matrix-vector unit: processing elements, weights, the vectors that it replays, and control. */
export function matrixVectorCost(params: MatrixVectorParams, use: TotalsUse): Cost {
  const { weights, pe, simd, mmv = 1 } = params;
  const { sf, nf } = foldOf(weights, pe, simd);
  const cycles = sf * nf;
  const elements = elementsOf(params, use);
  const element = elementCost(elements);
  const memory = weightMemory(params, use);
  const vector = mmv * simd * use.inputBits;
  const replay = sf > 1 && nf > 1 ? ramLuts({ words: sf, width: vector }) : 0;
  const held = cycles > 1 && replay === 0 ? vector : 0;
  const store =
    cycles === 1
      ? { lut: 0, bram36: 0 }
      : memory.style === "block"
        ? blockCost(memory)
        : romCost(memory, params.technology ?? "portable");
  const control = 8 + counterLuts(sf) + (nf > 1 ? counterLuts(cycles) : 0);
  return {
    lut: mmv * pe * element.lut + store.lut + replay + control,
    ff:
      mmv * pe * element.ff +
      (cycles === 1 ? 0 : memory.width) +
      vector +
      held +
      2 * indexBits(cycles) +
      2 * indexBits(sf) +
      12,
    bram36: store.bram36,
    dsp: 0,
  };
}

/** Full adders in a row that XNOR and add: what `searchSum` mostly comes to. */
const chain = 6;

const known = new Map<string, { readonly lut: number; readonly ff: number }>();

/** Of one processing element for one vector. */
function elementCost(params: ProcessingElementsParams): { readonly lut: number; readonly ff: number } {
  const { simd, inputBits, width, digits, accumulates, thresholded, technology } = params;
  const key = [
    simd,
    inputBits,
    width,
    accumulates,
    thresholded,
    technology === "portable",
    digits.length,
  ].join(" ");
  let cost = known.get(key);
  if (cost === undefined) {
    const rows = Math.ceil(simd / 2);
    const total = accumulates || !thresholded ? width : 1;
    if (technology === "portable") {
      cost = { lut: 2.2 * simd * inputBits + 2 * width, ff: simd * inputBits + total };
    } else {
      const heights = Array.from(
        { length: width + 2 },
        (_, i) =>
          (i < inputBits ? Math.ceil(rows / chain) : 0) +
          (i > 0 && i <= inputBits ? rows : 0) +
          digits.filter((digit) => digit === 2 ** i).length,
      );
      const { luts } = planColumns({ heights, width, accumulates, operands: 3 });
      cost = { lut: rows * inputBits + luts, ff: (simd < 6 ? 0 : 0.7 * simd * inputBits) + total };
    }
    known.set(key, cost);
  }
  return cost;
}
