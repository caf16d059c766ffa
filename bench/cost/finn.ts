import { foldOf, type MatrixVectorParams } from "../../rtl/nn/index.ts";
import { elementsOf } from "../../rtl/nn/matrix-vector.ts";
import type { TotalsUse } from "../../rtl/nn/index.ts";

/**
 * LUTs of a matrix-vector unit as FINN estimates them (FINN-R, arXiv 1809.04570, and the code of its MVAU): 300 + 1.1 PE
 * (multipliers + adder tree + accumulator + threshold with its memory), of weights of one bit and values of A.
 */
export function finnLuts(params: MatrixVectorParams, use: TotalsUse): number {
  const { weights, pe, simd, mmv = 1 } = params;
  const operands = 1 + use.inputBits;
  const multipliers = simd * (2 * Math.ceil(operands / 6) - 1) * operands;
  const tree = operands * (2 * simd - 1);
  const accumulator = elementsOf(params, use).width;
  const { nf } = foldOf(weights, pe, simd);
  const threshold = use.limits === undefined ? 0 : accumulator * (1 + Math.ceil(nf / 64));
  return Math.round(mmv * (300 + 1.1 * pe * (multipliers + tree + accumulator + threshold)));
}
