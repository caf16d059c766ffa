import { expect, test } from "vitest";
import { bits } from "../hdl/index.ts";
import { Random } from "../random.ts";
import type { Network } from "../network/index.ts";
import { loadBoard, targetOf } from "./board.ts";
import { isFolded, type Folding } from "./folding.ts";
import type { Depths } from "./lowering.ts";
import { pipelineStages } from "./pipeline.ts";
import { plan } from "./plan.ts";
import { balancedFolding, randomNetworkOf } from "./random-pipeline.fixture.ts";
import { scheduleOf, type FrameStream, type TimedStage } from "./schedule.ts";
import { bufferStage, slidingWindowStage, type Stage } from "./stage.ts";
import { frameShape, timingOf } from "./timing.ts";

/** The same by stepping every stage in every tick. */
function stepped(
  stages: readonly TimedStage[],
  { input, output, frames, interval }: FrameStream,
): { readonly outputs: readonly number[]; readonly peaks: readonly number[] } {
  const units = stages.map(({ timing }) => timing());
  const [held, peaks, outputs] = [stages.map(() => 0), stages.map(() => 0), [] as number[]];
  for (let tick = 0, handed = 0; outputs.length < frames * output || handed < frames * input; tick++) {
    const start = interval === undefined ? 0 : Math.floor(handed / input) * interval;
    const valid = [handed < frames * input && tick >= start, ...units.map((unit) => unit.valid())];
    const ready = [...units.map(() => false), true];
    for (let i = units.length - 1; i >= 0; i--) ready[i] = units[i]?.ready(ready[i + 1] === true) === true;
    const moves = ready.map((isReady, i) => isReady && valid[i] === true);
    if (moves[0] === true) handed++;
    if (moves.at(-1) === true) outputs.push(tick);
    units.forEach((unit, i) => {
      unit.edge(moves[i] === true, ready[i + 1] === true);
      held[i] = (held[i] ?? 0) + Number(moves[i]) - Number(moves[i + 1]);
      peaks[i] = Math.max(peaks[i] ?? 0, held[i] ?? 0);
    });
  }
  return { outputs, peaks };
}

const isBuffer = ({ unit }: Stage): boolean => unit === "fifo" || unit === "skid";

/** A plan's stages with buffers of other depths, block RAM among them. */
function otherBuffers(stages: readonly Stage[], random: Random): readonly Stage[] {
  return stages.map((stage) => {
    if (!isBuffer(stage)) return stage;
    const depths = [2, 3, 4 + random.below(60), 600 + random.below(50)];
    const depth = depths[random.below(4)] ?? 2;
    return bufferStage(stage.name, depth < 600 ? stage.input : bits(72), depth);
  });
}

test("random pipelines with other buffers: the schedule is that of stepping every stage in every tick", () => {
  const styles = new Set<string | undefined>();
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const network = randomNetworkOf(seed);
    const { stages: planned, cyclesPerFrame } = plan(network, balancedFolding(network, random));
    const stages = otherBuffers(planned, random);
    stages.forEach(({ fifoStyle }) => styles.add(fifoStyle));
    const { input, output } = frameShape(network, planned);
    for (const interval of [undefined, cyclesPerFrame]) {
      const stream = { input: input.beats, output: output.beats, frames: 4, interval };
      const schedule = scheduleOf(stages, stream);
      const wanted = stepped(stages, stream);
      expect(schedule.outputs).toEqual(wanted.outputs);
      const buffers = (all: readonly number[]): readonly number[] =>
        all.filter((_, i) => isBuffer(stages[i] as Stage));
      expect(buffers(schedule.peaks())).toEqual(buffers(wanted.peaks));
    }
  }
  expect(styles).toEqual(new Set([undefined, "shift", "distributed", "block"]));
});

/** Ticks of what comes out for so many beats, by stepping, until nothing moves any more. */
function steppedOutputs(stages: readonly TimedStage[], input: number): readonly number[] {
  const units = stages.map(({ timing }) => timing());
  const outputs: number[] = [];
  for (let tick = 0, handed = 0, idle = 0; idle < 300; tick++) {
    const valid = [handed < input, ...units.map((unit) => unit.valid())];
    const ready = [...units.map(() => false), true];
    for (let i = units.length - 1; i >= 0; i--) ready[i] = units[i]?.ready(ready[i + 1] === true) === true;
    const moves = ready.map((isReady, i) => isReady && valid[i] === true);
    if (moves[0] === true) handed++;
    if (moves.at(-1) === true) outputs.push(tick);
    idle = moves.includes(true) ? 0 : idle + 1;
    units.forEach((unit, i) => {
      unit.edge(moves[i] === true, ready[i + 1] === true);
    });
  }
  return outputs;
}

const oneLane = (network: Network): Folding =>
  Object.fromEntries(network.layers.filter(isFolded).map(({ name }) => [name, { pe: 1, simd: 1 }]));

test("the first stages of random pipelines, however many: what they give of a frame is that of stepping them", () => {
  const target = targetOf(loadBoard("zc706"));
  for (let seed = 0; seed < 12; seed++) {
    const random = new Random(seed);
    const network = randomNetworkOf(seed);
    const depth = [0, 3, 20, Infinity][seed % 4] ?? 0;
    const depths = network.layers.flatMap(({ name }) => [
      [`${name}_buffer`, depth],
      [`${name}_store`, depth],
    ]);
    for (const folding of [balancedFolding(network, random), oneLane(network)]) {
      const stages = pipelineStages(network, folding, Object.fromEntries(depths) as Depths, target);
      const input = frameShape(network, stages).input.beats;
      for (let count = 1; count <= stages.length; count++) {
        const first = stages.slice(0, count);
        const wanted = steppedOutputs(first, input);
        if (wanted.length === 0) continue;
        expect(scheduleOf(first, { input, output: wanted.length, frames: 1 }).outputs).toEqual(wanted);
      }
    }
  }
});

test("many frames: what lies between two equal states is put in as often as it occurs", () => {
  for (let seed = 0; seed < 20; seed++) {
    const network = randomNetworkOf(seed);
    const { stages } = plan(network, balancedFolding(network, new Random(seed)));
    const { input, output } = frameShape(network, stages);
    const frames = 37;
    const { outputs } = scheduleOf(stages, { input: input.beats, output: output.beats, frames });
    expect([...timingOf(network, stages).outputTicks(frames)]).toEqual(outputs);
  }
});

test("a frame of one beat in every cycle", () => {
  const stages = [bufferStage("queue", bits(1), 8), bufferStage("behind", bits(1), 2)];
  const stream = { input: 1, output: 1, frames: 5 };
  for (const interval of [undefined, 1])
    expect(scheduleOf(stages, { ...stream, interval }).outputs).toEqual([3, 4, 5, 6, 7]);
});

test("a deadlock is explained: which stage waits for which", () => {
  const window = slidingWindowStage("conv_window", {
    height: 4,
    width: 4,
    channels: 1,
    simd: 1,
    kernel: [3, 3],
    depth: 9,
  });
  const stages = [bufferStage("queue", bits(1), 8), window, bufferStage("behind", bits(1), 2)];
  expect(() => scheduleOf(stages, { input: 16, output: 36, frames: 1 })).toThrow(
    "after 0 results nothing moves any more: queue waits until conv_window takes a beat; " +
      "conv_window waits for 1 more word of its map, for which its buffer of 9 words has no room; " +
      "behind waits for a beat of conv_window",
  );
});
