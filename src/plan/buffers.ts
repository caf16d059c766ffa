import { SluiceError } from "../error.ts";
import { tensors, type Network } from "../network/index.ts";
import type { Target } from "./board.ts";
import type { Folding } from "./folding.ts";
import type { Depths } from "./lowering.ts";
import { pipelineStages } from "./pipeline.ts";
import { pipelineTiming, type StageTiming } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { beatsOf, framesToRun, outputsOf, slowest, timingOf, type Timing } from "./timing.ts";

/**
 * The pipeline with windows and buffers that let it run at the rate of its slowest stage. Frames are sent through the
 * timing model at exactly that interval, with buffers of any depth behind all layers; as many beats as then wait at most
 * are enough to hold nothing up. Where no more than one ever waits, there is no buffer, unless it cuts the path of ready.
 *
 * @throws SluiceError `interval-missed`.
 */
export function sizedPipeline(
  network: Network,
  folding: Folding,
  target: Target,
): { readonly stages: readonly Stage[]; readonly timing: Timing } {
  const windows = windowDepths(network, folding, target);
  const everywhere = Object.fromEntries(network.layers.map(({ name }) => [`${name}_buffer`, Infinity]));
  const waiting = mostWaiting(network, folding, { ...windows, ...everywhere }, target);
  const crowded = Object.entries(waiting).filter(([, most]) => most > 1);
  // Without a FIFO a beat is a cycle sooner: once more with only those that are needed.
  const fewer = Object.fromEntries(crowded.map(([name, most]) => [name, most > 2 ? Infinity : 2]));
  const unlimited = { ...windows, ...fewer };
  let depths: Depths = { ...unlimited, ...mostWaiting(network, folding, unlimited, target) };
  for (let tries = 0; ; tries++) {
    const stages = pipelineStages(network, folding, depths, target);
    const timing = timingOf(network, stages);
    const [got, least] = [timing.cyclesPerFrame, slowest(stages)];
    if (got <= least) return { stages, timing };
    if (tries === 8) {
      throw new SluiceError(
        "interval-missed",
        `the pipeline takes ${String(got)} cycles per frame, its slowest stage ${String(least)}`,
        { where: network.name, hint: "a fault of the planner: please report the network and its folding" },
      );
    }
    // Sent as fast as they are taken, frames may meet a unit that stalls as a whole in another place than before.
    const deeper = (name: string): [string, number] => [name, Math.ceil(1.1 * (depths[name] ?? 0)) + 1];
    depths = { ...windows, ...Object.fromEntries(Object.keys(everywhere).map(deeper)) };
  }
}

/**
 * Words of the sliding windows, by stage: the fewest with which the layer keeps the interval of the slowest stage, if it
 * finds its words there. That is less than what never makes a window wait where a layer has cycles to spare: it may
 * wait for the first rows of a map.
 */
function windowDepths(network: Network, folding: Folding, target: Target): Record<string, number> {
  const plain = pipelineStages(network, folding, {}, target);
  const interval = slowest(plain);
  const depths: Record<string, number> = {};
  for (const { name, unit, depth: enough } of plain) {
    if (unit !== "sliding-window") continue;
    const having = (depth: number): readonly Stage[] =>
      pipelineStages(network, folding, { [name]: depth }, target);
    let [low, high] = [having(0).find((stage) => stage.name === name)?.depth ?? 0, enough];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (intervalOf(network, having(middle), name) <= interval) high = middle;
      else low = middle + 1;
    }
    depths[name] = low;
  }
  return depths;
}

/** Cycles per frame of the stages of one layer, from its window on, with words always there and results always taken. */
function intervalOf(network: Network, stages: readonly Stage[], window: string): number {
  const start = stages.findIndex(({ name }) => name === window);
  const end = stages.findIndex(({ layer }, i) => i >= start && layer !== undefined);
  const own = stages.slice(start, end + 1);
  const [first, last] = [own[0], own.at(-1)];
  const index = network.layers.findIndex((layer) => layer === last?.layer);
  const [input, output] = tensors(network).slice(index, index + 2);
  if (first === undefined || last === undefined || input === undefined || output === undefined)
    throw new Error(`no layer has the window ${window}`);
  // Settled between the third and the fourth; the fifth has none behind it that pushes.
  const [frames, settled] = [5, 3];
  const { outputs } = pipelineTiming(
    own.map((stage) => stage.timing()),
    {
      inputBeats: frames * beatsOf(input, first.input),
      outputBeats: frames * beatsOf(output, last.output),
      idleLimit: 4 * slowest(own) + 1000,
    },
  );
  const tickOf = (frame: number): number => outputs[((frame + 1) * outputs.length) / frames - 1] ?? 0;
  return tickOf(settled) - tickOf(settled - 1);
}

/** Beats that wait at most in the buffers of unlimited depth, by stage. */
function mostWaiting(
  network: Network,
  folding: Folding,
  depths: Depths,
  target: Target,
): Record<string, number> {
  const stages = pipelineStages(network, folding, depths, target);
  const { settling } = framesToRun(network, stages);
  const watched = stages.map(watch);
  outputsOf(network, stages, settling, { interval: slowest(stages), timings: watched });
  const counts = stages.flatMap(({ name, depth }, i): [string, number][] =>
    depth === Infinity ? [[name, watched[i]?.most() ?? 0]] : [],
  );
  return Object.fromEntries(counts);
}

/** A stage's timing that counts the beats in it. */
function watch(stage: Stage): StageTiming & { readonly most: () => number } {
  const inner = stage.timing();
  let [held, most] = [0, 0];
  return {
    valid: () => inner.valid(),
    ready: (readyBehind) => inner.ready(readyBehind),
    edge: (taken, readyBehind) => {
      held += (taken ? 1 : 0) - (inner.valid() && readyBehind ? 1 : 0);
      most = Math.max(most, held);
      return inner.edge(taken, readyBehind);
    },
    most: () => most,
  };
}
