import { popcount, xnorPopcount } from "../../rtl/arith/index.ts";
import { Random } from "../../src/random.ts";
import * as rivals from "./baselines.ts";
import { atMost, type Circuit } from "./circuit.ts";
import { plainPopcount, plainXnorPopcount } from "./plain.ts";

/**
 * How popcounts are built: plainly; in primitives, without registers, and with registers for a clock, of whose period
 * paths may take four fifths.
 */
const countForms = [
  { technology: "portable", clockMHz: 0 },
  { technology: "xilinx7", clockMHz: 0 },
  { technology: "xilinx7", clockMHz: 200 },
  { technology: "xilinx7", clockMHz: 243 },
] as const;

type CountForm = (typeof countForms)[number];

/** Longest path in ns that a clock in MHz leaves room for. */
const depthFor = { 0: undefined, 200: 4, 243: 3.3 } as const;

/** Of a popcount of `width` bits; registers in the tree may cost a twentieth of its LUTs. */
function limitsOf(width: number, lutPerBit: number, { technology, clockMHz }: CountForm): Partial<Circuit> {
  if (technology === "portable") return { noMoreThanPlain: true };
  const lut = atMost(lutPerBit * (clockMHz === 0 ? 1 : 1.05), width);
  return { limits: { lut, depthNs: depthFor[clockMHz] } };
}

/** Yosys takes long over wide sums that it may change; the faster clock is for those who look closer. */
function isSlow(width: number, { technology, clockMHz }: CountForm): boolean {
  return clockMHz === 243 || (technology === "portable" && width === 512);
}

/** Counts of equal bits, variable and constant weights. */
export const arithCircuits: readonly Circuit[] = ([64, 128, 256, 512] as const).flatMap((width) => {
  const weights = new Random(4).bits(width);
  return countForms.flatMap((form): Circuit[] => [
    {
      circuit: "xnor-popcount",
      parameters: { width, ...form },
      build: () => ({ hardware: xnorPopcount({ width, ...form }), cycles: 1 }),
      plain: () => plainXnorPopcount(width),
      baselines: [rivals.plainVariable(width), rivals.firstTryVariable(width)],
      bound: { name: "linear programme", lut: Math.ceil(0.73 * width) },
      ...limitsOf(width, 0.83, form),
      slow: isSlow(width, form),
    },
    {
      circuit: "popcount",
      parameters: { width, ...form, weights: "constant" },
      build: () => ({ hardware: popcount({ width, weights, ...form }), cycles: 1 }),
      plain: () => plainPopcount(width, weights),
      baselines: [rivals.plainConstant(width), rivals.firstTryConstant(width)],
      bound: { name: "linear programme", lut: Math.ceil(0.52 * width) },
      ...limitsOf(width, 0.56, form),
      slow: isSlow(width, form),
    },
  ]);
});
