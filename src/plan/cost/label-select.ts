import type { LabelSelectParams } from "../../../rtl/nn/index.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits } from "./parts.ts";

/** Of a label select: a comparison and a choice for each pair of scores in a beat, and with those of the beats before. */
export function labelSelectCost({ classes, width, pe, outputs = classes }: LabelSelectParams): Cost {
  const lanes = Math.min(pe, classes);
  const [place, label, beats] = [indexBits(lanes), indexBits(classes), outputs / pe];
  let [lut, ff] = [5 + counterLuts(beats), 1 + label + indexBits(beats)];
  for (let left = lanes; left > 1;) {
    const pairs = Math.floor(left / 2);
    left = Math.ceil(left / 2);
    lut += pairs * (2 * width + place);
    if (left > 1 || beats > 1) ff += left * (width + place) + 1 + indexBits(beats);
  }
  if (beats > 1) [lut, ff] = [lut + width + 2 * label + 6, ff + width + label];
  return { lut, ff, bram36: 0, dsp: 0 };
}
