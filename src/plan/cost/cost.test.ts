import { expect, test } from "vitest";
import { blockCost } from "../../../rtl/memory-shape.ts";
import { elementsOf } from "../../../rtl/nn/matrix-vector.ts";
import { mvtuSignedUse, mvtuUse, mvuUse, weightMemory, type MvtuParams } from "../../../rtl/nn/index.ts";
import { constantLayer } from "../../../rtl/nn/constant-layer.ts";
import { processingElement } from "../../../rtl/nn/processing-element.ts";
import { randomThresholds, randomWeights } from "../../../rtl/nn/random.fixture.ts";
import { elaborate } from "../../hdl/index.ts";
import { Random } from "../../random.ts";
import { constantLayerCost } from "./constant-layer.ts";
import { sumOfCosts } from "./cost.ts";
import { elementCost } from "./element.ts";
import { matrixVectorCost } from "./matrix-vector.ts";
import { fifoCost } from "./stream.ts";

const fabric = { technology: "xilinx7", clockMHz: 200 } as const;

function layer(columns: number, rows: number): Pick<MvtuParams, "weights" | "thresholds"> {
  const random = new Random(columns * rows);
  const weights = randomWeights(random, rows, columns);
  const spread = Math.round(Math.sqrt(columns));
  const thresholds = Array.from({ length: rows }, () => Math.floor(columns / 2) + random.below(spread));
  return { weights, thresholds };
}

function unit(columns: number, rows: number, folding: { pe: number; simd: number; mmv?: number }) {
  const params = { ...layer(columns, rows), ...folding, ...fabric };
  return { params, use: mvtuUse(params), cost: matrixVectorCost(params, mvtuUse(params)) };
}
