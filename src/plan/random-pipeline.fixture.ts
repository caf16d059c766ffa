import { elaborate } from "../hdl/index.ts";
import {
  encode,
  operations,
  pixelsPerImage,
  readOut,
  trace,
  weightSize,
  type Network,
  type WeightedLayer,
} from "../network/index.ts";
import { randomLayers } from "../network/random-layers.fixture.ts";
import { Random } from "../random.ts";
import { createNativeSimulator } from "../simulate/index.ts";
import { divisorsOf } from "./divisors.ts";
import { isFolded, pixelsOf, type Folding, type LayerFolding } from "./folding.ts";
import { decodeLabels, encodeFrames } from "./frames.ts";
import { plan, type Plan } from "./plan.ts";
import { slowest } from "./timing.ts";

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

/** A network of all kinds of layers whose last one scores at least two classes. */
export function randomNetworkOf(seed: number): Network {
  for (let next = seed * 1000; ; next++) {
    const network = randomLayers(next);
    const last = network.layers.at(-1);
    const scores = last?.kind === "dense" ? last.outputs : 0;
    // Raw sums of bytes have no hardware.
    const work = operations(network);
    if (work > 2e5 || scores < 2 || (network.input.encoding === "signed-8bit" && network.layers.length === 1))
      continue;
    const classes = 2 + new Random(next).below(scores - 1);
    const labels = Array.from({ length: classes }, (_, label) => String(label));
    return { ...network, readout: { kind: "argmax", classes }, labels };
  }
}

export function randomFolding(network: Network, random: Random): Folding {
  const layers = network.layers.filter(isFolded);
  return Object.fromEntries(
    layers.map((layer) => {
      const { rows, columns } = weightSize(layer);
      const simd = layer.kind === "depthwise" ? 1 : pick(random, divisorsOf(columns));
      const pixels = layer.kind === "conv" ? divisorsOf(pixelsOf(layer)).filter((mmv) => mmv <= 8) : [1];
      return [layer.name, { pe: pick(random, divisorsOf(rows)), simd, mmv: pick(random, pixels) }];
    }),
  );
}

/** A random folding in which all layers take about as long, so that little time is to spare. */
export function balancedFolding(network: Network, random: Random): Folding {
  const cycles = (layer: WeightedLayer, { pe, simd, mmv = 1 }: LayerFolding): number => {
    const { rows, columns } = weightSize(layer);
    return ((rows / pe) * (columns / simd) * pixelsOf(layer)) / mmv;
  };
  const layers = network.layers.filter(isFolded);
  const goal = Math.max(
    ...layers.map((layer) => {
      const { rows, columns } = weightSize(layer);
      return (rows * columns * pixelsOf(layer)) / pick(random, [8, 16, 32, 64]);
    }),
  );
  const any = Array.from({ length: 40 }, () => randomFolding(network, random));
  return Object.fromEntries(
    layers.map((layer) => {
      const options = any.flatMap((folding) => folding[layer.name] ?? []);
      const far = (option: LayerFolding): number => Math.abs(Math.log(cycles(layer, option) / goal));
      return [layer.name, options.reduce((best, option) => (far(option) < far(best) ? option : best))];
    }),
  );
}

/** Labels and ticks of random frames in the native simulator. */
function simulate(planned: Plan, pixels: Uint8Array, frames: number) {
  const { network, hardware, input, output } = planned;
  const simulator = createNativeSimulator(elaborate(hardware, { implementations: false }));
  try {
    simulator.reset();
    const result = simulator.run({
      inputs: { x: { beats: encodeFrames(encode(pixels, network.input), input) } },
      outputs: { y: { count: frames * output.beats } },
    });
    const y = result.outputs["y"];
    if (y === undefined) throw new Error("no output");
    return { labels: [...decodeLabels(network, y.beats, frames, output)], ticks: [...y.stamps] };
  } finally {
    simulator.close();
  }
}

interface Outcome {
  readonly labels: readonly number[];
  readonly ticks: readonly number[];
  readonly fullRate: boolean;
}

/**
 * Whether a plan comes to the cycles of its slowest stage. Behind a parallel window a unit may have to wait for the first
 * rows of a frame: less than a whole frame takes to come in.
 */
export function hasFullRate({ stages, cyclesPerFrame }: Plan): boolean {
  const windows = stages.filter(({ unit }) => unit === "parallel-window").map(({ cycles }) => cycles);
  const least = slowest(stages);
  return cyclesPerFrame >= least && cyclesPerFrame <= least + Math.max(0, ...windows);
}

/** A random network at a random folding in the native simulator, beside reference and plan. */
export function simulatedCase(seed: number): { readonly got: Outcome; readonly wanted: Outcome } {
  const random = new Random(seed);
  const network = randomNetworkOf(seed);
  const planned = plan(network, randomFolding(network, random));
  const frames = 5;
  const pixels = randomPixels(network, random, frames);
  const last = trace(network, encode(pixels, network.input)).at(-1);
  if (last === undefined) throw new Error("no layer");
  return {
    got: { ...simulate(planned, pixels, frames), fullRate: hasFullRate(planned) },
    wanted: {
      labels: [...readOut(network.readout, last).labels],
      ticks: [...planned.outputTicks(frames)],
      fullRate: true,
    },
  };
}

export function randomPixels(network: Network, random: Random, frames: number): Uint8Array {
  return Uint8Array.from({ length: frames * pixelsPerImage(network.input) }, () => random.below(256));
}
