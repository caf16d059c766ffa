import { expect, test } from "vitest";
import { bitsFor } from "../../../src/hdl/index.ts";
import { Random } from "../../../src/random.ts";
import type { Netlist, Term } from "./netlist.ts";
import { searchSum } from "./search.ts";

const random = new Random(33);

/** A count of XNORs, or of bits of which some are inverted: where constant weights are 0. */
function count(netlist: Netlist, size: number, weights: "variable" | "constant") {
  const terms = Array.from({ length: size }, (): Term => ({
    net: netlist.input(),
    ...(weights === "variable" ? { equals: netlist.input() } : { inverted: random.below(2) === 0 }),
  }));
  return { inputs: undefined, sum: { columns: [terms], width: bitsFor(size) } };
}

/** Issue 4: at most so many LUTs a bit, and 5 % more with registers for 200 MHz. */
test.each([
  ["variable", 0.83],
  ["constant", 0.56],
] as const)("counts of 64 to 512 bits, %s weights: at most %f LUTs a bit", (weights, limit) => {
  for (const size of [64, 128, 256, 512]) {
    const [plain, pipelined] = [undefined, 200].map((clockMHz) =>
      searchSum({ clockMHz }, (netlist) => count(netlist, size, weights)),
    );
    expect(plain?.luts).toBeLessThanOrEqual(limit * size);
    expect(pipelined?.luts).toBeLessThanOrEqual(limit * 1.05 * size);
    expect(pipelined?.stage).toBeGreaterThan(0);
  }
});
