import { expect, test } from "vitest";
import { Random } from "../src/random.ts";
import { clocks, fifo, interfaceOf, rom } from "./designs.fixture.ts";
import { sampleIcarus } from "./icarus.ts";
import type { TestDesign } from "./sources.ts";
import { drivenPorts, limbsOf, sampleSimulator, type Stimulus } from "./vectors.ts";
import { buildModels, VerilatorSimulator } from "./verilator/index.ts";

function randomStimulus(design: TestDesign, seed: number, ticks: number): Stimulus {
  const random = new Random(seed);
  const inputs = drivenPorts(design.top).map((port): [string, Uint32Array] => {
    const width = port.type.kind === "bits" ? port.type.width : 1;
    const size = limbsOf(width);
    const values = new Uint32Array(ticks * size);
    for (let tick = 0; tick < ticks; tick++) {
      // Resets for the first two ticks, then now and then.
      const active = tick < 2 || random.below(20) === 0;
      const reset = Number(port.name.endsWith("_n") ? !active : active);
      const bits = port.role === "reset" ? BigInt(reset) : random.bits(width);
      for (let limb = 0; limb < size; limb++) {
        values[tick * size + limb] = Number(BigInt.asUintN(32, bits >> BigInt(32 * limb)));
      }
    }
    return [port.name, values];
  });
  return { ticks, inputs: Object.fromEntries(inputs) };
}

test("Icarus and Verilator see the same, where Icarus knows a value; clashing names take turns", async () => {
  const designs = [fifo(3), fifo(70), clocks, rom];
  const cases = designs.map((design, i) => ({
    design,
    stimulus: { ...randomStimulus(design, i, 200), periods: design === clocks ? { slow: 3 } : {} },
  }));
  const library = await buildModels(designs);
  const results = await sampleIcarus(cases);
  let known = 0;
  for (const [design, { stimulus }] of cases.entries()) {
    const simulator = new VerilatorSimulator(library, { design, periods: stimulus.periods });
    const expected = sampleSimulator(simulator, stimulus);
    simulator.close();
    const result = results[design];
    const values = result?.values ?? {};
    const unknown = result?.unknown ?? {};
    expect(Object.keys(values)).toEqual(Object.keys(expected));
    for (const [port, limbs] of Object.entries(expected)) {
      const mask = unknown[port] ?? limbs;
      expect(values[port]).toEqual(limbs.map((limb, i) => limb & ~(mask[i] ?? 0)));
      known += mask.filter((limb) => limb === 0).length;
    }
  }
  expect(known).toBeGreaterThan(2500);
}, 180_000);

test("a chain of always_comb on which Icarus 11 would loop for ever", async () => {
  const text = `module chain (
    input logic clk,
    input logic rst,
    input logic [7:0] a,
    input logic [7:0] b,
    output logic [7:0] z
);
  logic [7:0] p;
  logic [7:0] q;
  always_comb begin
    p = a;
    p = b;
  end
  always_comb begin
    q = a;
    q = p;
  end
  always_comb z = q;
endmodule
`;
  const top = interfaceOf({ name: "chain", ports: { a: 8, b: 8, ">z": 8 } });
  const stimulus = { ticks: 3, inputs: { a: Uint32Array.of(9, 8, 7), b: Uint32Array.of(1, 2, 3) } };
  const [result] = await sampleIcarus([{ design: { top, files: [{ name: "chain.sv", text }] }, stimulus }]);
  expect(result?.values["z"]).toEqual(Uint32Array.of(1, 2, 3));
});

test("failed assertions come with their tick", async () => {
  const design = fifo(64, 5);
  const stimulus = {
    ticks: 4,
    inputs: {
      rst: Uint32Array.of(1, 0, 0, 0),
      x_valid: Uint32Array.of(0, 0, 1, 0),
      x_payload: Uint32Array.of(0, 0, 5, 0, 5, 0, 5, 0),
    },
  };
  const [result] = await sampleIcarus([{ design, stimulus }]);
  expect(result?.errors).toEqual([
    { tick: 2, message: expect.stringMatching(/^fifo\.sv:\d+: poison taken/) as string },
  ]);
});

test("what Icarus cannot read is one error with Icarus' words", async () => {
  const design = { top: fifo(8).top, files: [{ name: "fifo.sv", text: "module fifo (input logic clk;\n" }] };
  await expect(sampleIcarus([{ design, stimulus: { ticks: 1, inputs: {} } }])).rejects.toMatchObject({
    code: "icarus-failed",
    message: expect.stringMatching(/on fifo:\nfifo\.sv:\d+: .*error/) as string,
  });
});

test("constants of an always_comb, and counts of what a cast leaves, which Icarus 11 reads wrong", async () => {
  const text = `module faults (
    input logic clk,
    input logic rst,
    input logic signed [31:0] a,
    input logic [2:0] by,
    output logic [5:0] plain,
    output logic [5:0] cut,
    output logic [5:0] fixed
);
  always_comb begin
    fixed[2:0] = 3'd5;
    fixed[5:3] = 3'd2;
  end
  assign plain = 6'($countones(a[4:0] ^ 5'(7'($countones(a)))));
  always_ff @(posedge clk) cut <= 6'($countones(6'(a >> by)));
endmodule
`;
  const top = interfaceOf({ name: "faults", ports: { a: 32, by: 3, ">plain": 6, ">cut": 6, ">fixed": 6 } });
  const design: TestDesign = { top, files: [{ name: "faults.sv", text }] };
  const stimulus = randomStimulus(design, 7, 100);
  const [result] = await sampleIcarus([{ design, stimulus }]);
  const ones = (bits: number): number => bits.toString(2).replaceAll("0", "").length;
  const a = stimulus.inputs["a"] ?? new Uint32Array();
  const by = stimulus.inputs["by"] ?? new Uint32Array();
  expect(result?.values["plain"]).toEqual(a.map((word) => ones((word & 31) ^ (ones(word) & 31))));
  expect(result?.values["cut"]?.subarray(1)).toEqual(
    a.map((word, i) => ones((word >>> (by[i] ?? 0)) & 63)).subarray(0, -1),
  );
  expect(result?.values["fixed"]).toEqual(new Uint32Array(100).fill(0o25));
});
