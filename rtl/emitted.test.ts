import { expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../sim/lint.ts";
import { emittedDesigns } from "./emitted.fixture.ts";

test("Verilator -Wall, Yosys and Icarus read the RTL of all generators without a word", async () => {
  expect(await verilatorLint(emittedDesigns)).toEqual([]);
  expect(await yosysRead(emittedDesigns)).toEqual([]);
  expect(await icarusRead(emittedDesigns)).toEqual([]);
});
