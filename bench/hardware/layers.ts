import {
  matrixVectorSchedule,
  mvtu,
  mvtuConstant,
  mvtuSigned,
  mvtuSignedUse,
  mvu,
  mvuConstant,
  vvtu,
  vvtuTicks,
  vvu,
  vvuTicks,
  type MvtuParams,
} from "../../rtl/nn/index.ts";
import { biasFor } from "../../rtl/nn/bias.ts";
import { processingElements } from "../../rtl/nn/processing-elements.ts";
import * as rivals from "./baselines.ts";
import { atMost, randomLayer, sizeOf, type Circuit, type RandomLayer } from "./circuit.ts";
import { plainConstantLayer, plainElement } from "./plain.ts";
import type { Row } from "./report.ts";

const fabric = { technology: "xilinx7", clockMHz: 200 } as const;

/** The layer that RTL-FINN was measured with, at PE x SIMD. */
function finnLayer(size: string): {
  readonly parameters: Row["parameters"];
  readonly params: MvtuParams & RandomLayer;
} {
  const [pe, simd] = sizeOf(size);
  const folding = { pe, simd, memory: "block", ...fabric } as const;
  return {
    parameters: { columns: 1152, rows: 128, ...folding },
    params: { ...randomLayer(1, 128, 1152), ...folding },
  };
}

/** One PE of that layer, with accumulator and threshold; RTL-FINN's has no threshold. */
const elements = ([8, 16, 32, 64] as const).flatMap((simd) =>
  (["portable", "xilinx7"] as const).map((technology): Circuit => {
    const columns = 1152;
    const { thresholds } = randomLayer(1, 128, columns);
    const params = {
      ...{ pe: 1, simd, mmv: 1, inputBits: 1, accumulates: true, thresholded: true },
      ...biasFor([...thresholds], columns / simd, columns),
      ...{ technology, clockMHz: 200 },
    };
    const lut = { 8: undefined, 16: undefined, 32: 44, 64: 72 }[simd];
    return {
      circuit: "processing-elements",
      parameters: { pe: 1, simd, columns, technology, clockMHz: 200 },
      build: () => ({ hardware: processingElements(params), cycles: columns / simd }),
      plain: () => plainElement({ simd, columns }),
      baselines: [rivals.rtlFinnPe(simd), rivals.firstTryPe(simd)],
      ...(technology === "portable" ? { noMoreThanPlain: true } : { limits: { lut, depthNs: 4 } }),
    };
  }),
);

const withoutThresholds = (["4x32", "8x32", "16x64", "32x64"] as const).map((size): Circuit => {
  const { parameters, params } = finnLayer(size);
  const { simd } = params;
  return {
    circuit: "mvu",
    parameters,
    build: () => ({
      hardware: mvu(params),
      cycles: matrixVectorSchedule(params, { inputBits: 1 }).cycles,
    }),
    baselines: [rivals.rtlFinnCore(size)],
    slow: simd === 64,
  };
});

const wholeUnits = (["16x64", "32x64"] as const).map((size): Circuit => {
  const { parameters, params } = finnLayer(size);
  const rival = rivals.rtlFinnUnit(size);
  const { lut, lutPaired = 0, bram36, cycles } = rival;
  return {
    circuit: "mvtu",
    parameters,
    build: () => {
      const use = { inputBits: 1, limits: [...params.thresholds] };
      return { hardware: mvtu(params), cycles: matrixVectorSchedule(params, use).cycles };
    },
    baselines: [rival],
    limits: { lut: atMost(0.6, lut), lutPaired: atMost(0.6, lutPaired), bram36, cycles, depthNs: 4 },
  };
});

const firstLayer = randomLayer(5, 64, 27);

/** The first layer of CNV, of 8-bit pixels. */
const signedUnit: Circuit = {
  circuit: "mvtu-signed",
  parameters: { columns: 27, rows: 64, pe: 16, simd: 3, ...fabric },
  build: () => {
    const params = { ...firstLayer, thresholds: firstLayer.thresholds.map((at) => 128 * (at - 13)) };
    const folded = { ...params, pe: 16, simd: 3, ...fabric };
    return {
      hardware: mvtuSigned(folded),
      cycles: matrixVectorSchedule(folded, mvtuSignedUse(folded)).cycles,
    };
  },
};

const constantLayers = (["64x64", "128x128", "256x256", "832x256"] as const).map((size): Circuit => {
  const [columns, rows] = sizeOf(size);
  const { weights, thresholds } = randomLayer(2, rows, columns);
  const isLarge = size === "256x256" || size === "832x256";
  return {
    circuit: "mvtu-constant",
    parameters: { columns, rows, ...fabric },
    build: () => ({ hardware: mvtuConstant({ weights, thresholds, ...fabric }), cycles: 1 }),
    // Larger plain ones take Yosys many minutes.
    ...(size === "64x64" ? { plain: () => plainConstantLayer(weights, thresholds) } : {}),
    baselines: [...(size === "832x256" ? [] : [rivals.plainLayer(size)]), rivals.firstTryLayer(size)],
    ...(isLarge ? { limits: { lut: atMost(0.36, rows * columns), depthNs: 4 } } : {}),
    slow: size !== "64x64",
  };
});

/** SFC's last layer. */
const constantCounts: Circuit = {
  circuit: "mvu-constant",
  parameters: { columns: 256, rows: 10, ...fabric },
  build: () => {
    const { weights } = randomLayer(7, 10, 256);
    return { hardware: mvuConstant({ weights, ...fabric }), cycles: 1 };
  },
};

const depthwise = randomLayer(6, 64, 9);
const channelwise = { channels: 64, pe: 16, weights: depthwise.weights };

/** A depthwise 3x3 layer of 64 channels, with thresholds and without. */
const channelwiseUnits: readonly Circuit[] = [
  {
    circuit: "vvtu",
    parameters: { channels: 64, pe: 16, taps: 9 },
    build: () => ({
      hardware: vvtu({ ...channelwise, thresholds: depthwise.thresholds }),
      cycles: vvtuTicks(channelwise).x(9 * 4) - vvtuTicks(channelwise).x(0),
    }),
  },
  {
    circuit: "vvu",
    parameters: { channels: 64, pe: 16, taps: 9 },
    build: () => ({
      hardware: vvu(channelwise),
      cycles: vvuTicks(channelwise).x(9 * 4) - vvuTicks(channelwise).x(0),
    }),
  },
];

/** Layers of neurons. */
export const layerCircuits: readonly Circuit[] = [
  ...elements,
  ...withoutThresholds,
  ...wholeUnits,
  signedUnit,
  ...constantLayers,
  constantCounts,
  ...channelwiseUnits,
];
