import { expect } from "vitest";
import { simulatorsOf } from "../../sim/simulators.ts";
import { SluiceError } from "../error.ts";
import { bits, cat, component, elaborate, output, sink, source, type Bool } from "../hdl/index.ts";
import { encode, type Network } from "../network/index.ts";
import { Random } from "../random.ts";
import type { Simulator } from "../simulate/simulator.ts";
import { encodeFrames } from "./frames.ts";
import { throughStages } from "./pipeline.ts";
import { plan, type Plan } from "./plan.ts";
import {
  balancedFolding,
  hasFullRate,
  randomFolding,
  randomNetworkOf,
  randomPixels,
} from "./random-pipeline.fixture.ts";
import { bufferStage, type Stage } from "./stage.ts";
import { pacedSchedule, timingOf } from "./timing.ts";

/** The accelerator with a port that shows in which of its streams a beat moves: bit 0 is the input, bit i behind stage i. */
function watched(stages: readonly Stage[]) {
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a pipeline has stages");
  return component({
    name: "watched",
    ports: () => ({
      x: sink(first.input),
      y: source(last.output),
      moves: output(bits(stages.length + 1)),
    }),
    build(m, { x, y, moves }) {
      const fires: Bool[] = [];
      const end = throughStages(m, x, stages, { seen: (stream) => fires.push(stream.fire) });
      fires.push(end.valid.and(y.ready));
      end.into(y);
      moves.set(cat(...fires.reverse()));
    },
  })();
}

/** What a simulator shows of frames that come at the planned interval. */
interface Measured {
  /** Beats that waited at most in each buffer. */
  readonly peaks: ReadonlyMap<string, number>;
  /** Ticks of the beats at the output, from the first one in. */
  readonly ticks: readonly number[];
}

async function measure(planned: Plan, frames: number, kind: Simulator["kind"] = "native"): Promise<Measured> {
  const { stages, padded, input, output: results, cyclesPerFrame } = planned;
  const [start] = await simulatorsOf([elaborate(watched(stages))], kind, { optimize: false });
  if (start === undefined) throw new Error("no simulator");
  const simulator = start();
  const pixels = randomPixels(padded, new Random(1), frames);
  const beats = encodeFrames(encode(pixels, padded.input), input);
  const limbs = Math.ceil(input.width / 32);
  const held = new Int32Array(stages.length);
  const most = new Int32Array(stages.length);
  const ticks: number[] = [];
  const poke = (port: string, bit: boolean): void => {
    simulator.poke(port, Uint32Array.of(bit ? 1 : 0));
  };
  simulator.reset();
  poke("y_ready", true);
  for (let tick = 0, taken = 0; ticks.length < frames * results.beats; tick++) {
    const offered = taken < frames * input.beats && tick >= Math.floor(taken / input.beats) * cyclesPerFrame;
    poke("x_valid", offered);
    if (offered) simulator.poke("x_payload", beats.slice(taken * limbs, (taken + 1) * limbs));
    const moves = simulator.peek("moves");
    const moved = (stream: number): number => ((moves[stream >>> 5] ?? 0) >>> (stream & 31)) & 1;
    for (let i = 0; i < stages.length; i++) {
      held[i] = (held[i] ?? 0) + moved(i) - moved(i + 1);
      most[i] = Math.max(most[i] ?? 0, held[i] ?? 0);
    }
    taken += moved(0);
    if (moved(stages.length) === 1) ticks.push(tick);
    simulator.step();
  }
  simulator.close();
  const buffers = stages.flatMap(({ name, unit }, i): [string, number][] =>
    unit === "fifo" || unit === "skid" ? [[name, most[i] ?? 0]] : [],
  );
  return { peaks: new Map(buffers), ticks };
}

/** A random network at a folding of random kind: the buffers' occupancy and the ticks that a simulator shows, as planned. */
export async function expectOccupancy(seed: number, kind: Simulator["kind"]): Promise<void> {
  const planned = randomPlan(seed);
  const { padded, stages, cyclesPerFrame, latencyCycles } = planned;
  const underWay = Math.ceil(latencyCycles / cyclesPerFrame);
  const { peaks, ticks } = await measure(planned, underWay + 4, kind);
  const { outputs } = pacedSchedule(padded, stages, cyclesPerFrame);
  const known = Math.min(ticks.length, outputs.length);
  expect(ticks.slice(0, known)).toEqual(outputs.slice(0, known));
  expect([...peaks]).toEqual([...planned.bufferPeaks()]);
}

/** Every other one with layers that have little time to spare, which takes FIFOs. */
function randomPlan(seed: number): Plan {
  const random = new Random(seed);
  const network = randomNetworkOf(seed);
  return plan(network, (seed % 2 === 0 ? randomFolding : balancedFolding)(network, random));
}

/** How many FIFOs the plans of networks have, and which could do with a place fewer without a loss of rate. */
export function countFifos(seeds: readonly number[]): {
  readonly fifos: number;
  readonly loose: readonly string[];
} {
  let fifos = 0;
  const loose: string[] = [];
  for (const seed of seeds) {
    const random = new Random(seed);
    const network = randomNetworkOf(seed);
    const planned = plan(network, balancedFolding(network, random));
    expect(hasFullRate(planned)).toBe(true);
    const { padded, stages, cyclesPerFrame } = planned;
    for (const fifo of stages) {
      if (fifo.unit !== "fifo") continue;
      fifos++;
      const less = bufferStage(fifo.name, fifo.input, fifo.depth - 1);
      const smaller = stages.map((stage) => (stage === fifo ? less : stage));
      if (keepsRate(padded, smaller, cyclesPerFrame)) loose.push(`${String(seed)} ${fifo.name}`);
    }
  }
  return { fifos, loose };
}

/** A pipeline that blocks keeps none. */
function keepsRate(network: Network, stages: readonly Stage[], interval: number): boolean {
  try {
    return timingOf(network, stages).cyclesPerFrame <= interval;
  } catch (error) {
    if (error instanceof SluiceError && error.code === "pipeline-deadlock") return false;
    throw error;
  }
}
