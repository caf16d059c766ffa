import { expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../../sim/lint.ts";
import { emit } from "../emit/index.ts";
import { checkSubjects, fewSubjects } from "./axi.fixture.ts";

test("frames through the AXI top: bit-exact under stalls, faulty ones marked, in the predicted cycles", async () => {
  await checkSubjects(
    fewSubjects.map((make) => make()),
    1,
  );
}, 60_000);

test("an AXI top is read without a finding by Verilator, Yosys and Icarus", async () => {
  const designs = fewSubjects.slice(0, 1).map((make) => emit(make().design.elaborate()));
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
}, 60_000);
