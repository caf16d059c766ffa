import { SluiceError } from "../error.ts";
import type { Network } from "../network/index.ts";
import type { Folding } from "./folding.ts";
import { pipelineStages, type BufferDepths } from "./pipeline.ts";
import type { StageTiming } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { framesToRun, outputsOf, slowest, timingOf, type Timing } from "./timing.ts";

/**
 * The pipeline with buffers that let it run at the rate of its slowest stage. Frames are sent through the timing model
 * at exactly that interval, with buffers of any depth behind all layers; as many beats as then wait at most are enough
 * to hold nothing up. Where no more than one ever waits, there is no buffer, unless it cuts the path of ready.
 *
 * @throws SluiceError `interval-missed`.
 */
export function sizedPipeline(
  network: Network,
  folding: Folding,
): { readonly stages: readonly Stage[]; readonly timing: Timing } {
  const everywhere = Object.fromEntries(network.layers.map(({ name }) => [name, Infinity]));
  const crowded = Object.entries(mostWaiting(network, folding, everywhere)).filter(([, most]) => most > 1);
  // Without a FIFO a beat is a cycle sooner: once more with only those that are needed.
  const unlimited = Object.fromEntries(crowded.map(([name, most]) => [name, most > 2 ? Infinity : 2]));
  let depths: BufferDepths = { ...unlimited, ...mostWaiting(network, folding, unlimited) };
  for (let tries = 0; ; tries++) {
    const stages = pipelineStages(network, folding, depths);
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
    depths = Object.fromEntries(
      network.layers.map(({ name }) => [name, Math.ceil(1.25 * (depths[name] ?? 0)) + 2]),
    );
  }
}

/** Beats that wait at most in the buffers of unlimited depth, by layer. */
function mostWaiting(network: Network, folding: Folding, depths: BufferDepths): Record<string, number> {
  const stages = pipelineStages(network, folding, depths);
  const { settling } = framesToRun(network, stages);
  const watched = stages.map(watch);
  outputsOf(network, stages, settling, { interval: slowest(stages), timings: watched });
  const counts = stages.flatMap((stage, i): [string, number][] =>
    stage.depth === Infinity ? [[stage.name.replace(/_buffer$/, ""), watched[i]?.most() ?? 0]] : [],
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
