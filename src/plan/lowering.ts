import {
  foldOf,
  slidingWindowDepth,
  slidingWindowLeastDepth,
  type WindowParams,
} from "../../rtl/nn/index.ts";
import { SluiceError } from "../error.ts";
import { bits } from "../hdl/index.ts";
import {
  windows,
  type ConvLayer,
  type DenseLayer,
  type DepthwiseLayer,
  type GlobalAveragePoolLayer,
  type Layer,
  type MaxPoolLayer,
  type Tensor,
  type WeightedLayer,
} from "../network/index.ts";
import type { Target } from "./board.ts";
import { divisorsOf } from "./divisors.ts";
import { pixelsOf, type LayerFolding } from "./folding.ts";
import {
  bitsOf,
  bufferStage,
  channelwiseStage,
  converterStage,
  matrixVectorStage,
  maxPoolStage,
  parallelWindowStage,
  slidingWindowStage,
  windowDealStage,
  windowGatherStage,
  type Stage,
} from "./stage.ts";

/**
 * Words of sliding windows and beats of buffers, by the stage's name. Without a word said a window never waits in the
 * middle of a map, and a buffer is there only to cut the path of ready. 0 is no buffer, and the least that a window can
 * have; up to 2 a skid buffer, more a FIFO.
 */
export type Depths = Readonly<Record<string, number>>;

/** What a layer's stages depend on besides the layer. */
export interface LayerContext {
  readonly input: Tensor;
  readonly folding: LayerFolding;
  /** Bits of a beat of the stream that comes in; undefined where the layer may choose, at the input of the network. */
  readonly width: number | undefined;
  readonly depths: Depths;
  readonly target: Target;
}

/** The stages that a layer becomes; what its folding means was checked before. */
export function layerStages(layer: Layer, context: LayerContext): readonly Stage[] {
  const stages = stagesOf(layer, context);
  // The last of them hands on the layer's values.
  return stages.map((stage, i) => (i === stages.length - 1 ? { ...stage, layer } : stage));
}

function stagesOf(layer: Layer, context: LayerContext): readonly Stage[] {
  switch (layer.kind) {
    case "dense":
      return [denseStage(layer, context)];
    case "conv":
      return convStages(layer, context);
    case "depthwise":
      return depthwiseStages(layer, context);
    case "max-pool":
      return maxPoolStages(layer, context);
    case "global-average-pool":
      return [averagePoolStage(layer, context)];
  }
}

function denseStage(layer: DenseLayer, { input, folding, target }: LayerContext): Stage {
  const { name, weights, thresholds } = layer;
  return matrixVectorStage({
    name,
    params: { weights, ...folding, ...target },
    thresholds,
    values: valuesOf(layer, input),
    vectors: 1,
  });
}

/** What the unit of a layer computes on. Throws SluiceError `layer-unsupported`. */
function valuesOf({ name, thresholds }: DenseLayer | ConvLayer, { values }: Tensor): "bit" | "int8" {
  if (values !== "int8") return "bit";
  if (thresholds !== undefined) return "int8";
  throw new SluiceError("layer-unsupported", "there is no hardware for a layer on bytes without thresholds", {
    where: name,
    hint: "put a layer with thresholds before it",
  });
}

/** What gives the vectors of the windows, the matrix-vector unit, and what puts its results in order. */
function convStages(layer: ConvLayer, context: LayerContext): readonly Stage[] {
  const { name, weights, thresholds } = layer;
  const { input, folding, target } = context;
  const { pe, mmv = 1 } = folding;
  const unit = matrixVectorStage({
    name,
    params: { weights, ...folding, ...target },
    thresholds,
    values: valuesOf(layer, input),
    vectors: pixelsOf(layer),
  });
  const vectors = vectorStages(layer, context, unit.cycles);
  if (mmv === 1 || pe === weights.rows) return [...vectors, unit];
  const { sf, nf } = foldOf(weights, pe, folding.simd);
  // A store that gives a word per cycle keeps up with a unit that takes MMV cycles and more for each of its beats.
  if (mmv <= sf)
    return [
      ...vectors,
      unit,
      windowGatherStage(`${name}_gather`, { width: pe, beats: nf, mmv }, pixelsOf(layer)),
    ];
  // A beat is PE values of each of MMV pixels: whole pixels put them in order.
  return [...vectors, unit, converterStage(`${name}_pixels`, { from: pe, to: weights.rows, lanes: mmv })];
}

/**
 * What gives a matrix-vector unit that takes `cycles` per frame its vectors: windows word by word where that is fast
 * enough, else all taps at once. A unit takes its vectors in bursts, during the first of its neuron groups. Words that
 * keep up with the bursts go there directly; narrower ones may do on average, behind a store of whole vectors.
 * What takes the fewest LUTs besides the window is chosen, and of equals the narrowest words, with the smallest window.
 */
