import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNativeSimulator } from "./native.ts";
import { Oracle } from "./oracle.test-helper.ts";
import { ModuleMaker } from "./random-module.test-helper.ts";
import { bool, design, input, limbsOf, module, op, output, ref, set, sint, uint } from "./ir.test-helper.ts";
import { widthOf } from "../ir/index.ts";
import type { Expr, Module } from "../ir/index.ts";
import { Random } from "../random.ts";

describe("expressions", () => {
  it("agree with BigInt arithmetic over random widths and values", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed);
        compare(new ModuleMaker(random).expressions(4), random, 6, false);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  // JavaScript leaves an unsigned number, which equals no int32. test/fuzz found it.
  it("compare 32 bits that were moved right by a variable 0", () => {
    const [a, by] = [ref("a", uint(32)), ref("by", uint(3))];
    const shifted: Expr = { kind: "shift", op: "shr", type: a.type, arg: a, amount: by };
    const part: Expr = { kind: "partselect", type: a.type, arg: a, offset: by, stride: 32 };
    const signed = (arg: Expr): Expr => ({ kind: "resize", mode: "cast", type: sint(32), arg });
    const simulator = createNativeSimulator(
      design(
        module({
          ports: [input("a", a.type), input("by", by.type), ...["x", "y", "z"].map((y) => output(y, bool))],
          body: [
            set(ref("x", bool), op("eq", shifted, a)),
            set(ref("y", bool), op("eq", part, a)),
            set(ref("z", bool), op("lt", signed(shifted), signed(op("add", a, a)))),
          ],
        }),
      ),
    );
    simulator.poke("a", Uint32Array.of(0xf0000000));
    expect(["x", "y", "z"].map((port) => simulator.peek(port)[0])).toEqual([1, 1, 0]);
    simulator.poke("a", Uint32Array.of(0x90000000));
    expect(["x", "y", "z"].map((port) => simulator.peek(port)[0])).toEqual([1, 1, 1]);
  });
});

describe("statements", () => {
  it("agree with an interpreter of the unsplit tree over random modules, cycle for cycle", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed);
        compare(new ModuleMaker(random).statements(), random, 8, true);
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

/** The same random inputs to the simulator and the oracle; all outputs in all cycles, which end with an edge or not. */
function compare(made: Module, random: Random, cycles: number, edges: boolean): void {
  const simulator = createNativeSimulator(design(made));
  const oracle = new Oracle(made);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const reset = random.below(5) === 0;
    for (const { name, type, direction, role } of made.ports) {
      if (direction !== "in" || role === "clock") continue;
      const value = role === "reset" ? BigInt(reset) : interesting(random, widthOf(type));
      simulator.poke(name, limbsOf(type, value));
      oracle.values.set(name, value);
    }
    oracle.settle();
    for (const { name, direction } of made.ports)
      if (direction === "out")
        expect(simulator.peek(name), `${name} in cycle ${String(cycle)}`).toEqual(oracle.limbs(name));
    if (!edges) continue;
    simulator.step();
    oracle.edge(reset);
  }
}

/** Often all zeros, all ones or one bit; else random. */
function interesting(random: Random, width: number): bigint {
  const all = (1n << BigInt(width)) - 1n;
  switch (random.below(6)) {
    case 0:
      return 0n;
    case 1:
      return all;
    case 2:
      return 1n << BigInt(random.below(width));
    case 3:
      return BigInt(random.below(4)) & all;
    default:
      return random.bits(width);
  }
}
