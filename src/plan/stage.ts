import {
  checkWritable,
  foldOf,
  labelSelect,
  labelSelectLatency,
  matrixVectorSchedule,
  maxPool,
  maxPoolTiming,
  mvtu,
  mvtuConstant,
  mvtuConstantLatency,
  mvtuSigned,
  mvtuSignedUse,
  mvtuUse,
  mvu,
  mvuConstant,
  mvuConstantLatency,
  mvuUse,
  parallelWindow,
  parallelWindowInterval,
  parallelWindowTiming,
  slidingWindow,
  slidingWindowBuffer,
  slidingWindowInterval,
  slidingWindowTiming,
  vvtu,
  vvtuTiming,
  vvu,
  vvuTiming,
  weightContents,
  weightMemory,
  windowDeal,
  windowDealTiming,
  windowGather,
  windowGatherTiming,
  windowShape,
  type MatrixVectorParams,
  type MaxPoolParams,
  type ParallelWindowParams,
  type PartWrite,
  type SlidingWindowParams,
  type TotalsUse,
  type VectorVectorParams,
  type WeightMatrix,
  type WindowDealParams,
  type WindowGatherParams,
} from "../../rtl/nn/index.ts";
import type { UnitTiming } from "../../rtl/unit-timing.ts";
import { weigh, type MemorySize } from "../../rtl/memory-shape.ts";
import {
  fifo,
  skidBuffer,
  widthConverter,
  widthConverterBuffer,
  type FifoStyle,
} from "../../rtl/stream/index.ts";
import {
  bits,
  bitsFor,
  bitWidth,
  sint,
  uint,
  vec,
  type Hardware,
  type InputPort,
  type Kind,
  type PortRecord,
  type SinkPort,
  type SourcePort,
} from "../hdl/index.ts";
import type { Layer, Tensor } from "../network/index.ts";
import { channelwiseCost, maxPoolCost } from "./cost/channelwise.ts";
import { constantLayerCost } from "./cost/constant-layer.ts";
import type { Cost } from "./cost/cost.ts";
import { labelSelectCost } from "./cost/label-select.ts";
import { matrixVectorCost } from "./cost/matrix-vector.ts";
import { fifoCost, skidBufferCost, widthConverterCost } from "./cost/stream.ts";
import { parallelWindowCost, slidingWindowCost, windowDealCost, windowGatherCost } from "./cost/window.ts";
import type { LayerFolding } from "./folding.ts";
import {
  fifoTiming,
  gatherTiming,
  matrixVectorTiming,
  skidTiming,
  widthConverterTiming,
} from "./unit-timings.ts";
import { weightStore, type WeightStore } from "./weight-store.ts";

/** One unit of the pipeline: part of a layer, a buffer between layers, the label select. */
export interface Stage {
  /** Instance name in the RTL. */
  readonly name: string;
  readonly unit:
    | "mvtu"
    | "mvu"
    | "mvtu-constant"
    | "mvu-constant"
    | "sliding-window"
    | "parallel-window"
    | "window-deal"
    | "window-gather"
    | "max-pool"
    | "vvtu"
    | "vvu"
    | "width-converter"
    | "skid"
    | "fifo"
    | "label-select";
  /** The layer whose values, in their order, this stage hands on. */
  readonly layer?: Layer | undefined;
  /** Set on the stages that compute. */
  readonly folding?: LayerFolding | undefined;
  /** Where the weights of a matrix-vector unit are kept. */
  readonly weightStore?: WeightStore | undefined;
  /** Cycles per frame that the unit is busy for at least; 0 for buffers and converters. */
  readonly cycles: number;
  /** Beats that a buffer holds, words that a sliding window does; 0 for others. */
  readonly depth: number;
  /** What holds the words of a FIFO. */
  readonly fifoStyle?: FifoStyle | undefined;
  /** No path leads from the ready behind the unit to the ready in front of it. */
  readonly cutsReady: boolean;
  readonly input: Kind;
  readonly output: Kind;
  /** A fresh timing model. */
  readonly timing: () => UnitTiming;
  readonly hardware: () => Hardware<StagePorts>;
  /** The memory behind port `weights`, where that can be written. */
  readonly writable?: WritableWeights | undefined;
  /** What synthesis makes of it, estimated: see docs/architecture.md, "The cost of hardware". */
  readonly cost: () => Cost;
}

