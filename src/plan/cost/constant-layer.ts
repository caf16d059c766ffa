import { planColumns } from "../../../rtl/arith/compressor/column-plan.ts";
import { plainStages } from "../../../rtl/arith/plain-count.ts";
import type { MvuConstantParams } from "../../../rtl/nn/index.ts";
import { sharedShape } from "../../../rtl/nn/shared-counts.ts";
import { bitsFor } from "../../hdl/index.ts";
import type { Cost } from "./cost.ts";
import { plainRegisters } from "./element.ts";

/** Without thresholds the counts leave. */
export interface ConstantLayerParams extends MvuConstantParams {
  readonly thresholds?: ArrayLike<number> | undefined;
}

/**
 * Of a layer whose weights are part of the logic: the tables that its rows share and a tree for each row, as
 * rtl/nn/constant-layer.ts builds them, for random weights. Where registers lie depends on delays, and is a fit.
 */
export function constantLayerCost(params: ConstantLayerParams): Cost {
  const { weights, thresholds, technology = "portable", clockMHz = 200 } = params;
  const { rows, columns } = weights;
  const width = bitsFor(columns);
  const result = thresholds === undefined ? width : 1;
  if (technology === "portable") {
    // Yosys finds some of what rows have in common.
    const lut = rows * columns * (0.72 + 4 / rows);
    const counts = plainRegisters(columns, plainStages(columns, clockMHz));
    return { lut, ff: rows * (counts + (thresholds === undefined ? 0 : 1)) + 4, bram36: 0, dsp: 0 };
  }
  const { luts: shared, heights } = sharedShape(columns, rows, thresholds === undefined);
  const { luts: tree } = planColumns({
    heights: [...heights, ...Array.from({ length: width }, () => 0)],
    width,
    accumulates: false,
    operands: 3,
  });
  const terms = heights.reduce((sum, height) => sum + height, 0);
  const compare = thresholds === undefined ? 0 : comparisonLuts(width);
  return {
    lut: shared + rows * (tree + compare) + 3,
    ff: rows * ((0.42 + 3 / rows) * terms + result) + 4,
    bram36: 0,
    dsp: 0,
  };
}

/** Tables of six inputs, then five and the one before; zeros at the end of a threshold save bits. */
function comparisonLuts(width: number): number {
  let luts = 0;
  for (let zeros = 0; zeros < width; zeros++)
    luts += 2 ** -(zeros + 1) * Math.max(1, Math.ceil((width - zeros - 1) / 5));
  return luts;
}
