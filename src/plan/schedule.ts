import { SluiceError } from "../error.ts";

/**
 * The control of one stage of a pipeline, without its data: what its handshakes look like from cycle to cycle. Valid
 * comes from state alone; ready may depend on the ready behind it.
 */
export interface StageTiming {
  readonly name: string;
  /** A beat is offered in this cycle. */
  valid(): boolean;
  /** A beat would be taken in this cycle. */
  ready(readyBehind: boolean): boolean;
  /** The edge: whether a beat was taken, whether the stage behind was ready. */
  edge(taken: boolean, readyBehind: boolean): void;
}

/** Tick, from 0, of the transfer of every beat at the input and the output of a pipeline. */
export interface PipelineTiming {
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
}

/**
 * Exact timing of a pipeline whose input always has a beat and whose output is always taken: the same handshakes as
 * in the hardware, without the data.
 *
 * @throws SluiceError `pipeline-deadlock` where nothing moves any more.
 */
export function pipelineTiming(
  stages: readonly StageTiming[],
  inputBeats: number,
  outputBeats: number,
): PipelineTiming {
  const inputs = new Uint32Array(inputBeats);
  const outputs = new Uint32Array(outputBeats);
  const idleLimit = 100_000;
  let [taken, given, idle] = [0, 0, 0];
  const ready: boolean[] = new Array<boolean>(stages.length + 1).fill(true);
  for (let tick = 0; given < outputBeats || taken < inputBeats; tick++) {
    for (let i = stages.length - 1; i >= 0; i--) ready[i] = stages[i]?.ready(ready[i + 1] === true) === true;
    const valid = stages.map((stage) => stage.valid());
    let moved = false;
    let offered = taken < inputBeats;
    stages.forEach((stage, i) => {
      const takes = offered && ready[i] === true;
      moved ||= takes;
      if (i === 0 && takes) inputs[taken++] = tick;
      stage.edge(takes, ready[i + 1] === true);
      offered = valid[i] === true;
    });
    if (offered && given < outputBeats) {
      outputs[given++] = tick;
      moved = true;
    }
    idle = moved ? 0 : idle + 1;
    if (idle > idleLimit) {
      const stuck = stages.filter((_, i) => valid[i] === true).map((stage) => stage.name);
      throw new SluiceError("pipeline-deadlock", `after ${String(given)} results nothing moves any more`, {
        where: stuck.join(", "),
      });
    }
  }
  return { inputs, outputs };
}

/** The folded matrix-vector unit of rtl/nn/matrix-vector.ts, with its output register. */
export function matrixVectorTiming(
  name: string,
  { sf, nf, depth }: { sf: number; nf: number; depth: number },
): StageTiming {
  // What each register stage holds: 1 where a complete neuron group is on its way.
  const pipe = new Uint8Array(depth);
  let [beat, neuron] = [0, 0];
  const advances = (readyBehind: boolean): boolean => pipe[depth - 1] === 0 || readyBehind;
  return {
    name,
    valid: () => pipe[depth - 1] === 1,
    ready: (readyBehind) => advances(readyBehind) && neuron === 0,
    edge: (taken, readyBehind) => {
      if (!advances(readyBehind)) return;
      const issue = neuron !== 0 || taken;
      pipe.copyWithin(1, 0);
      pipe[0] = issue && beat === sf - 1 ? 1 : 0;
      if (!issue) return;
      beat = (beat + 1) % sf;
      if (beat === 0) neuron = (neuron + 1) % nf;
    },
  };
}

/** A unit that gathers `beats` beats into one result, offered in the next cycle: the label select. */
export function gatherTiming(name: string, beats: number): StageTiming {
  return matrixVectorTiming(name, { sf: beats, nf: 1, depth: 1 });
}

/** The skid buffer of rtl/stream. */
export function skidTiming(name: string): StageTiming {
  let [valid, skid] = [false, false];
  return {
    name,
    valid: () => valid,
    ready: () => !skid,
    edge: (taken, readyBehind) => {
      const any = taken || skid;
      if (!valid || readyBehind) [valid, skid] = [any, false];
      else skid = any;
    },
  };
}

/** The FIFO of rtl/stream in distributed RAM: `words` words and an output register. */
export function fifoTiming(name: string, words: number): StageTiming {
  let [count, valid] = [0, false];
  return {
    name,
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
export function widthConverterTiming(
  name: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): StageTiming {
  let fill = 0;
  return {
    name,
    valid: () => fill >= to,
    ready: () => fill <= limit,
    edge: (taken, readyBehind) => {
      fill += (taken ? from : 0) - (fill >= to && readyBehind ? to : 0);
    },
  };
}