/** Ports of a stage; `weights` is there where they can be written. */
export interface StagePorts extends PortRecord {
  readonly x: SinkPort;
  readonly y: SourcePort;
  readonly weights?: InputPort<PartWrite>;
}

/** A memory of weights and thresholds that can be written. */
export interface WritableWeights extends MemorySize {
  /** Its words for the weights and thresholds of the plan. */
  readonly contents: () => readonly bigint[];
}

/** Bits of a value as hardware takes it. */
export const bitsOf = ({ values }: Pick<Tensor, "values">): number => (values === "int8" ? 8 : 1);

/** Bits of each of the lanes of a beat, before and behind. */
export interface Conversion {
  readonly from: number;
  readonly to: number;
  readonly lanes: number;
}

export function converterStage(name: string, { from, to, lanes }: Conversion): Stage {
  const { chunk, limit } = widthConverterBuffer({ from, to });
  return {
    name,
    unit: "width-converter",
    cycles: 0,
    depth: 0,
    cutsReady: true,
    input: bits(lanes * from),
    output: bits(lanes * to),
    timing: () => widthConverterTiming({ from: from / chunk, to: to / chunk, limit }),
    hardware: () => widthConverter({ from, to, lanes }),
    cost: () => widthConverterCost({ from, to, lanes }),
  };
}

/** The matrix-vector unit of a layer. */
export interface MatrixVector {
  readonly name: string;
  readonly params: MatrixVectorParams;
  /** Undefined: the sums themselves leave. */
  readonly thresholds: Int32Array | undefined;
  readonly values: "bit" | "int8";
  /** Vectors of a frame. */
  readonly vectors: number;
}

export function matrixVectorStage(layer: MatrixVector): Stage {
  const { name, params, thresholds, values, vectors } = layer;
  const { weights, pe, simd, mmv = 1, writable = false } = params;
  checkWritable(name, writable, params);
  if (pe === weights.rows && simd === weights.columns && mmv === 1 && values === "bit")
    return constantStage(layer);
  const use = usesOf(params, thresholds, values);
  const { sf, nf } = foldOf(weights, pe, simd);
  const memory = weightMemory(params, use);
  const common = {
    name,
    folding: { pe, simd, ...(mmv > 1 ? { mmv } : {}) },
    weightStore: weightStore(memory, weights.rows * weights.columns),
    ...(writable
      ? {
          writable: { words: memory.words, width: memory.width, contents: () => weightContents(params, use) },
        }
      : {}),
    cycles: (sf * nf * vectors) / mmv,
    depth: 0,
    cutsReady: false,
    // Its depth is that of a tree of cells, which takes milliseconds to build.
    timing: () => matrixVectorTiming(matrixVectorSchedule(params, use)),
    cost: () => matrixVectorCost(params, use),
  };
  if (thresholds === undefined) {
    return {
      ...common,
      unit: "mvu",
      input: bits(mmv * simd),
      output: vec(mmv * pe, uint(bitsFor(weights.columns))),
      hardware: () => mvu(params),
    };
  }
  return {
    ...common,
    unit: "mvtu",
    input: values === "int8" ? vec(mmv * simd, sint(8)) : bits(mmv * simd),
    output: bits(mmv * pe),
    hardware: () => (values === "int8" ? mvtuSigned : mvtu)({ ...params, thresholds }),
  };
}

