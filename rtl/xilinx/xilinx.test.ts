import { expect, test } from "vitest";
import { sampleIcarus } from "../../sim/icarus.ts";
import { icarusRead, verilatorLint, yosysRead } from "../../sim/lint.ts";
import { simulatorsOf, testDesign } from "../../sim/simulators.ts";
import { sampleSimulator, type Stimulus } from "../../sim/vectors.ts";
import { emit } from "../../src/emit/index.ts";
import { bits, bool, cat, component, elaborate, input, output } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import { adder } from "./adder.fixture.ts";
import { lut, lut6_2, type LutInputs } from "./index.ts";

const adders = (["carry4", "carry8"] as const).map((cells) => elaborate(adder({ cells })));

/** All pairs but those whose sum the plain body asserts away. */
const pairs = Array.from({ length: 256 }, (_, i) => [i & 15, i >> 4] as const).filter(([a, b]) => a + b < 30);

const everyPair: Stimulus = {
  ticks: pairs.length,
  inputs: {
    a: Uint32Array.from(pairs, ([a]) => a),
    b: Uint32Array.from(pairs, ([, b]) => b),
  },
};

test("an adder and its cells give the same sums in every simulator", { timeout: 120_000 }, async () => {
  const sums = [0, ...pairs.slice(0, -1).map(([a, b]) => a + b)];
  for (const view of ["plain", "implementation"] as const) {
    for (const kind of ["native", "verilator"] as const)
      for (const start of await simulatorsOf(adders, kind, { view })) {
        const simulator = start();
        expect([...(sampleSimulator(simulator, everyPair)["y"] ?? [])]).toEqual(sums);
        simulator.close();
      }
    const cases = adders.map((design) => ({ design: testDesign(design), stimulus: everyPair, view }));
    // Before the first edge the sum is unknown, and reads 0.
    for (const { values } of await sampleIcarus(cases)) expect([...(values["y"] ?? [])]).toEqual(sums);
  }
});

test("tools read both views without a word", { timeout: 60_000 }, async () => {
  const designs = adders.map((design) => emit(design));
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
});

test("a LUT gives the bits of its table", { timeout: 60_000 }, async () => {
  const random = new Random(5);
  const sizes: readonly LutInputs[] = [1, 2, 3, 4, 5, 6];
  const tables = sizes.map((inputs) => random.bits(2 ** inputs));
  const table = random.bits(64);
  const luts = component({
    name: "luts",
    ports: () => ({ x: input(bits(6)), y: output(bits(8)) }),
    build(m, { x, y }) {
      const outputs = sizes.map((inputs, i) => {
        const cell = m.instances({ [`lut_${inputs}`]: lut(inputs, tables[i] ?? 0n) })[`lut_${inputs}`];
        cell?.I.forEach((pin, bit) => {
          pin.set(x.bit(bit));
        });
        return cell?.O ?? x.bit(0);
      });
      const { both } = m.instances({ both: lut6_2(table) });
      [both.I0, both.I1, both.I2, both.I3, both.I4, both.I5].forEach((pin, bit) => {
        pin.set(x.bit(bit));
      });
      y.set(cat(both.O6, both.O5, ...outputs.toReversed()));
    },
  });
  const design = elaborate(luts());
  const stimulus: Stimulus = { ticks: 64, inputs: { x: Uint32Array.from({ length: 64 }, (_, i) => i) } };
  const wanted = Array.from({ length: 64 }, (_, x) =>
    [
      ...sizes.map((inputs, i) => ((tables[i] ?? 0n) >> BigInt(x % 2 ** inputs)) & 1n),
      (table >> BigInt(x % 32)) & 1n,
      (table >> BigInt(x)) & 1n,
    ].reduce((sum, bit, i) => sum + (Number(bit) << i), 0),
  );
  for (const kind of ["native", "verilator"] as const)
    for (const start of await simulatorsOf([design], kind, { view: "implementation" })) {
      const simulator = start();
      expect([...(sampleSimulator(simulator, stimulus)["y"] ?? [])]).toEqual(wanted);
      simulator.close();
    }
});

test("equal cells are one module of a design; a table that is too long is refused", () => {
  expect(lut6_2(3n)).toBe(lut6_2(3n));
  expect(lut(2, 3n)).toBe(lut(2, 3n));
  expect(lut(2, 3n)).not.toBe(lut(3, 3n));
  const modules = Object.keys(adders[0]?.modules ?? {});
  expect(modules.sort()).toEqual(["CARRY4", "LUT6_2", "adder_carry4", "adder_carry4_cells"]);
  expect(() => lut(2, 16n)).toThrow(expect.objectContaining({ code: "bad-lut" }) as Error);
});

test("an output that nobody reads needs no waiver", { timeout: 60_000 }, async () => {
  const half = component({
    name: "half",
    ports: () => ({ x: input(bool), y: output(bool) }),
    build(m, { x, y }) {
      const { inverter } = m.instances({ inverter: lut6_2(0x5555555500000000n) });
      for (const pin of [inverter.I0, inverter.I1, inverter.I2, inverter.I3, inverter.I4]) pin.set(x);
      inverter.I5.set(true);
      y.set(inverter.O6);
    },
  });
  const plain = component({
    name: "plain",
    ports: () => ({ x: input(bool), y: output(bool) }),
    build(_, { x, y }) {
      y.set(x.not());
    },
    implementation: () => half(),
  });
  const design = emit(elaborate(plain()));
  expect(design.files.find(({ name }) => name === "half.sv")?.text).toContain(".O5(inverter_O5_unused)");
  expect(await verilatorLint([design])).toEqual([]);
});
