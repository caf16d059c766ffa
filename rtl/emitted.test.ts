import { expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../sim/lint.ts";
import { emittedDesigns } from "./emitted.fixture.ts";

// Many designs, which a loaded machine takes minutes for.
test.each([
  ["Verilator -Wall reads", verilatorLint],
  ["Yosys reads", yosysRead],
  ["Icarus reads", icarusRead],
])("%s the RTL of all generators without a word", { timeout: 600_000 }, async (_, read) => {
  expect(await read(emittedDesigns)).toEqual([]);
});
