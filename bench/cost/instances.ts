/** What the cost bench compares, in the order of the table: units of every kind that the planner uses, and whole nets. */
import { fileURLToPath } from "node:url";
import { mvtuSignedUse, mvtuUse, mvuUse, type TotalsUse } from "../../rtl/nn/index.ts";
import { resolveModel } from "../../src/flow/index.ts";
import { bits, uint, vec, type Hardware } from "../../src/hdl/index.ts";
import { sumOfCosts, type Cost } from "../../src/plan/cost/cost.ts";
import { loadBoard, loadFolding, plan, targetOf } from "../../src/plan/index.ts";
import {
  bufferStage,
  channelwiseStage,
  converterStage,
  labelStage,
  matrixVectorStage,
  maxPoolStage,
  parallelWindowStage,
  slidingWindowStage,
  windowDealStage,
  windowGatherStage,
  type Stage,
} from "../../src/plan/stage.ts";
import { randomLayer } from "../hardware/circuit.ts";
import { finnLuts } from "./finn.ts";

/** A row of the bench before it is measured. */
export interface Instance {
  readonly unit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The model's figures were fitted with it; of the others it knew nothing. */
  readonly fitted?: true;
  readonly build: () => Built;
}

export interface Built {
  readonly hardware: () => Hardware;
  readonly cost: Cost;
  /** FINN's estimate of its LUTs, of units that it has. */
  readonly finn?: number;
}

const fabric = { technology: "xilinx7", clockMHz: 200 } as const;

const ofStage = (stage: Stage, finn?: number): Built => ({
  hardware: () => stage.hardware(),
  cost: stage.cost(),
  ...(finn === undefined ? {} : { finn }),
});

type Kind = "mvtu" | "mvu" | "mvtu-signed";

/** Columns x rows, PE x SIMD and, above 1, MMV: `576x64 8x64 2`. */
function matrixVector(kind: Kind, text: string, fitted?: true): Instance {
  const [size = "", folding = "", mmv = "1"] = text.split(" ");
  const [columns, rows] = pairOf(size);
  const [pe, simd] = pairOf(folding);
  const parameters = { columns, rows, pe, simd, mmv: Number(mmv) };
  return {
    unit: kind,
    parameters,
    ...(fitted && { fitted }),
    build: () => {
      const layer = randomLayer(columns + rows, rows, columns);
      const params = { weights: layer.weights, pe, simd, mmv: Number(mmv), ...fabric };
      const signed = layer.thresholds.map((at) => 128 * (at - Math.floor(columns / 2)));
      const thresholds = kind === "mvu" ? undefined : kind === "mvtu" ? layer.thresholds : signed;
      const values = kind === "mvtu-signed" ? "int8" : "bit";
      const use: TotalsUse =
        thresholds === undefined
          ? mvuUse
          : (kind === "mvtu" ? mvtuUse : mvtuSignedUse)({ ...params, thresholds });
      const stage = matrixVectorStage({ name: "unit", params, thresholds, values, vectors: Number(mmv) });
      return ofStage(stage, finnLuts(params, use));
    },
  };
}

function pairOf(text: string): readonly [number, number] {
  return text.split("x").map(Number) as [number, number];
}

function unit(name: string, parameters: Instance["parameters"], stage: () => Stage, fitted?: true): Instance {
  return { unit: name, parameters, ...(fitted && { fitted }), build: () => ofStage(stage()) };
}

/** A layer whose weights are in the logic: columns x rows. */
function constantLayer(kind: "mvtu-constant" | "mvu-constant", size: string, fitted?: true): Instance {
  const [columns, rows] = pairOf(size);
  const { weights, thresholds } = randomLayer(2, rows, columns);
  return unit(
    kind,
    { columns, rows },
    () =>
      matrixVectorStage({
        name: "unit",
        params: { weights, pe: rows, simd: columns, ...fabric },
        thresholds: kind === "mvtu-constant" ? thresholds : undefined,
        values: "bit",
        vectors: 1,
      }),
    fitted,
  );
}