function vectorStages(layer: ConvLayer, context: LayerContext, cycles: number): readonly Stage[] {
  const { input, folding } = context;
  const pixels = pixelsOf(layer);
  const cutting = takesEveryPixel(layer) ? 0 : serialCycles(layer);
  const [arrangement] = divisorsOf(input.channels)
    .map((word) => arrange(layer, folding, word))
    .filter(({ word, interval }) => Math.max(pixels * interval, (cutting * input.channels) / word) <= cycles)
    .sort((a, b) => a.luts - b.luts);
  if (arrangement !== undefined) return serialStages(layer, context, { ...arrangement, cycles });
  if (canBeParallel(layer, folding.mmv ?? 1)) return parallelStages(layer, context);
  // Where no word keeps up, that of a whole pixel sets the pace.
  return serialStages(layer, context, { ...arrange(layer, folding, input.channels), stored: true, cycles });
}

/** How words of a window become the beats of a matrix-vector unit. */
interface Arrangement {
  /** Channels per word. */
  readonly word: number;
  /** Words are cut or joined to SIMD values before windows are laid side by side: one converter instead of MMV. */
  readonly cutFirst: boolean;
  /** Whole vectors are stored in front of the unit. */
  readonly stored: boolean;
  /** Cycles per window. */
  readonly interval: number;
  /** Rough, for values of one bit: of the store, and of a converter that shifts. */
  readonly luts: number;
}

function arrange({ weights }: ConvLayer, { pe, simd, mmv = 1 }: LayerFolding, word: number): Arrangement {
  const { sf, nf } = foldOf(weights, pe, simd);
  const words = weights.columns / word;
  // A window then takes SF cycles at least, of which the unit has NF for MMV windows.
  const cutFirst = word <= simd || mmv <= nf;
  const interval = cutFirst ? Math.max(words, sf) : words;
  const inBursts = words <= sf && (mmv - 1) * interval <= (nf - 1) * sf;
  // RAM32M keeps 6 bits of 32 words in four LUTs. Where one width divides the other, nothing is shifted; else the
  // converter took 399 LUTs from 64 to 48 bits.
  const store = Math.ceil((sf + 1) / 32) * 4 * Math.ceil((mmv * simd) / 6);
  const shifts = simd % word !== 0 && word % simd !== 0;
  const luts = (inBursts ? 0 : store) + (shifts ? 3.5 * (word + simd) * (cutFirst ? 1 : mmv) : 0);
  return { word, cutFirst, stored: !inBursts, interval, luts };
}

/** All taps of MMV windows at once, cut into the beats that the unit takes. */
function parallelStages(layer: ConvLayer, { input, folding }: LayerContext): readonly Stage[] {
  const { name, weights } = layer;
  const { simd, mmv = 1 } = folding;
  const params = { ...windowParams(layer, input), simd: input.channels, mmv };
  const [from, to] = [weights.columns * bitsOf(input), simd * bitsOf(input)];
  const window = parallelWindowStage(`${name}_window`, params);
  return from === to ? [window] : [window, converterStage(`${name}_vectors`, { from, to, lanes: mmv })];
}

/** Words of the windows one after the other, cut or joined to SIMD values and those of MMV windows laid side by side. */
function serialStages(
  layer: ConvLayer,
  { input, folding, depths }: LayerContext,
  { word, cutFirst, stored, interval, cycles }: Arrangement & { readonly cycles: number },
): readonly Stage[] {
  const { name, weights } = layer;
  const { simd, mmv = 1 } = folding;
  const [from, to] = [word * bitsOf(input), simd * bitsOf(input)];
  const [pixels, beats] = [pixelsOf(layer), weights.columns / simd];
  const params = { ...windowParams(layer, input), simd: word };
  const words = weights.columns / word;
  const stages: Stage[] = [];
  if (!takesEveryPixel(layer)) {
    const pause = Math.max(0, Math.floor(cycles / pixels) - interval);
    stages.push(windowStage(`${name}_window`, params, depths, pause));
  }
  const first = mmv === 1 || cutFirst;
  if (first && from !== to) stages.push(converterStage(`${name}_vectors`, { from, to, lanes: 1 }));
  const [width, count] = first ? [to, beats] : [from, words];
  if (mmv > 1) stages.push(windowDealStage(`${name}_deal`, { width, beats: count, mmv }, pixels));
  // Wide words are stored as they come, so that the converter holds nothing up; narrow ones as the unit takes them.
  const depth = depths[`${name}_store`] ?? count + 1;
  if (stored && (!first || beats > 1) && depth > 0)
    stages.push(bufferStage(`${name}_store`, bits(mmv * width), depth));
  if (!first) stages.push(converterStage(`${name}_vectors`, { from, to, lanes: mmv }));
  return stages;
}

/** A consumer that pauses between windows leaves the rows longer to come in. */
function windowStage(name: string, params: WindowParams, depths: Depths, pause = 0): Stage {
  const window = JSON.stringify(params);
  const asked = depths[name];
  const depth =
    asked === undefined
      ? remember(`${window} ${String(pause)}`, () => slidingWindowDepth(params, { pause }))
      : Math.max(
          asked,
          remember(window, () => slidingWindowLeastDepth(params)),
        );
  return slidingWindowStage(name, { ...params, depth });
}