/** A layer on bits that takes a whole vector per cycle: its weights are no memory, but part of the logic. */
function constantStage({ name, params, thresholds, vectors }: MatrixVector): Stage {
  const { weights, pe, simd, technology, clockMHz } = params;
  const unit = { weights, technology, clockMHz };
  const common = {
    name,
    folding: { pe, simd },
    cycles: vectors,
    depth: 0,
    cutsReady: false,
    input: bits(simd),
    cost: () => constantLayerCost({ ...unit, thresholds }),
  };
  if (thresholds === undefined) {
    return {
      ...common,
      unit: "mvu-constant",
      output: vec(pe, uint(bitsFor(simd))),
      timing: () => gatherTiming(1, mvuConstantLatency(unit)),
      hardware: () => mvuConstant(unit),
    };
  }
  return {
    ...common,
    unit: "mvtu-constant",
    output: bits(pe),
    timing: () => gatherTiming(1, mvtuConstantLatency({ ...unit, thresholds })),
    hardware: () => mvtuConstant({ ...unit, thresholds }),
  };
}

/** What becomes of the sums that the unit forms: the same at all foldings, and kept. */
function usesOf(
  params: MatrixVectorParams,
  thresholds: Int32Array | undefined,
  values: "bit" | "int8",
): TotalsUse {
  if (thresholds === undefined) return mvuUse;
  const known = uses[values].get(thresholds);
  if (known?.weights === params.weights) return known.use;
  const use = (values === "int8" ? mvtuSignedUse : mvtuUse)({ ...params, thresholds });
  uses[values].set(thresholds, { weights: params.weights, use });
  return use;
}

type KnownUses = WeakMap<Int32Array, { readonly weights: WeightMatrix; readonly use: TotalsUse }>;
const uses: Readonly<Record<"bit" | "int8", KnownUses>> = { bit: new WeakMap(), int8: new WeakMap() };

export function slidingWindowStage(name: string, params: SlidingWindowParams): Stage {
  const kind = bits(windowShape(name, params).wordBits);
  return {
    name,
    unit: "sliding-window",
    cycles: slidingWindowInterval(params),
    depth: slidingWindowBuffer(params).depth,
    cutsReady: true,
    input: kind,
    output: kind,
    timing: () => slidingWindowTiming(params),
    hardware: () => slidingWindow(params),
    cost: () => slidingWindowCost(params),
  };
}

export function parallelWindowStage(name: string, params: ParallelWindowParams): Stage {
  const { wordBits, kernelY, kernelX } = windowShape(name, params);
  const mmv = params.mmv ?? 1;
  return {
    name,
    unit: "parallel-window",
    cycles: parallelWindowInterval(params),
    depth: 0,
    cutsReady: false,
    input: bits(mmv * wordBits),
    output: bits(mmv * kernelY * kernelX * wordBits),
    timing: () => parallelWindowTiming(params),
    hardware: () => parallelWindow(params),
    cost: () => parallelWindowCost(params),
  };
}

/** `windows` windows make a frame. */
export function windowDealStage(name: string, params: WindowDealParams, windows: number): Stage {
  const { width, beats, mmv } = params;
  return {
    name,
    unit: "window-deal",
    cycles: windows * beats,
    depth: 0,
    cutsReady: false,
    input: bits(width),
    output: bits(mmv * width),
    timing: () => windowDealTiming(params),
    hardware: () => windowDeal(params),
    cost: () => windowDealCost(params),
  };
}

/** `windows` windows make a frame. */
export function windowGatherStage(name: string, params: WindowGatherParams, windows: number): Stage {
  const { width, beats, mmv } = params;
  return {
    name,
    unit: "window-gather",
    cycles: windows * beats,
    depth: 0,
    cutsReady: true,
    input: bits(mmv * width),
    output: bits(width),
    timing: () => windowGatherTiming(params),
    hardware: () => windowGather(params),
    cost: () => windowGatherCost(params),
  };
}

