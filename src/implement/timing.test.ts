import { expect, test } from "vitest";
import { netDelay } from "../../rtl/xilinx/delays.ts";
import type { Bit, Cell, NetlistModule } from "./netlist.ts";
import { timeModule } from "./timing.ts";

const cell = (type: string, connections: Record<string, Bit | Bit[]>): Cell => ({
  type,
  connections: Object.fromEntries(Object.entries(connections).map(([pin, bits]) => [pin, [bits].flat()])),
});

function netlist(
  cells: Record<string, Cell>,
  inputs: Record<string, number[]>,
  outputs: Record<string, number[]>,
): NetlistModule {
  const port = (direction: "input" | "output") => (entry: [string, number[]]) =>
    [entry[0], { direction, bits: entry[1] }] as const;
  const all = [...Object.entries(inputs).map(port("input")), ...Object.entries(outputs).map(port("output"))];
  return {
    cells,
    ports: Object.fromEntries(all),
    netnames: Object.fromEntries(all.map(([name, { bits }]) => [name, { hide_name: 0, bits }])),
  };
}

const nothing = new Map<string, never>();

test("pins of a LUT differ, and a net leads into it", () => {
  const module = netlist({ l: cell("LUT6", { I0: 1, I5: 2, O: 3 }) }, { a: [1], b: [2] }, { y: [3] });
  const { longest, timing } = timeModule(module, nothing);
  expect(longest).toEqual({
    ps: 642 + netDelay,
    from: "a",
    to: "y",
    steps: [{ cell: "LUT6", net: "y", ps: 642 + netDelay }],
  });
  expect(timing.arcs).toEqual([
    ["a", "y", 642 + netDelay],
    ["b", "y", 127 + netDelay],
  ]);
});

/** A LUT6_2 whose O6 is a function of its six pins; O5 is that of the lower five where I5 is 0. */
function lut62(function_: (...pins: number[]) => number, pins: readonly Bit[]): NetlistModule {
  const rows = Array.from({ length: 64 }, (_, row) => pins.map((__, pin) => (row >> pin) & 1));
  const INIT = rows
    .map((values) => function_(...values))
    .reverse()
    .join("");
  const connections = Object.fromEntries(pins.map((bit, pin) => [`I${pin}`, bit]));
  const cells = { l: { ...cell("LUT6_2", { ...connections, O5: 11, O6: 12 }), parameters: { INIT } } };
  const inputs = pins.flatMap((bit, pin): [string, number[]][] =>
    typeof bit === "number" ? [[`i${pin}`, [bit]]] : [],
  );
  return netlist(cells, Object.fromEntries(inputs), { o5: [11], o6: [12] });
}

/** The paths to an output, as the pins that they come from. */
const pathsTo = (output: string, module: NetlistModule): string =>
  timeModule(module, nothing)
    .timing.arcs.flatMap(([from, to]) => (to === output ? [from] : []))
    .sort()
    .join(" ");

test("outputs of a LUT6_2 have paths from the pins that their tables depend on", () => {
  const all: Bit[] = [1, 2, 3, 4, 5, 6];
  const chooses = lut62((i0 = 0, i1 = 0, i2 = 0, i3 = 0, _, i5) => (i5 === 1 ? i2 & i3 : i0 ^ i1), all);
  expect(pathsTo("o5", chooses)).toBe("i0 i1");
  expect(pathsTo("o6", chooses)).toBe("i0 i1 i2 i3 i5");
  expect(timeModule(chooses, nothing).timing.arcs).toContainEqual(["i3", "o6", 407 + netDelay]);
  expect(timeModule(chooses, nothing).timing.arcs).toContainEqual(["i1", "o5", 631 + netDelay]);
  expect(
    pathsTo(
      "o6",
      lut62(() => 1, all),
    ),
  ).toBe("");
});

test("pins of a LUT6_2 at constants leave out what they choose against", () => {
  const chooses = (i0 = 0, i1 = 0, i2 = 0, i3 = 0, i4 = 0, i5 = 0): number =>
    i5 === 1 ? i2 & i3 : i4 === 1 ? i0 ^ i1 : i0;
  const upper = lut62(chooses, [1, 2, 3, 4, 5, "1"]);
  expect(pathsTo("o6", upper)).toBe("i2 i3");
  expect(pathsTo("o5", upper)).toBe("i0 i1 i4");
  expect(pathsTo("o5", lut62(chooses, [1, 2, 3, 4, "0", "1"]))).toBe("i0");
  expect(pathsTo("o6", lut62(chooses, [1, 2, "0", 4, 5, "1"]))).toBe("");
  expect(pathsTo("o6", lut62(chooses, [1, 2, 3, 4, "1", "0"]))).toBe("i0 i1");
});