/** Depths of windows that were asked for before: a search over foldings asks for few, many times. */
const knownDepths = new Map<string, number>();

function remember(key: string, depthOf: () => number): number {
  let depth = knownDepths.get(key);
  if (depth === undefined) knownDepths.set(key, (depth = depthOf()));
  return depth;
}

function windowParams(layer: ConvLayer | DepthwiseLayer, input: Tensor) {
  const { kernel, stride, dilation, padding } = layer;
  const { top, left, bottom, right, value } = padding;
  const valueBits = bitsOf(input);
  return {
    height: input.height,
    width: input.width,
    channels: input.channels,
    kernel: [kernel.height, kernel.width],
    stride: [stride.height, stride.width],
    dilation: [dilation.height, dilation.width],
    padding: [top, left, bottom, right],
    bits: valueBits,
    // Among bits, -1 is the bit 0; among bytes the value itself.
    padValue: valueBits === 1 ? 0 : value & 0xff,
  };
}

/** Whether the parallel window takes the layer: see its parameters. */
function canBeParallel(layer: ConvLayer, mmv: number): boolean {
  const { input, kernel, stride, dilation, padding } = layer;
  const fits = mmv === 1 || stride.width === 1;
  const divides = input.width % mmv === 0 && windows(layer).width % mmv === 0;
  const padded =
    padding.top + padding.bottom <= (kernel.height - 1) * dilation.height &&
    padding.left + padding.right <= (kernel.width - 1) * dilation.width;
  return fits && divides && padded;
}

/** A window whose words are PE channels of a tap, and a count per channel. */
function depthwiseStages(layer: DepthwiseLayer, context: LayerContext): readonly Stage[] {
  const { input, folding, depths, target } = context;
  const { name, weights, thresholds } = layer;
  if (target.writable === true) {
    throw new SluiceError(
      "weights-not-writable",
      "the weights of a depthwise layer are constants of its unit",
      {
        where: name,
        hint: "build it without --writable-weights, or use a convolution",
      },
    );
  }
  const { pe } = folding;
  const params = { channels: input.channels, pe, taps: weights.columns, weights };
  return [
    windowStage(`${name}_window`, { ...windowParams(layer, input), simd: pe }, depths),
    channelwiseStage(name, params, { thresholds, vectors: pixelsOf(layer) }),
  ];
}

/** As many channels per beat as come in, at most a pixel's. */
function channelsPerBeat({ input, width }: LayerContext): number {
  return width !== undefined && input.channels % width === 0 ? width : input.channels;
}

function averagePoolStage(layer: GlobalAveragePoolLayer, context: LayerContext): Stage {
  const { height, width, channels } = layer.input;
  const params = { channels, pe: channelsPerBeat(context), taps: height * width };
  return channelwiseStage(layer.name, params, { thresholds: layer.thresholds, vectors: 1 });
}

/** Windows that overlap are cut out first, and pooled as maps of their own. */
function maxPoolStages(layer: MaxPoolLayer, context: LayerContext): readonly Stage[] {
  const { name, input, kernel, stride } = layer;
  const pe = channelsPerBeat(context);
  const [kernelSize, strideSize] = [
    [kernel.height, kernel.width],
    [stride.height, stride.width],
  ];
  const { height, width, channels } = input;
  if (stride.height >= kernel.height && stride.width >= kernel.width)
    return [maxPoolStage(name, { height, width, channels, pe, kernel: kernelSize, stride: strideSize })];
  const maps = pixelsOf(layer);
  const window = { height, width, channels, simd: pe, kernel: kernelSize, stride: strideSize };
  return [
    windowStage(`${name}_window`, window, context.depths),
    maxPoolStage(
      name,
      { height: kernel.height, width: kernel.width, channels, pe, kernel: kernelSize },
      maps,
    ),
  ];
}

/**
 * Cycles per frame that cutting out the windows takes at the least, at a folding: a word of all channels per cycle, or
 * all taps at once where the parallel window is possible. 0 without a window.
 */
export function windowCycles(layer: WeightedLayer, { pe, mmv = 1 }: LayerFolding): number {
  if (layer.kind === "dense") return 0;
  const { input } = layer;
  const pixels = input.height * input.width;
  const serial = serialCycles(layer);
  if (layer.kind === "depthwise") return (serial * input.channels) / pe;
  if (takesEveryPixel(layer)) return pixels / mmv;
  return canBeParallel(layer, mmv) ? Math.min(serial, pixels / mmv) : serial;
}

/** Cycles per frame of a window whose words are whole pixels (see `slidingWindowInterval`). */
function serialCycles(layer: ConvLayer | DepthwiseLayer): number {
  const { input, kernel } = layer;
  const { height, width } = windows(layer);
  return Math.max(input.height * input.width, height * width * kernel.height * kernel.width);
}

/** Whether windows are the pixels themselves, in their order. */
function takesEveryPixel({ kernel, stride, padding }: ConvLayer): boolean {
  const { top, left, bottom, right } = padding;
  const single = kernel.height * kernel.width * stride.height * stride.width === 1;
  return single && top + left + bottom + right === 0;
}
