import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import {
  popcount,
  popcountLatency,
  xnorPopcount,
  xnorPopcountLatency,
  type XnorPopcountParams,
} from "./popcount.ts";

function ones(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

const mask = (width: number): bigint => (1n << BigInt(width)) - 1n;

function anyParams(random: Random): XnorPopcountParams {
  const technologies = ["portable", "xilinx7", "ultrascale"] as const;
  return {
    width: 1 + random.below(random.below(2) === 0 ? 16 : 300),
    technology: technologies[random.below(3)],
    clockMHz: [0, 100, 200, 250][random.below(4)],
    objective: random.below(2) === 0 ? "area" : "depth",
  };
}

/** Counts of ones, or of bits that equal constant weights. */
export const popcountCases = casesOf(
  {
    pick: (random) => ({
      ...anyParams(random),
      weights: random.below(2) === 0 ? undefined : random.bits(300),
    }),
    hardware: popcount,
    model: ({ x }, { width, weights = mask(width) }) => ({
      y: x.map((beat) => width - ones((BigInt(beat) ^ weights) & mask(width))),
    }),
    timing: ({ inputs: { x }, params }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + popcountLatency(params)),
    }),
  },
  { seed: 8 },
);

/** Counts of bits that agree. */
export const xnorPopcountCases = casesOf(
  {
    pick: anyParams,
    hardware: xnorPopcount,
    model: ({ x }, { width }) => ({
      y: x.map(({ act, weight }) => width - ones(BigInt(act) ^ BigInt(weight))),
    }),
    timing: ({ inputs: { x }, params }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + xnorPopcountLatency(params)),
    }),
  },
  { seed: 9 },
);
