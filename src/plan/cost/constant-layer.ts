import type { MvuConstantParams } from "../../../rtl/nn/index.ts";
import { bitsFor } from "../../hdl/index.ts";
import type { Cost } from "./cost.ts";

/** Without thresholds the counts leave. */
export interface ConstantLayerParams extends MvuConstantParams {
  readonly thresholds?: ArrayLike<number> | undefined;
}

/** Of a layer whose weights are part of the logic. */
export function constantLayerCost({
  weights,
  thresholds,
  technology = "portable",
}: ConstantLayerParams): Cost {
  const { rows, columns } = weights;
  const perSynapse = technology === "portable" ? 0.75 : 0.25 + 4 / Math.max(16, rows);
  return {
    lut: rows * columns * perSynapse,
    ff: rows * columns * 0.18 + rows * (thresholds === undefined ? bitsFor(columns) : 1),
    bram36: 0,
    dsp: 0,
  };
}
