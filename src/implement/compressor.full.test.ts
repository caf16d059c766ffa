import { expect, test } from "vitest";
import { searchSum, type Inputs, type Term } from "../../rtl/arith/compressor/index.ts";
import { popcount, xnorPopcount } from "../../rtl/arith/index.ts";
import { clockToQ } from "../../rtl/xilinx/delays.ts";
import { emit } from "../emit/index.ts";
import { bitsFor, elaborate, type Hardware } from "../hdl/index.ts";
import { Random } from "../random.ts";
import { synthesize } from "./synthesize.ts";

const width = 64;
const params = { width, clockMHz: 200, technology: "xilinx7" as const };
const weights = new Random(34).bits(width);

/** The terms of the two counts, as `rtl/arith/popcount.ts` has them. */
const constantTerms = (given: Inputs): Term[] =>
  Array.from({ length: width }, (_, i) => ({
    net: given.input(),
    inverted: ((weights >> BigInt(i)) & 1n) === 0n,
  }));

function variableTerms(given: Inputs): Term[] {
  const act = Array.from({ length: width }, () => given.input());
  return act.map((net) => ({ net, equals: given.input() }));
}

test.each<[string, Hardware, (given: Inputs) => Term[]]>([
  ["constant", popcount({ ...params, weights }), constantTerms],
  ["variable", xnorPopcount(params), variableTerms],
])("a count of 64 bits, %s weights: synthesis finds what its tree foretells", async (_, hardware, terms) => {
  const { netlist, outputs, luts, flipFlops, stage } = searchSum({ clockMHz: 200 }, (given) => ({
    inputs: undefined,
    sum: { columns: [terms(given)], width: bitsFor(width) },
  }));
  const { files } = emit(elaborate(hardware));
  const result = await synthesize({ files, family: "xc7", tool: "native", timeoutSeconds: 1_000 });
  expect(result.modules[0]?.cells["LUT6_2"]).toBe(luts);
  // Besides there are a LUT for ready, the register of the count, and a valid for each register.
  expect(result.lut).toBe(luts + 1);
  expect(result.ff).toBe(flipFlops + outputs.length + (stage + 1));
  expect(result.depthNs).toBeLessThanOrEqual(4);
  const { ps = 0, from = "" } = result.modules[0]?.path ?? {};
  // The tree takes its inputs to come from registers, which are outside here.
  const foretold = Math.max(...netlist.cells.flatMap(({ drives }) => drives).map(({ at }) => at));
  expect(ps + (from.startsWith("x_payload") ? clockToQ : 0)).toBe(foretold);
});
