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
  /**
   * The edge: whether a beat was taken, whether the stage behind was ready. Gives whether anything changed: where not,
   * the same once more changes nothing either.
   */
  edge(taken: boolean, readyBehind: boolean): boolean;
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
  // What each stage shows. One at rest has changed nothing at the ready that it saw behind, and shows the same again.
  const [valid, ready, atRest, seen] = [0, 1, 2, 3].map(() => new Uint8Array(stages.length)) as Flags;
  let [taken, given, moved] = [0, 0, 0];
  for (let tick = 0; given < outputBeats || taken < inputBeats; tick++) {
    if (given < outputBeats && valid[stages.length - 1] === 1) {
      outputs[given++] = tick;
      moved = tick;
    }
    const start = pace === undefined ? 0 : Math.floor(taken / pace.beats) * pace.interval;
    // From the back: a stage sees the ready behind it and the valid before it as they were before this edge.
    let behind = 1;
    for (let i = stages.length - 1; i >= 0; i--) {
      const offered = i > 0 ? valid[i - 1] === 1 : taken < inputBeats && tick >= start;
      const known = atRest[i] === 1 && seen[i] === behind;
      if (known && (!offered || ready[i] === 0)) {
        behind = ready[i] ?? 0;
        continue;
      }
      const stage = stages[i] as StageTiming;
      const isReady = known ? ready[i] === 1 : stage.ready(behind === 1);
      const takes = isReady && offered;
      atRest[i] = stage.edge(takes, behind === 1) ? 0 : 1;
      valid[i] = stage.valid() ? 1 : 0;
      seen[i] = behind;
      ready[i] = behind = isReady ? 1 : 0;
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

type Flags = [valid: Uint8Array, ready: Uint8Array, atRest: Uint8Array, seen: Uint8Array];

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
  // A bit for each register stage that holds a complete neuron group; the last one is offered.
  const last = 1 << (depth - 1);
  let [pipe, beat, neuron] = [0, 0, 0];
  const advances = (readyBehind: boolean): boolean => (pipe & last) === 0 || readyBehind;
  return {
    valid: () => (pipe & last) !== 0,
    ready: (readyBehind) => advances(readyBehind) && neuron === 0,
    edge: (taken, readyBehind) => {
      if (!advances(readyBehind)) return false;
      const issue = neuron !== 0 || taken;
      const changes = issue || pipe !== 0;
      pipe = ((pipe << 1) & (2 * last - 1)) | (issue && beat === sf - 1 ? 1 : 0);
      if (!issue) return changes;
      beat = beat === sf - 1 ? 0 : beat + 1;
      if (beat === 0) neuron = neuron === nf - 1 ? 0 : neuron + 1;
      return true;
    },
  };
}

/** A unit that gathers `beats` beats into one result, offered `depth` cycles after the last: label select, constant layers. */
export function gatherTiming(beats: number, depth: number): StageTiming {
  return matrixVectorTiming({ sf: beats, nf: 1, depth });
}

/** The skid buffer of rtl/stream. */
export function skidTiming(): StageTiming {
  let [valid, skid] = [false, false];
  return {
    valid: () => valid,
    ready: () => !skid,
    edge: (taken, readyBehind) => {
      const any = taken || skid;
      const changes = taken || (valid && readyBehind);
      if (valid && !readyBehind) skid = any;
      else {
        valid = any;
        skid = false;
      }
      return changes;
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
      const changes = taken || pop || (valid && readyBehind);
      if (advance) valid = pop;
      count += (taken ? 1 : 0) - (pop ? 1 : 0);
      return changes;
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
      const gives = fill >= to && readyBehind;
      fill += (taken ? from : 0) - (gives ? to : 0);
      return taken || gives;
    },
  };
}
