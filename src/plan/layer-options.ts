import { bitWidth } from "../hdl/index.ts";
import {
  kernelExtent,
  outputTensor,
  volume,
  weightSize,
  windows,
  type Layer,
  type Tensor,
  type WeightedLayer,
} from "../network/index.ts";
import type { Target } from "./board.ts";
import { sumOfCosts, type Cost } from "./cost/cost.ts";
import { divisorsOf } from "./divisors.ts";
import { isFolded, lanesOf, pixelsOf, type LayerFolding } from "./folding.ts";
import { layerStages, windowCycles } from "./lowering.ts";
import type { Stage } from "./stage.ts";

/** A folding of a layer, and the cycles per frame that its slowest unit then takes. */
export interface Choice {
  readonly folding: LayerFolding;
  readonly lanes: number;
  readonly cycles: number;
}

/** What a layer becomes at a folding. */
export interface LayerOption {
  /** Undefined where the layer goes with the beats that come in. */
  readonly folding: LayerFolding | undefined;
  readonly first: Stage;
  readonly last: Stage;
  /** Of its units, without what stands between it and its neighbours. */
  readonly cost: Cost;
  /** Per frame; the plan's schedule may come out a few cycles off where a unit waits for its windows. */
  readonly cycles: number;
  readonly flow: Flow;
}

/** When a layer gives its results, roughly: the search's view of latency, in cycles. */
export interface Flow {
  /** Part of the input that has come before the first result can be computed. */
  readonly fill: number;
  /** From the first result to the last, where the input holds nothing up. */
  readonly work: number;
  /** From the last of the input to the last result, at least. */
  readonly tail: number;
  /** From the input that a result waits for to the result. */
  readonly delay: number;
  /** The input takes so many cycles to come in at least. */
  readonly intake: number;
}

/** The most pixels side by side that the search tries; accumulators and replay buffers are there for each. */
const mostMmv = 16;

/** All foldings of a layer, padded as it may be, those of fewest lanes first; of a writable one those with a memory. */
export function choicesOf(
  layer: WeightedLayer,
  padding: Pick<LayerFolding, "rows">,
  writable: boolean,
): readonly Choice[] {
  const { rows, columns } = weightSize(layer);
  const pixels = pixelsOf(layer);
  const sideBySide = layer.kind === "conv" ? divisorsOf(pixels).filter((mmv) => mmv <= mostMmv) : [1];
  const simds = layer.kind === "depthwise" ? [1] : divisorsOf(columns);
  const choices = sideBySide.flatMap((mmv) =>
    divisorsOf(rows).flatMap((pe) =>
      simds
        .filter((simd) => !writable || pe < rows || simd < columns)
        .map((simd): Choice => {
          const folding = { pe, simd, ...(mmv > 1 ? { mmv } : {}), ...padding };
          const product = (rows / pe) * (columns / simd) * (pixels / mmv);
          return {
            folding,
            lanes: lanesOf(folding),
            cycles: Math.max(product, windowCycles(layer, folding)),
          };
        }),
    ),
  );
  return choices.sort((a, b) => a.lanes - b.lanes);
}

/**
 * Numbers of rows that have more divisors, for little more work: the next multiples of small powers of two, at most a
 * quarter more than the layer's own.
 */
export function rowsToTry(rows: number): readonly number[] {
  const multiples = [4, 8, 16, 32].map((step) => Math.ceil(rows / step) * step);
  return [...new Set([rows, ...multiples])].filter((padded) => padded <= 1.25 * rows);
}

/** @param width Bits of a beat that comes in; undefined at the input of the network. */
export function optionOf(
  layer: Layer,
  input: Tensor,
  folding: LayerFolding | undefined,
  width: number | undefined,
  target: Target,
): LayerOption {
  const stages = layerStages(layer, {
    input,
    folding: folding ?? { pe: 1, simd: 1 },
    width,
    depths: {},
    target,
  });
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a layer has stages");
  return {
    folding,
    first,
    last,
    cost: sumOfCosts(stages.map((stage) => stage.cost())),
    cycles: cyclesOf(layer, folding, stages),
    flow: flowOf(layer, input, folding, first, last),
  };
}

/**
 * Cycles per frame of the slowest unit, and what it waits for where a parallel window stands before it: the first rows of
 * a frame come in without a window, in which the unit has one vector left to work on.
 */
function cyclesOf(layer: Layer, folding: LayerFolding | undefined, stages: readonly Stage[]): number {
  const slowest = Math.max(...stages.map(({ cycles }) => cycles));
  const unit = stages.find(({ name }) => name === layer.name);
  if (layer.kind !== "conv" || unit === undefined) return slowest;
  if (!stages.some((stage) => stage.unit === "parallel-window")) return slowest;
  const { mmv = 1 } = folding ?? {};
  const { top, bottom, left, right } = layer.padding;
  const extent = kernelExtent(layer.kernel, layer.dilation);
  const [rows, columns] = [extent.height - 1 - top - bottom, extent.width - 1 - left - right];
  const withoutWindow = (rows * layer.input.width + columns) / mmv;
  const perVector = unit.cycles / (pixelsOf(layer) / mmv);
  return Math.max(slowest, Math.ceil(unit.cycles + withoutWindow - perVector));
}

/** Cycles from operands to result that all units have about: registers of a tree, an adder and the output. */
const unitDelay = 6;

function flowOf(
  layer: Layer,
  input: Tensor,
  folding: LayerFolding | undefined,
  first: Stage,
  last: Stage,
): Flow {
  const beats = (volume(input) * (input.values === "int8" ? 8 : 1)) / bitWidth(first.input);
  if (layer.kind === "dense" && folding !== undefined) {
    const sf = layer.inputs / folding.simd;
    const later = (layer.outputs / folding.pe - 1) * sf;
    return { fill: 1, work: later, tail: later, delay: unitDelay, intake: sf };
  }
  if (layer.kind === "dense" || layer.kind === "global-average-pool") {
    const results = outputTensor(layer).channels / channelsOf(last);
    return { fill: 1, work: results - 1, tail: results - 1, delay: unitDelay, intake: beats };
  }
  const { height, width } = layer.input;
  const extent = kernelExtent(layer.kernel, isFolded(layer) ? layer.dilation : undefined);
  const { top, left } = isFolded(layer) ? layer.padding : { top: 0, left: 0 };
  const out = windows(layer);
  const cycles = Math.max(first.cycles, last.cycles);
  const perWindow = cycles / (out.height * out.width);
  return {
    fill: ((extent.height - 1 - top) * width + extent.width - left) / (height * width),
    work: cycles - perWindow,
    // The windows of the last row wait for its pixels, or for the unit.
    tail: Math.max(perWindow, perWindow * out.width - cycles / height),
    delay: unitDelay + perWindow,
    intake: beats,
  };
}

function channelsOf({ output }: Stage): number {
  return output.kind === "vec" ? output.length : bitWidth(output);
}