/** Taps x channels, PE, and whether it has weights and thresholds. */
function channelwise(
  size: string,
  pe: number,
  has: "both" | "weights" | "thresholds" | "",
  fitted?: true,
): Instance {
  const [taps, channels] = pairOf(size);
  const { weights, thresholds } = randomLayer(6, channels, taps);
  const params = { channels, pe, taps, ...(has === "both" || has === "weights" ? { weights } : {}) };
  const limits = has === "both" || has === "thresholds" ? thresholds : undefined;
  return unit(
    limits === undefined ? "vvu" : "vvtu",
    { channels, pe, taps, ...(params.weights === undefined ? { weights: "none" } : {}) },
    () => channelwiseStage("unit", params, { thresholds: limits, vectors: 1 }),
    fitted,
  );
}

interface Window {
  readonly map: string;
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly simd: number;
  readonly bits?: number;
  readonly mmv?: number;
}

/** Square windows of a map, rows x columns x channels. */
function window(name: "sliding-window" | "parallel-window", given: Window, fitted?: true): Instance {
  const { map, kernel = 3, stride = 1, padding = 0, ...more } = given;
  const [height = 1, width = 1, channels = 1] = map.split("x").map(Number);
  const params = {
    ...{ height, width, channels, kernel: [kernel, kernel], stride: [stride, stride] },
    padding: [padding, padding, padding, padding],
    ...more,
  };
  return unit(
    name,
    { ...given, kernel },
    () =>
      name === "sliding-window" ? slidingWindowStage("unit", params) : parallelWindowStage("unit", params),
    fitted,
  );
}

const deal = (width: number, beats: number, mmv: number, fitted?: true): Instance =>
  unit(
    "window-deal",
    { width, beats, mmv },
    () => windowDealStage("unit", { width, beats, mmv }, mmv),
    fitted,
  );

const gather = (width: number, beats: number, mmv: number, fitted?: true): Instance =>
  unit(
    "window-gather",
    { width, beats, mmv },
    () => windowGatherStage("unit", { width, beats, mmv }, mmv),
    fitted,
  );

function maxPool(map: string, kernel: number, pe: number, fitted?: true): Instance {
  const [height = 1, width = 1, channels = 1] = map.split("x").map(Number);
  const params = { height, width, channels, pe, kernel: [kernel, kernel] };
  return unit("max-pool", { map, kernel, pe }, () => maxPoolStage("unit", params), fitted);
}

const converter = (from: number, to: number, lanes: number, fitted?: true): Instance =>
  unit("width-converter", { from, to, lanes }, () => converterStage("unit", { from, to, lanes }), fitted);

/** Two beats are a skid buffer, more a FIFO. */
const buffer = (depth: number, width: number, fitted?: true): Instance =>
  unit(depth <= 2 ? "skid" : "fifo", { depth, width }, () => bufferStage("unit", bits(width), depth), fitted);

function labelSelect(classes: number, outputs: number, pe: number, width: number, fitted?: true): Instance {
  const before = { name: "before", output: vec(pe, uint(width)) };
  return unit(
    "label-select",
    { classes, outputs, pe, width },
    () => labelStage(classes, outputs, before),
    fitted,
  );
}

/** A dense net at PE x SIMD of each of its layers, or any at a folding of examples/foldings. */
function net(model: string, fold: string): Instance {
  return {
    unit: "net",
    parameters: { model, fold, board: "zc706" },
    build: () => {
      const folding = fold.endsWith(".json")
        ? loadFolding(fileURLToPath(new URL(`../../examples/foldings/${fold}`, import.meta.url)))
        : Object.fromEntries(
            fold.split(" ").map((size, i) => {
              const [pe, simd] = pairOf(size);
              return [`dense${String(i)}`, { pe, simd }];
            }),
          );
      const { hardware, stages } = plan(resolveModel(model), folding, targetOf(loadBoard("zc706")));
      return { hardware: () => hardware, cost: sumOfCosts(stages.map((stage) => stage.cost())) };
    },
  };
}

