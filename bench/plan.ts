/**
 * How long the planner takes: CNV at several foldings, and nets of 20 layers and more on pictures of 224 x 224. CPU
 * seconds, and seconds elapsed, of the search for the folding and of `plan` alone. The first net finds all code cold.
 */
import { cnv, randomBits, type ConvLayer, type Layer, type Network } from "../src/network/index.ts";
import { loadBoard, plan, targetOf, type Folding } from "../src/plan/index.ts";
import { FoldSearch } from "../src/plan/fold-search.ts";
import { Random } from "../src/random.ts";
import { lutsPerBlock } from "../rtl/memory-shape.ts";

/** Convolutions of 3 x 3 and, where a 0 stands, max pools of 2 x 2; a negative number of channels comes with stride 2. */
function chain(name: string, channels: readonly number[], classes: number): Network {
  const random = new Random(1);
  const layers: Layer[] = [];
  let [size, depth] = [224, 3];
  for (const [i, given] of channels.entries()) {
    const input = { height: size, width: size, channels: depth };
    if (given === 0) {
      const two = { height: 2, width: 2 };
      layers.push({ kind: "max-pool", name: `pool${String(i)}`, input, kernel: two, stride: two });
      size = Math.floor(size / 2);
      continue;
    }
    const [step, outChannels] = [given < 0 ? 2 : 1, Math.abs(given)];
    const layer: ConvLayer = {
      kind: "conv",
      name: `conv${String(i)}`,
      input,
      outChannels,
      kernel: { height: 3, width: 3 },
      stride: { height: step, width: step },
      dilation: { height: 1, width: 1 },
      padding: { top: 1, left: 1, bottom: 1, right: 1, value: i === 0 ? 0 : -1 },
      weights: randomBits(random, outChannels, 9 * depth),
      thresholds: new Int32Array(outChannels).fill(i === 0 ? 0 : Math.floor((9 * depth) / 2)),
    };
    layers.push(layer);
    size = Math.floor((size - 1) / step) + 1;
    depth = outChannels;
  }
  const inputs = size * size * depth;
  const weights = randomBits(random, classes, inputs);
  layers.push({ kind: "dense", name: "last", inputs, outputs: classes, weights, thresholds: undefined });
  return {
    name,
    input: { shape: [224, 224, 3], encoding: "signed-8bit" },
    layers,
    readout: { kind: "argmax", classes },
    labels: Array.from({ length: classes }, (_, label) => String(label)),
  };
}

const vgg = [64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 512, 512, 0, 512, 512, 512, 512, 0];
const resnet = [-64, 0, 64, 64, 64, 64, -128, 128, 128, 128, -256, 256, 256, 256, -512, 512, 512, 512, 0];
const target = targetOf(loadBoard("zc706"));

function timed<T>(work: () => T): readonly [result: T, seconds: string] {
  const [before, start] = [process.cpuUsage(), performance.now()];
  const result = work();
  const { user, system } = process.cpuUsage(before);
  const elapsed = (performance.now() - start) / 1e3;
  return [result, `${((user + system) / 1e6).toFixed(2)} CPU s, ${elapsed.toFixed(2)} s elapsed`];
}

function report(network: Network, goal: string, folding: Folding): void {
  const [{ cyclesPerFrame, latencyCycles }, seconds] = timed(() => plan(network, folding, target));
  console.log(
    `${network.name} ${goal}: ${String(cyclesPerFrame)} cycles per frame, latency ${String(latencyCycles)}, ${seconds}`,
  );
}

for (const [network, goals] of [
  [cnv({ seed: 1 }), [8192, 16_384, 65_536, 1_000_000]],
  [chain("vgg", vgg, 10), [200_000, 500_000, 2_000_000]],
  [chain("resnet", resnet, 10), [200_000, 500_000, 2_000_000]],
] as const) {
  const search = new FoldSearch(network, target);
  for (const cycles of goals) {
    const [[found], seconds] = timed(() => search.candidates(cycles, lutsPerBlock));
    console.log(`${network.name} at ${String(cycles)} cycles: its foldings, ${seconds}`);
    if (found !== undefined) report(network, `at ${String(cycles)} cycles`, found.folding);
  }
}
const serial = cnv({ seed: 1 });
const ones = serial.layers
  .filter((layer) => "weights" in layer)
  .map(({ name }) => [name, { pe: 1, simd: 1 }]);
report(serial, "with one lane in each layer", Object.fromEntries(ones) as Folding);
