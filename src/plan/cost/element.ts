import { planColumns } from "../../../rtl/arith/compressor/column-plan.ts";
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

/** Full adders in a row that XNOR and add two synapses each: what `searchSum` comes to, or is a LUT or two beside. */
const usualChain = 6;

/**
 * The cells that rtl/arith/compressor builds: for every two synapses a full adder, then the least cells for what these
 * leave in the columns. Only where registers lie in the tree depends on its delays, and is a fit.
 */
function tree(params: ProcessingElementsParams): Sum {
  const { simd, inputBits, clockMHz } = params;
  // Of whole numbers short chains have room for the carries of the columns before.
  const chains = inputBits === 1 ? [usualChain] : [1, 2, 3, usualChain];
  const lut = Math.min(...chains.map((chain) => treeLuts(params, chain)));
  return { lut, ff: treeRegisters(simd * inputBits, inputBits, clockMHz) };
}

function treeLuts(
  { simd, inputBits, width, digits, accumulates }: ProcessingElementsParams,
  chain: number,
): number {
  const rows = Math.ceil(simd / 2);
  const chains = Math.ceil(rows / chain);
  // A synapse that is a chain by itself has nothing to be added to, unless there is another bit.
  const isAlone = simd % 2 === 1 && rows - Math.ceil((rows * (chains - 1)) / chains) === 1;
  let carries = 0;
  const heights = Array.from({ length: width + 2 }, (_, i) => {
    const plain = carries + digits.filter((digit) => digit === 2 ** i).length;
    if (i >= inputBits) {
      carries = 0;
      return plain;
    }
    carries = isAlone && plain < chains ? rows - 1 : rows;
    // The first adder of each chain has room for one more bit.
    return plain - Math.min(plain, chains) + chains;
  });
  return rows * inputBits + planColumns({ heights, width, accumulates, operands: 3 }).luts;
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
