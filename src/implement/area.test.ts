import { expect, test } from "vitest";
import { areaOf, cellCounts } from "./area.ts";
import type { Bit, Cell, NetlistModule } from "./netlist.ts";

const lut = (inputs: readonly Bit[], output: number): Cell => ({
  type: `LUT${inputs.length}`,
  connections: { ...Object.fromEntries(inputs.map((bit, i) => [`I${i}`, [bit]])), O: [output] },
});

const cell = (type: string): Cell => ({ type, connections: {} });

function netlist(cells: readonly Cell[]): NetlistModule {
  return { ports: {}, netnames: {}, cells: Object.fromEntries(cells.map((one, i) => [`c${i}`, one])) };
}

test("LUTs, inverters and dual LUTs count as LUTs; memories, registers and the rest by kind", () => {
  const module = netlist([
    ...[
      "LUT6_2",
      "FDRE",
      "FDSE",
      "FDCE",
      "RAMB36E1",
      "RAMB18E1",
      "RAMB18E2",
      "DSP48E1",
      "CARRY4",
      "CARRY8",
    ].map(cell),
    ...["SRL16E", "SRLC32E", "RAM32M", "RAM64X1D", "RAM64M8", "MUXF7", "IBUF", "BUFG"].map(cell),
    { type: "INV", connections: { I: [1], O: [2] } },
    lut([1, 2, 3, 4, 5, 6], 10),
  ]);
  expect(areaOf(module)).toEqual({
    lut: 3,
    lutPaired: 3,
    lutram: 1 + 1 + 4 + 2 + 8,
    ff: 3,
    bram36: 2,
    dsp: 1,
    carry: 2,
  });
  expect(cellCounts(module)).toMatchObject({ FDRE: 1, LUT6: 1, BUFG: 1 });
});

test("a full adder's two LUTs are one", () => {
  expect(areaOf(netlist([lut([1, 2, 3], 10), lut([1, 2, 3], 11)]))).toMatchObject({ lut: 2, lutPaired: 1 });
});

test("constants at the inputs take no place", () => {
  const module = netlist([lut([1, 2, 3, 4, "1"], 10), lut([4, 5, "0"], 11)]);
  expect(areaOf(module)).toMatchObject({ lut: 2, lutPaired: 1 });
});

test("LUTs with more than five inputs together, or none in common, stay two", () => {
  expect(areaOf(netlist([lut([1, 2, 3, 4], 10), lut([4, 5, 6], 11)]))).toMatchObject({ lutPaired: 2 });
  expect(areaOf(netlist([lut([1, 2], 10), lut([3, 4], 11)]))).toMatchObject({ lutPaired: 2 });
  expect(areaOf(netlist([lut([1, 2, 3, 4, 5, 6], 10), lut([1, 2], 11)]))).toMatchObject({ lutPaired: 2 });
});
