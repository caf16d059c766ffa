import { SluiceError } from "../error.ts";

/**
 * The control of one stage of a pipeline, without its data: what its handshakes look like from cycle to cycle. Valid
 * comes from state alone; ready may depend on the ready behind it. The units of rtl/nn export theirs.
 */
export interface StageTiming {
  /** A beat is offered in this cycle. */
  valid(): boolean;
  /** A beat would be taken in this cycle. */
  ready(readyBehind: boolean): boolean;
  /** The edge: whether a beat was taken, whether the stage behind was ready. */
  edge(taken: boolean, readyBehind: boolean): void;
}

/** What is sent through a pipeline's timing model. */
export interface TimingRun {
  readonly inputBeats: number;
  readonly outputBeats: number;
  /** Ticks without any transfer after which the pipeline counts as stuck: more than its slowest unit works alone. */
  readonly idleLimit: number;
  /** The frames of `beats` beats come `interval` ticks apart; where not given, as fast as they are taken. */
  readonly pace?: { readonly beats: number; readonly interval: number };
}

/** Tick, from 0, of the transfer of every beat at the input and the output of a pipeline. */
export interface PipelineTiming {
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
}

/**
 * Exact timing of a pipeline whose output is always taken: the same handshakes as in the hardware, without the data.
 *
 * @throws SluiceError `pipeline-deadlock` where nothing moves any more.
 */
export function pipelineTiming(
  stages: readonly StageTiming[],
  { inputBeats, outputBeats, idleLimit, pace }: TimingRun,
): PipelineTiming {
  const inputs = new Uint32Array(inputBeats);
  const outputs = new Uint32Array(outputBeats);
  const last = stages.at(-1);
  let [taken, given, moved] = [0, 0, 0];
  for (let tick = 0; given < outputBeats || taken < inputBeats; tick++) {
    if (given < outputBeats && last?.valid() === true) {
      outputs[given++] = tick;
      moved = tick;
    }
    // From the back: a stage sees the ready behind it and the valid before it as they were before this edge.
    let readyBehind = true;
    for (let i = stages.length - 1; i >= 0; i--) {
      const stage = stages[i] as StageTiming;
      const ready = stage.ready(readyBehind);
      const offered =
        i > 0
          ? (stages[i - 1] as StageTiming).valid()
          : taken < inputBeats &&
            (pace === undefined || tick >= Math.floor(taken / pace.beats) * pace.interval);
      const takes = ready && offered;
      stage.edge(takes, readyBehind);
      readyBehind = ready;
      if (!takes) continue;
      moved = tick;
      if (i === 0) inputs[taken++] = tick;
    }
    if (tick - moved > idleLimit) {
      throw new SluiceError("pipeline-deadlock", `after ${String(given)} results nothing moves any more`, {
        where: `tick ${String(moved)}`,
      });
    }
  }
  return { inputs, outputs };
}

/** The folded matrix-vector unit of rtl/nn/matrix-vector.ts, with its output register. */
export function matrixVectorTiming({
  sf,
  nf,
  depth,
}: {
  readonly sf: number;
  readonly nf: number;
  readonly depth: number;
}): StageTiming {
  // What each register stage holds: 1 where a complete neuron group is on its way.
  const pipe = new Uint8Array(depth);
  let [beat, neuron] = [0, 0];
  const advances = (readyBehind: boolean): boolean => pipe[depth - 1] === 0 || readyBehind;
  return {
    valid: () => pipe[depth - 1] === 1,
    ready: (readyBehind) => advances(readyBehind) && neuron === 0,
    edge: (taken, readyBehind) => {
      if (!advances(readyBehind)) return;
      const issue = neuron !== 0 || taken;
      for (let i = depth - 1; i > 0; i--) pipe[i] = pipe[i - 1] ?? 0;
      pipe[0] = issue && beat === sf - 1 ? 1 : 0;
      if (!issue) return;
      beat = beat === sf - 1 ? 0 : beat + 1;
      if (beat === 0) neuron = neuron === nf - 1 ? 0 : neuron + 1;
    },
  };
}

/** A unit that gathers `beats` beats into one result, offered in the next cycle: the label select. */
export function gatherTiming(beats: number): StageTiming {
  return matrixVectorTiming({ sf: beats, nf: 1, depth: 1 });
}

/** The skid buffer of rtl/stream. */
export function skidTiming(): StageTiming {
  let [valid, skid] = [false, false];
  return {
    valid: () => valid,
    ready: () => !skid,
    edge: (taken, readyBehind) => {
      const any = taken || skid;
      if (!valid || readyBehind) [valid, skid] = [any, false];
      else skid = any;
    },
  };
}

/** The FIFO of rtl/stream in distributed RAM: `words` words, which may be Infinity, and an output register. */
export function fifoTiming(words: number): StageTiming {
  let [count, valid] = [0, false];
  return {
    valid: () => valid,
    ready: () => count !== words,
    edge: (taken, readyBehind) => {
      const advance = !valid || readyBehind;
      const pop = advance && count > 0;
      if (advance) valid = pop;
      count += (taken ? 1 : 0) - (pop ? 1 : 0);
    },
  };
}

/** The width converter of rtl/stream: a buffer of `limit` and more chunks, `from` in and `to` out at a time. */
export function widthConverterTiming({
  from,
  to,
  limit,
}: {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}): StageTiming {
  let fill = 0;
  return {
    valid: () => fill >= to,
    ready: () => fill <= limit,
    edge: (taken, readyBehind) => {
      fill += (taken ? from : 0) - (fill >= to && readyBehind ? to : 0);
    },
  };
}
