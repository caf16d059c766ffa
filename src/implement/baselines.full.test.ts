import { expect, test } from "vitest";
import { slidingWindow, threshold } from "../../rtl/nn/index.ts";
import { fifo, widthConverter } from "../../rtl/stream/index.ts";
import type { JsOf } from "../../sim/beats.ts";
import { randomValue } from "../../sim/random-values.ts";
import { testbench } from "../../sim/testbench.ts";
import { emit } from "../emit/index.ts";
import { bits, elaborate, type Hardware, type Kind, type SinkPort, type SourcePort } from "../hdl/index.ts";
import { Random } from "../random.ts";
import type { Area } from "./area.ts";
import { synthesize } from "./synthesize.ts";

/** The streaming units against FINN's RTL of the same sizes: issue 4, measured with the same Yosys flow. */
interface Row {
  readonly unit: Hardware<{ x: SinkPort; y: SourcePort }>;
  readonly baseline: Pick<Area, "lut" | "lutPaired" | "ff"> & Partial<Area>;
  /** A unit of work: beats in, beats out, and the cycles that it takes where nothing stalls, back to back. */
  readonly inputs: number;
  readonly outputs: number;
  readonly cycles: number;
}

const random = new Random(3);

function windowRow(simd: 32 | 64, memory: "distributed" | "block", baseline: Row["baseline"]): Row {
  const words = 64 / simd;
  return {
    unit: slidingWindow({ height: 16, width: 16, channels: 64, simd, kernel: [3, 3], memory }),
    baseline,
    inputs: 16 * 16 * words,
    outputs: 14 * 14 * 9 * words,
    cycles: 14 * 14 * 9 * words,
  };
}

function thresholdRow(pe: number, baseline: Row["baseline"]): Row {
  const thresholds = Array.from({ length: 128 }, () => [random.below(2 ** 11)]);
  const beats = 128 / pe;
  return {
    unit: threshold({ thresholds, width: 11, pe }),
    baseline,
    inputs: beats,
    outputs: beats,
    cycles: beats,
  };
}

function converterRow(from: number, to: number, baseline: Row["baseline"]): Row {
  const wide = Math.max(from, to);
  const [inputs, outputs] = [wide / from, wide / to];
  return {
    unit: widthConverter({ from, to }),
    baseline,
    inputs,
    outputs,
    cycles: Math.max(inputs, outputs),
  };
}

const rows: Readonly<Record<string, Row>> = {
  // FINN's takes 1,792 and 3,582 cycles.
  "window 3x3, 16x16x64, SIMD 64": windowRow(64, "distributed", {
    lut: 150,
    lutPaired: 120,
    lutram: 88,
    ff: 130,
  }),
  "window 3x3, 16x16x64, SIMD 32": windowRow(32, "block", { lut: 165, lutPaired: 133, ff: 73, bram36: 0.5 }),
  "threshold, 128 channels, PE 1": thresholdRow(1, { lut: 107, lutPaired: 79, ff: 41 }),
  "threshold, 128 channels, PE 8": thresholdRow(8, { lut: 172, lutPaired: 116, ff: 220 }),
  "threshold, 128 channels, PE 32": thresholdRow(32, { lut: 307, lutPaired: 222, ff: 512 }),
  "FIFO, 32 x 64": {
    unit: fifo({ kind: bits(64), depth: 32, style: "shift" }),
    baseline: { lut: 93, lutPaired: 56, lutram: 64, ff: 74 },
    ...{ inputs: 1, outputs: 1, cycles: 1 },
  },
  "width converter, 64 to 8": converterRow(64, 8, { lut: 73, lutPaired: 65, ff: 86 }),
  "width converter, 8 to 64": converterRow(8, 64, { lut: 22, lutPaired: 12, ff: 77 }),
  "width converter, 64 to 32": converterRow(64, 32, { lut: 71, lutPaired: 52, ff: 132 }),
  "width converter, 32 to 64": converterRow(32, 64, { lut: 36, lutPaired: 18, ff: 99 }),
};

test.each(Object.entries(rows))("%s: no more of anything than FINN's", async (_, { unit, baseline }) => {
  const { files } = emit(elaborate(unit));
  const result = await synthesize({ files, family: "xc7", tool: "native", timeoutSeconds: 600 });
  if (!result.tool.startsWith("Yosys 0.23")) return;
  const { lut, lutPaired, lutram, ff, bram36, dsp, depthNs } = result;
  expect(lut).toBeLessThanOrEqual(baseline.lut);
  expect(lutPaired).toBeLessThanOrEqual(baseline.lutPaired);
  expect(lutram).toBeLessThanOrEqual(baseline.lutram ?? 0);
  expect(ff).toBeLessThanOrEqual(baseline.ff);
  expect(bram36).toBeLessThanOrEqual(baseline.bram36 ?? 0);
  expect(dsp).toBe(0);
  expect(depthNs).toBeLessThan(4);
});

test.each(Object.entries(rows))("%s: its cycles, back to back", async (_, row) => {
  const { unit, inputs, outputs, cycles } = row;
  const works = 20;
  const tb = await testbench(unit);
  const beats = Array.from(
    { length: works * inputs },
    () => randomValue(unit.ports.x.kind, random) as JsOf<Kind>,
  );
  const { y } = tb.run({
    inputs: { x: beats },
    outputs: { y: works * outputs },
  });
  const ends = Array.from({ length: works }, (__, work) => y.stamps[(work + 1) * outputs - 1] ?? 0);
  const intervals = ends.slice(1).map((end, work) => end - (ends[work] ?? 0));
  expect(intervals).toEqual(new Array(works - 1).fill(cycles));
  tb.close();
});
