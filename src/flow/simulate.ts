import { availableParallelism } from "node:os";
import type { TestDesign } from "../../sim/sources.ts";
import { buildModel, simulateFrames, VerilatorSimulator } from "../../sim/verilator/index.ts";
import { SluiceError } from "../error.ts";
import type { Design } from "../ir/index.ts";
import type { Plan } from "../plan/index.ts";
import { createNativeSimulator } from "../simulate/index.ts";
import type { Simulator, StreamResult } from "../simulate/simulator.ts";
import type { Tap } from "./taps.ts";

/** Frames to run through an accelerator. */
export interface FrameRun {
  readonly planned: Plan;
  /** Those of all frames, as `encodeFrames` gives them. */
  readonly beats: Uint32Array;
  readonly frames: number;
  /** Streams besides y whose beats are wanted. */
  readonly taps?: readonly Tap[];
  /** Verilator processes; as many as there are cores where not given. */
  readonly workers?: number | undefined;
  /** Waveform file to write, in one simulation: VCD from the native simulator, FST from Verilator. */
  readonly trace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** Frames that ran one after the other in one simulation. */
export interface Run {
  readonly frames: number;
  readonly result: StreamResult;
}

/** Ticks without a beat on any stream after which an accelerator counts as stuck. */
const idleLimitOf = ({ latencyCycles }: Plan): number => latencyCycles + 100_000;

const simulating = (frames: number): string =>
  frames === 1 ? "simulating a frame" : `simulating ${String(frames)} frames`;

/** Throws SluiceError `simulation-hung`. */
export function runNative(design: Design, run: FrameRun): readonly Run[] {
  const { frames } = run;
  run.onProgress?.(simulating(frames));
  const simulator = createNativeSimulator(design, run.trace === undefined ? {} : { trace: run.trace });
  return [{ frames, result: runWhole(simulator, run) }];
}

/** All frames in one simulation, which is closed after them. Throws SluiceError `simulation-hung`. */
function runWhole(simulator: Simulator, { planned, beats, frames, taps = [] }: FrameRun): StreamResult {
  const counts = [{ stream: "y", perFrame: planned.output.beats }, ...taps].map(
    ({ stream, perFrame }) => [stream, { count: frames * perFrame }] as const,
  );
  try {
    simulator.reset();
    const result = simulator.run({
      inputs: { x: { beats } },
      outputs: Object.fromEntries(counts),
      idleLimit: idleLimitOf(planned),
    });
    if (!result.hung) return result;
    throw new SluiceError("simulation-hung", "the accelerator stopped before its last result", {
      where: simulator.top.name,
    });
  } finally {
    simulator.close();
  }
}

/** Throws the SluiceErrors of the tools and the simulation. */
export async function runVerilator(design: TestDesign, run: FrameRun): Promise<readonly Run[]> {
  const { planned, beats, frames, taps = [], workers = availableParallelism() } = run;
  const abort = run.signal === undefined ? {} : { abort: run.signal };
  run.onProgress?.("compiling the RTL with Verilator");
  const library = await buildModel(design, { ...abort, trace: run.trace !== undefined });
  run.onProgress?.(simulating(frames));
  if (run.trace !== undefined) {
    const simulator = new VerilatorSimulator(library, { trace: run.trace });
    return [{ frames, result: runWhole(simulator, run) }];
  }
  const { shards } = await simulateFrames(library, {
    frames,
    inputs: { x: { beats } },
    outputs: {
      y: { perFrame: planned.output.beats },
      ...Object.fromEntries(taps.map(({ stream, perFrame }) => [stream, { perFrame }])),
    },
    workers,
    framesPerShard: framesPerShard(frames, workers, planned),
    idleLimit: idleLimitOf(planned),
    ...abort,
  });
  return shards;
}

/**
 * Each process has to fill the pipeline first: it gets at least as many frames as are under way at once, and two more
 * to measure the interval by.
 */
function framesPerShard(frames: number, workers: number, { latencyCycles, cyclesPerFrame }: Plan): number {
  return Math.max(Math.ceil(frames / workers), Math.ceil(latencyCycles / cyclesPerFrame) + 2);
}

/** Tick of each output beat, from the first input beat. */
export function outputTicks({ result }: Run): Uint32Array {
  const start = result.inputs["x"]?.stamps[0] ?? 0;
  return (result.outputs["y"]?.stamps ?? new Uint32Array()).map((stamp) => stamp - start);
}
