import { expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../../sim/lint.ts";
import { emit } from "../emit/index.ts";
import { checkSubjects, fewSubjects, moreSubjects } from "./axi.fixture.ts";

test("AXI tops of random networks at every bus width: bit-exact, in the predicted cycles, in Verilator", async () => {
  const subjects = [...fewSubjects.slice(1), ...moreSubjects].map((make) => make());
  await checkSubjects(subjects, subjects.length);
}, 600_000);

test("AXI tops are read without a finding by Verilator, Yosys and Icarus", async () => {
  const designs = [...fewSubjects.slice(1), ...moreSubjects].map((make) => emit(make().design.elaborate()));
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
}, 600_000);
