import type { LabelSelectParams } from "../../../rtl/nn/index.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits } from "./parts.ts";

/**
 * Of a label select: for each pair of scores in a beat half a LUT a bit to compare them and one to choose, and the
 * choice between their places; the same with the best of the beats before.
 */
export function labelSelectCost({ classes, width, pe, outputs = classes }: LabelSelectParams): Cost {
  const lanes = Math.min(pe, classes);
  const [place, label, beats] = [indexBits(lanes), indexBits(classes), outputs / pe];
  let [lut, ff] = [6 + counterLuts(beats), 1 + label + indexBits(beats)];
  for (let left = lanes, level = 0; left > 1; level++) {
    const pairs = Math.floor(left / 2);
    left = Math.ceil(left / 2);
    lut += pairs * (1.5 * width + level + 0.5);
    // The places of the first pairs differ in one bit.
    if (left > 1 || beats > 1) ff += left * (width + Math.min(place, level + 1)) + 1 + indexBits(beats);
  }
  // Lanes in which only the first beats are classes are 0 in the others; most of that goes into the comparisons.
  for (let lane = 0; lane < lanes; lane++) if (Math.ceil((classes - lane) / pe) < beats) lut += 0.35 * width;
  if (beats > 1) [lut, ff] = [lut + width / 2 + label + 2, ff + width + label];
  return { lut, ff, bram36: 0, dsp: 0 };
}
