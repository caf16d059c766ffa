import type { Cost } from "../plan/cost/cost.ts";
import type { FifoReport, StageReport } from "../plan/plan-report.ts";

/** Units as people call them. */
export const unitTitles: Readonly<Record<StageReport["unit"], string>> = {
  mvtu: "matrix-vector",
  mvu: "matrix-vector, sums",
  "mvtu-constant": "constant layer",
  "mvu-constant": "constant layer, sums",
  "sliding-window": "sliding window",
  "parallel-window": "parallel window",
  "window-deal": "window deal",
  "window-gather": "window gather",
  "max-pool": "max pool",
  vvtu: "channelwise",
  vvu: "channelwise, sums",
  "width-converter": "width converter",
  skid: "skid buffer",
  fifo: "FIFO",
  "label-select": "label select",
};

/** Where a FIFO keeps its beats. */
export const fifoTitles: Readonly<Record<FifoReport["implementation"], string>> = {
  skid: "skid buffer",
  "shift-register": "shift register",
  distributed: "LUT memory",
  block: "block RAM",
};

/** What boards have, as people call it. */
export const resourceTitles: Readonly<Record<keyof Cost, string>> = {
  lut: "LUT",
  ff: "FF",
  bram36: "BRAM36",
  dsp: "DSP",
};

export const resources = Object.keys(resourceTitles) as readonly (keyof Cost)[];
