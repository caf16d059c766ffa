import type { WeightMatrix } from "../../rtl/nn/index.ts";
import { randomWeights } from "../../rtl/nn/random.fixture.ts";
import type { SourceFile } from "../../sim/sources.ts";
import type { Hardware } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import { figureNames, type Baseline, type Row } from "./report.ts";

/** A row of the bench before it is measured. */
export interface Circuit {
  /** Name of the generator as the command line has it, or of the network. */
  readonly circuit: string;
  readonly parameters: Row["parameters"];
  /** The hardware, and its cycles from one unit of work (beat, vector, map, frame) to the next. */
  readonly build: () => { readonly hardware: Hardware; readonly cycles: number };
  /** The plain form, synthesised in the same run; ratios are then against it. */
  readonly plain?: () => readonly SourceFile[];
  readonly baselines?: readonly Baseline[];
  readonly bound?: NonNullable<Row["bound"]>;
  readonly limits?: Row["limits"];
  /** Its LUTs are limited to those of the plain form. */
  readonly noMoreThanPlain?: true;
  /** Only with `--all`, or by name: the others together take some five minutes. */
  readonly slow?: boolean;
}

/** All figures of a rival but its depth. */
export function noMoreThan(rival: Baseline): Row["limits"] {
  const known = figureNames.filter((name) => name !== "depthNs" && rival[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, rival[name]]));
}

/** Whole LUTs in a part of an amount. */
export function atMost(part: number, amount: number): number {
  return Math.floor(part * amount);
}

export interface RandomLayer {
  readonly weights: WeightMatrix;
  readonly thresholds: Int32Array;
}

/** Random weights; thresholds near the middle, where trained ones are. */
export function randomLayer(seed: number, rows: number, columns: number): RandomLayer {
  const random = new Random(seed);
  const weights = randomWeights(random, rows, columns);
  const spread = Math.round(Math.sqrt(columns));
  const lowest = Math.floor(columns / 2) - spread;
  const thresholds = Int32Array.from({ length: rows }, () => lowest + random.below(2 * spread + 1));
  return { weights, thresholds };
}

/** `1152x128` as numbers. */
export function sizeOf(text: string): readonly [number, number] {
  return text.split("x").map(Number) as [number, number];
}
