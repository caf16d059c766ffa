import { expect, test } from "vitest";
import type { JsValue } from "../../sim/beats.ts";
import { randomValue } from "../../sim/random-values.ts";
import { testbench } from "../../sim/testbench.ts";
import type { Hardware, SinkPort, SourcePort } from "../hdl/index.ts";
import { Random } from "../random.ts";
import { makeDesign, type TestedDesign } from "./design.ts";
import { referencedGenerators } from "./references.ts";

const window = { height: 5, width: 4, channels: 4, simd: 2, kernel: [3, 2] };

/** Generators from one stream x to one stream y, each with its parameters and beats that make whole frames. */
const cases: readonly (readonly [generator: string, parameters: Record<string, unknown>, beats: number])[] = [
  ["register-slice", { kind: "sint9" }, 20],
  ["skid-buffer", { kind: "vec2xuint40" }, 20],
  ["fifo", { kind: "uint8", depth: 3 }, 20],
  ["async-fifo", { kind: "bits70", depth: 4 }, 20],
  ["width-converter", { from: 6, to: 9 }, 30],
  ["width-converter", { from: 12, to: 4, lanes: 3 }, 30],
  ["mvtu", { weights: "random:1:6x20", thresholds: "random:2:6:21", pe: 2, simd: 5 }, 16],
  ["mvtu", { weights: "random:3:4x8", thresholds: [0, 4, 9, 3], pe: 4, simd: 4, mmv: 3 }, 12],
  ["mvtu-constant", { weights: "random:4:12x36", thresholds: "random:5:12:37" }, 10],
  ["mvu", { weights: "random:6:4x12", pe: 2, simd: 6, mmv: 2 }, 12],
  ["mvu-constant", { weights: "random:7:9x33" }, 10],
  ["sliding-window", { ...window, bits: 3 }, 80],
  ["sliding-window", { ...window, stride: [2, 1], dilation: [1, 2], padding: [1, 0, 2, 1], padValue: 1 }, 80],
  ["max-pool", { height: 5, width: 4, channels: 2, pe: 1, kernel: [2, 2], bits: 4 }, 80],
  ["label-select", { classes: 5, width: 3, pe: 2, outputs: 6 }, 30],
];

const generator = (name: string, parameters: Record<string, unknown>): Promise<TestedDesign> =>
  makeDesign({ kind: "generator", name, parameters });

function randomBeats(port: SinkPort, count: number, seed: number): JsValue[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => randomValue(port.kind, random) as JsValue);
}

test.each(cases)("%s %j: the reference gives what the hardware gives", async (name, parameters, count) => {
  const { hardware, reference } = await generator(name, parameters);
  const typed = hardware as Hardware<{ x: SinkPort; y: SourcePort }>;
  const x = randomBeats(typed.ports.x, count, 1);
  const expected = reference({ x })["y"] ?? [];
  expect(expected.length).toBeGreaterThan(0);
  const tb = await testbench(typed);
  const { y } = tb.run({ inputs: { x }, outputs: { y: expected.length } });
  expect(y.values.map(exact)).toEqual(expected.map(exact));
});

/** Numbers and bigints alike. */
function exact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(exact);
  return typeof value === "number" ? BigInt(value) : value;
}

test("fork and join", async () => {
  const x = [3, 1, 2];
  const fork = await generator("fork", { kind: "uint2", n: 3 });
  expect(fork.reference({ x })).toEqual({ y0: x, y1: x, y2: x });
  const join = await generator("join", { kinds: "a:uint2,b:bool" });
  expect(join.reference({ x_a: x, x_b: [true, false] })).toEqual({
    y: [
      { a: 3, b: true },
      { a: 1, b: false },
    ],
  });
});

test("every reference is tried here", () => {
  const tried = new Set([...cases.map(([name]) => name), "fork", "join"]);
  expect([...tried].sort()).toEqual([...referencedGenerators].sort());
});

test("a generator without a reference says so, and which have one", async () => {
  const { reference } = await generator("synchronizer", { width: 2 });
  expect(() => reference({})).toThrow("there is no software reference of synchronizer");
});
