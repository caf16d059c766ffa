import { expect, test } from "vitest";
import { bitsFor } from "../../../src/hdl/index.ts";
import { Random } from "../../../src/random.ts";
import { compress } from "./compress.ts";
import { buildInTime, type Inputs, type Term } from "./netlist.ts";
import { flipFlopsOf, lastStage } from "./place.ts";
import { chains, searchSum, usablePart } from "./search.ts";

const random = new Random(33);

/** A count of XNORs, or of bits of which some are inverted: where constant weights are 0. */
function count(given: Inputs, size: number, weights: "variable" | "constant") {
  const terms = Array.from({ length: size }, (): Term => ({
    net: given.input(),
    ...(weights === "variable" ? { equals: given.input() } : { inverted: random.below(2) === 0 }),
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
      searchSum({ clockMHz }, (given) => count(given, size, weights)),
    );
    expect(plain?.luts).toBeLessThanOrEqual(limit * size);
    expect(pipelined?.luts).toBeLessThanOrEqual(limit * 1.05 * size);
    expect(pipelined?.stage).toBeGreaterThan(0);
  }
});

test("of all lengths of chains the one found takes the least area, of equal ones the fewest stages, 60 counts", () => {
  for (let n = 0; n < 60; n++) {
    const size = 1 + random.below(100);
    const clockMHz = 80 + 40 * random.below(4);
    const all = chains.map((chain) =>
      buildInTime((1e6 / clockMHz) * usablePart, (netlist) => {
        const { sum } = count(netlist, size, "variable");
        const outputs = compress(netlist, { ...sum, chain, operands: 3 });
        const area = netlist.luts + flipFlopsOf(netlist, outputs) / 16;
        return { netlist, outputs, stage: lastStage(outputs), area };
      }),
    );
    const [least] = all.toSorted((a, b) => (a.area === b.area ? a.stage - b.stage : a.area - b.area));
    const found = searchSum({ clockMHz }, (given) => count(given, size, "variable"));
    expect({ size, clockMHz, cells: found.netlist.cells }).toEqual({
      size,
      clockMHz,
      cells: least?.netlist.cells,
    });
  }
});