test("a carry chain goes on without nets", () => {
  const module = netlist(
    {
      low: cell("CARRY4", { S: [1, 2, 3, 4], CO: [11, 12, 13, 14] }),
      high: cell("CARRY4", { CI: 14, O: [21, 22, 23, 24] }),
    },
    { s: [1, 2, 3, 4] },
    { y: [21, 22, 23, 24] },
  );
  const { longest } = timeModule(module, nothing);
  expect(longest).toMatchObject({ ps: netDelay + 528 + 334, from: "s[1]", to: "y[1]" });
  expect(longest?.steps.map((step) => step.cell)).toEqual(["CARRY4", "CARRY4"]);
});

test("a CARRY8 is as long as two CARRY4", () => {
  const module = netlist(
    { c: cell("CARRY8", { CI: 1, CO: [11, 12, 13, 14, 15, 16, 17, 18] }) },
    { ci: [1] },
    { co: [18] },
  );
  expect(timeModule(module, nothing).longest?.ps).toBe(114 + 114);
});

const counter = netlist(
  {
    q: cell("FDRE", { C: 1, CE: 2, D: 4, R: 3, Q: 5 }),
    l: cell("LUT2", { I0: 5, I1: 6, O: 4 }),
  },
  { clk: [1], ce: [2], rst: [3], d: [6] },
  { count: [5] },
);

test("from register to register: clock to output, net, LUT, setup", () => {
  const { longest } = timeModule(counter, nothing);
  expect(longest).toMatchObject({ ps: 303 + netDelay + 238, from: "count (FDRE)", to: "count (FDRE.D)" });
});

test("a parent sees the times between its part's ports and registers", () => {
  const { timing } = timeModule(counter, nothing);
  expect(timing).toEqual({
    arcs: [],
    launches: [["count", 303]],
    captures: [
      ["ce", 109],
      ["rst", 404],
      ["d", netDelay + 127],
    ],
  });
  const parent = netlist(
    {
      part: cell("counter", { clk: 1, ce: 2, rst: 3, d: 7, count: 8 }),
      l: cell("LUT1", { I0: 8, O: 7 }),
    },
    { clk: [1], ce: [2], rst: [3] },
    { y: [8] },
  );
  const { longest, unknown } = timeModule(parent, new Map([["counter", timing]]));
  expect(unknown).toEqual([]);
  expect(longest).toMatchObject({ ps: 303 + netDelay + 127 + netDelay + 127, to: "y (counter.d)" });
});

test("a block RAM's output register is what its data wait for", () => {
  const ram = (register: string) =>
    netlist(
      { m: { ...cell("RAMB36E1", { DOADO: [2, 3], ADDRARDADDR: [1] }), parameters: { DOA_REG: register } } },
      { address: [1] },
      { data: [2, 3] },
    );
  expect(timeModule(ram("0"), nothing).longest?.ps).toBe(2454);
  expect(timeModule(ram("1"), nothing).longest?.ps).toBe(882);
});

test("memories in LUTs: written at the clock, read through their address", () => {
  const module = netlist(
    { m: cell("RAM32M", { ADDRA: [1, 2, 3, 4, 5], DOA: [6, 7], WE: 8 }) },
    { address: [1, 2, 3, 4, 5], we: [8] },
    { data: [6, 7] },
  );
  const { timing } = timeModule(module, nothing);
  expect(timing.arcs).toEqual([["address", "data", 642 + netDelay]]);
  expect(timing.launches).toEqual([["data", 1190]]);
  expect(timing.captures).toEqual([["we", 654 + netDelay]]);
});

test("loops and unknown cells are said, and paths beside them are still timed", () => {
  const module = netlist(
    {
      a: cell("LUT2", { I0: 1, I1: 12, O: 11 }),
      b: cell("LUT1", { I0: 11, O: 12 }),
      odd: cell("ICAP", { O: 13 }),
      l: cell("LUT1", { I0: 1, O: 14 }),
    },
    { x: [1] },
    { y: [14], z: [12] },
  );
  const { longest, looping, unknown } = timeModule(module, nothing);
  expect(longest).toMatchObject({ ps: netDelay + 127, to: "y" });
  expect(looping).toBe(2);
  expect(unknown).toEqual(["ICAP"]);
});
