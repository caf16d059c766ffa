import { planColumns } from "../../../rtl/arith/compressor/column-plan.ts";
import type { ProcessingElementsParams } from "../../../rtl/nn/processing-elements.ts";
import { noCost, type Cost } from "./cost.ts";

const known = new Map<string, Cost>();

/** Of one processing element for one vector, with the register of its total. */
export function elementCost(params: ProcessingElementsParams): Cost {
  const { simd, inputBits, width, digits, accumulates, thresholded, technology, clockMHz } = params;
  const key = [
    ...[simd, inputBits, width, digits.join("+"), accumulates, thresholded],
    ...[technology === "portable", clockMHz],
  ].join(" ");
  let cost = known.get(key);
  if (cost === undefined) {
    const { lut, ff } = technology === "portable" ? plainSum(params) : tree(params);
    const total = accumulates || !thresholded ? width : 1;
    known.set(key, (cost = { ...noCost, lut, ff: ff + total }));
  }
  return cost;
}

interface Sum {
  readonly lut: number;
  readonly ff: number;
}

/** Full adders in a row that XNOR and add two synapses each: what `searchSum` comes to, or is a LUT beside. */
const chain = 6;

/**
 * The cells that rtl/arith/compressor builds: for every two synapses a full adder, then the least cells for what these
 * leave in the columns. Only where registers lie in the tree depends on its delays, and is a fit.
 */
function tree({ simd, inputBits, width, digits, accumulates, clockMHz }: ProcessingElementsParams): Sum {
  const rows = Math.ceil(simd / 2);
  const chains = Math.ceil(rows / chain);
  // The first adder of each chain has room for one more bit, and the last one where the synapses are odd.
  const room = chains + (simd % 2);
  let carries = 0;
  const heights = Array.from({ length: width + 2 }, (_, i) => {
    const plain = carries + digits.filter((digit) => digit === 2 ** i).length;
    if (i >= inputBits) {
      carries = 0;
      return plain;
    }
    carries = rows;
    return plain - Math.min(plain, room) + chains;
  });
  const { luts } = planColumns({ heights, width, accumulates, operands: 3 });
  return { lut: rows * inputBits + luts, ff: treeRegisters(simd * inputBits, inputBits, clockMHz) };
}

/** Flip-flops between the stages of a tree for so many bits. */
function treeRegisters(bits: number, inputBits: number, clockMHz: number): number {
  const speed = clockMHz / 200;
  if (inputBits > 1) return 0.9 * bits * speed ** 1.6;
  if (bits * speed < 6) return 0;
  return (bits * speed <= 16 ? 0.45 : 0.7) * bits * speed ** 1.6;
}

/** What Yosys makes of `$countones` and a sum. */
function plainSum({ simd, inputBits, width, digits }: ProcessingElementsParams): Sum {
  const adder = width + digits.length;
  return inputBits === 1
    ? { lut: 1.9 * simd + adder, ff: Math.ceil(Math.log2(simd + 1)) + 0.3 * simd }
    : { lut: 1.5 * simd * inputBits + adder, ff: inputBits + Math.log2(simd) + digits.length };
}