/** A depthwise convolution or a global average pool; `vectors` results of all channels make a frame. */
export function channelwiseStage(
  name: string,
  params: VectorVectorParams,
  { thresholds, vectors }: { readonly thresholds: Int32Array | undefined; readonly vectors: number },
): Stage {
  const { channels, pe, taps = 1, weights } = params;
  const common = {
    name,
    ...(weights === undefined ? {} : { folding: { pe, simd: 1 } }),
    cycles: (vectors * taps * channels) / pe,
    depth: 0,
    cutsReady: false,
    input: bits(pe),
    cost: () => channelwiseCost(params, thresholds),
  };
  return thresholds === undefined
    ? {
        ...common,
        unit: "vvu",
        output: vec(pe, uint(bitsFor(taps))),
        timing: () => vvuTiming(params),
        hardware: () => vvu(params),
      }
    : {
        ...common,
        unit: "vvtu",
        output: bits(pe),
        timing: () => vvtuTiming(params),
        hardware: () => vvtu({ ...params, thresholds }),
      };
}

/** `maps` maps of the pool's size make a frame. */
export function maxPoolStage(name: string, params: MaxPoolParams, maps = 1): Stage {
  const { height, width, channels, pe } = params;
  return {
    name,
    unit: "max-pool",
    cycles: (maps * height * width * channels) / pe,
    depth: 0,
    cutsReady: false,
    input: bits(pe),
    output: bits(pe),
    timing: () => maxPoolTiming(params),
    hardware: () => maxPool(params),
    cost: () => maxPoolCost(params),
  };
}

/** What a FIFO for `depth` beats is made of: the rest of them are in its registers. */
interface FifoMake {
  readonly style: FifoStyle;
  readonly words: number;
}

/** The style that costs least: shift registers up to 64 words, distributed RAM, or block RAM, a cycle slower. */
function fifoMake(width: number, depth: number): FifoMake {
  const styles: readonly FifoStyle[] = ["distributed", "shift", "block"];
  const makes = styles.map((style): FifoMake => ({ style, words: depth - fifoRegisters[style] }));
  const weight = ({ style, words }: FifoMake): number => weigh(fifoCost({ words, width, style }));
  return makes
    .filter(({ style, words }) => words >= 2 && (style !== "shift" || words <= 64))
    .reduce((best, make) => (weight(make) < weight(best) ? make : best));
}

/** Beats that a FIFO holds behind its memory. */
const fifoRegisters = { shift: 1, distributed: 1, block: 2 } as const;

/** Up to two beats are a skid buffer, more a FIFO; Infinity is for the timing model only. */
export function bufferStage(name: string, kind: Kind, depth: number): Stage {
  const width = bitWidth(kind);
  const common = { name, cycles: 0, depth: Math.max(2, depth), cutsReady: true, input: kind, output: kind };
  if (depth <= 2) {
    return {
      ...common,
      unit: "skid",
      timing: skidTiming,
      hardware: () => skidBuffer({ kind }),
      cost: () => skidBufferCost(width),
    };
  }
  const { style, words } =
    depth === Infinity ? ({ style: "distributed", words: Infinity } as const) : fifoMake(width, depth);
  return {
    ...common,
    unit: "fifo",
    fifoStyle: style,
    timing: () => fifoTiming(words, fifoRegisters[style]),
    hardware: () => fifo({ kind, depth: words, style }),
    cost: () => fifoCost({ words, width, style }),
  };
}

/** The class of the greatest of the first `classes` of `outputs` scores that `before` hands on. */
export function labelStage(classes: number, outputs: number, before: Pick<Stage, "name" | "output">): Stage {
  const { output } = before;
  if (output.kind !== "vec") throw new Error(`${before.name} hands on no scores`);
  const [pe, width] = [output.length, bitWidth(output) / output.length];
  const params = { classes, outputs, width, pe };
  return {
    name: "label_select",
    unit: "label-select",
    cycles: outputs / pe,
    depth: 0,
    cutsReady: false,
    input: output,
    output: uint.below(classes),
    timing: () => gatherTiming(outputs / pe, labelSelectLatency(params)),
    hardware: () => labelSelect(params),
    cost: () => labelSelectCost(params),
  };
}