export const instances: readonly Instance[] = [
  matrixVector("mvtu", "1152x128 4x36", true),
  matrixVector("mvtu", "64x64 4x8", true),
  matrixVector("mvtu", "576x64 4x36 4", true),
  matrixVector("mvtu", "512x16 2x8", true),
  matrixVector("mvtu", "2304x256 8x36", true),
  matrixVector("mvtu", "288x64 8x36"),
  matrixVector("mvtu", "784x64 8x49"),
  matrixVector("mvtu", "512x64 2x32 4"),
  matrixVector("mvtu", "144x48 12x16"),
  matrixVector("mvtu", "1024x256 4x16"),
  matrixVector("mvtu", "256x128 32x4 2"),
  matrixVector("mvtu", "384x32 4x48"),
  matrixVector("mvu", "128x10 10x8", true),
  matrixVector("mvu", "128x10 1x16", true),
  matrixVector("mvu", "256x10 1x32"),
  matrixVector("mvu", "512x20 5x64"),
  matrixVector("mvtu-signed", "27x64 16x3", true),
  matrixVector("mvtu-signed", "27x16 4x9 2", true),
  matrixVector("mvtu-signed", "27x64 8x9"),
  matrixVector("mvtu-signed", "75x32 8x5 2"),
  constantLayer("mvtu-constant", "64x64", true),
  constantLayer("mvtu-constant", "96x48"),
  constantLayer("mvu-constant", "64x10", true),
  constantLayer("mvu-constant", "200x16"),
  window("sliding-window", { map: "16x16x64", simd: 64 }, true),
  window("sliding-window", { map: "16x16x64", simd: 8 }, true),
  window("sliding-window", { map: "32x32x16", simd: 16, padding: 1 }, true),
  window("sliding-window", { map: "28x28x64", simd: 32 }, true),
  window("sliding-window", { map: "20x20x48", simd: 12 }),
  window("sliding-window", { map: "40x40x8", simd: 8, kernel: 5 }, true),
  window("sliding-window", { map: "26x26x32", simd: 16 }),
  window("sliding-window", { map: "10x10x128", simd: 16 }),
  window("sliding-window", { map: "24x24x32", simd: 8, stride: 2, padding: 1 }),
  window("parallel-window", { map: "32x32x3", simd: 3, bits: 8 }, true),
  window("parallel-window", { map: "30x30x64", simd: 64, mmv: 2 }, true),
  window("parallel-window", { map: "20x20x32", simd: 32, padding: 1 }),
  window("parallel-window", { map: "20x20x16", simd: 16, padding: 1, mmv: 4 }),
  deal(64, 9, 4, true),
  deal(16, 36, 4, true),
  deal(32, 18, 3),
  deal(24, 12, 5),
  gather(16, 8, 2, true),
  gather(16, 16, 3, true),
  gather(12, 10, 4, true),
  gather(24, 6, 3, true),
  gather(20, 8, 4, true),
  gather(9, 20, 3),
  gather(24, 4, 8, true),
  maxPool("28x28x64", 2, 64, true),
  maxPool("16x16x64", 2, 16, true),
  maxPool("12x12x96", 3, 24),
  maxPool("20x20x32", 2, 8),
  channelwise("9x64", 16, "both", true),
  channelwise("25x48", 8, "both", true),
  channelwise("9x96", 24, "both"),
  channelwise("9x128", 32, "weights"),
  channelwise("49x64", 16, "", true),
  channelwise("36x40", 10, "thresholds"),
  converter(64, 8, 1, true),
  converter(48, 64, 1, true),
  converter(16, 64, 4, true),
  converter(96, 16, 1),
  converter(36, 24, 2),
  converter(20, 50, 1),
  converter(72, 64, 1, true),
  converter(56, 40, 1),
  converter(32, 8, 2),
  converter(24, 72, 1),
  buffer(2, 64, true),
  buffer(2, 40),
  buffer(33, 64, true),
  buffer(501, 8, true),
  buffer(20, 48),
  buffer(16, 12),
  buffer(48, 5),
  buffer(402, 24),
  buffer(100, 20, true),
  buffer(90, 12),
  labelSelect(10, 10, 2, 10, true),
  labelSelect(10, 64, 16, 9, true),
  labelSelect(10, 10, 1, 11),
  labelSelect(16, 16, 8, 9),
  labelSelect(20, 20, 4, 8),
  labelSelect(10, 20, 5, 7),
  net("sfc", "4x98 2x64 4x32 1x16"),
  net("lfc", "2x28 4x16 2x32 1x2"),
  net("cnv", "cnv-max.json"),
];
