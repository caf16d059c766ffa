import { leastLuts, usualChain } from "../../../rtl/arith/compressor/index.ts";
import { plainStages } from "../../../rtl/arith/plain-count.ts";
import { levelsOf, type ProcessingElementsParams } from "../../../rtl/nn/processing-elements.ts";
import { bitsFor } from "../../hdl/index.ts";
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

/**
 * The cells that rtl/arith/compressor builds: for every two synapses a full adder, then the least cells for what these
 * leave in the columns. The usual chains are what `searchSum` comes to, or are a LUT or two beside. Only where registers lie
 * in the tree depends on its delays, and is a fit.
 */
function tree({ simd, inputBits, width, digits, accumulates, clockMHz }: ProcessingElementsParams): Sum {
  const columns = Array.from({ length: width }, (_, i) => ({
    plain: digits.filter((digit) => digit === 2 ** i).length,
    equalities: i < inputBits ? simd : 0,
  }));
  // Of whole numbers short chains have room for the carries of the columns before.
  const chains = inputBits === 1 ? [usualChain] : [1, 2, 3, usualChain];
  const counts = { columns, width, accumulates, operands: 3 };
  const lut = Math.min(...chains.map((chain) => leastLuts(counts, chain)));
  return { lut, ff: treeRegisters(simd * inputBits, inputBits, clockMHz) };
}

/** Flip-flops between the stages of a tree for so many bits. */
function treeRegisters(bits: number, inputBits: number, clockMHz: number): number {
  const speed = clockMHz / 200;
  if (inputBits > 1) return 0.9 * bits * speed ** 1.6;
  if (bits * speed < 6) return 0;
  return (bits * speed <= 16 ? 0.45 : 0.7) * bits * speed ** 1.6;
}

/** What Yosys makes of `$countones` and a sum: two LUTs for an XNOR and its place in the count. */
function plainSum({ simd, inputBits, width, digits, clockMHz }: ProcessingElementsParams): Sum {
  const adder = (2 / 3) * width;
  const stages = inputBits === 1 ? plainStages(simd, clockMHz) : 1;
  const biases = digits.length * stages;
  return inputBits === 1
    ? { lut: 2 * simd + adder, ff: plainRegisters(simd, stages) + biases }
    : { lut: 1.5 * simd * inputBits + adder, ff: bitsFor(simd * levelsOf(inputBits)) + biases };
}

/** Flip-flops of a plain count in evenly deep stages, the last one's counted. */
export function plainRegisters(width: number, stages: number): number {
  const fanIn = Math.ceil(width ** (1 / stages) - 1e-9);
  let registers = 0;
  for (let stage = 1; stage <= stages; stage++) {
    const added = Math.min(width, fanIn ** stage);
    registers += Math.ceil(width / fanIn ** stage) * bitsFor(added);
  }
  return registers;
}
