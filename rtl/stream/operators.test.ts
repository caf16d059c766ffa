import { expect, test } from "vitest";
import { testbench } from "../../sim/testbench.ts";
import { component, elaborate, sink, source, uint } from "../../src/hdl/index.ts";
import { fifoLatency, registerSliceLatency, skidBufferLatency } from "./index.ts";

const chain = component({
  name: "chain",
  ports: () => ({ x: sink(uint(8)), y: source(uint(9)) }),
  build: (_m, { x, y }) => {
    x.pipe()
      .queue(4)
      .map(uint(9), (value) => value.add(1))
      .skid("last")
      .into(y);
  },
});

test("operators name their instances after the stream, or as they are told", () => {
  const design = elaborate(chain());
  expect(design.modules[design.top]?.instances.map(({ name }) => name)).toEqual([
    "x_pipe",
    "x_pipe_queue",
    "last",
  ]);
});

test.each(["native", "verilator"] as const)("a chain of operators in the %s simulator", async (simulator) => {
  const tb = await testbench(chain(), { simulator });
  const values = Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
  const { x, y } = tb.run({ inputs: { x: values }, outputs: { y: values.length } });
  const latency = registerSliceLatency + fifoLatency({}) + skidBufferLatency;
  expect(y.values).toEqual(values.map((value) => value + 1));
  expect(y.stamps).toEqual(x.stamps.map((tick) => tick + latency));
  const stalled = tb.run({
    inputs: { x: values },
    outputs: { y: values.length },
    stalls: { probability: 0.5, seed: 3 },
  });
  expect(stalled.y.values).toEqual(y.values);
  tb.close();
});
