import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../../src/error.ts";
import type { Stall, StreamResult, StreamRun } from "../../src/simulate/simulator.ts";
import type { ModelLibrary } from "./build.ts";
import type { VerilatorOptions } from "./simulator.ts";
import type { ShardAnswer, ShardOrder } from "./worker.ts";

export interface FramesRequest {
  readonly frames: number;
  /** By stream: the beats of all frames, the same number for each, limbs as in StreamRun. */
  readonly inputs: Readonly<Record<string, { readonly beats: Uint32Array; readonly stall?: Stall }>>;
  /** By stream: how many beats a frame gives. */
  readonly outputs: Readonly<Record<string, { readonly perFrame: number; readonly stall?: Stall }>>;
  /** Frames that follow each other without a reset between them; default: all of a worker's. */
  readonly framesPerShard?: number;
  /** Processes; default: as many as there are cores. */
  readonly workers?: number;
  readonly options?: Pick<VerilatorOptions, "design" | "periods">;
  /** As in StreamRun. */
  readonly idleLimit?: number;
  readonly abort?: AbortSignal;
}

export interface FrameShard {
  readonly firstFrame: number;
  readonly frames: number;
  /** Ticks and stamps count from the start of this shard. */
  readonly result: StreamResult;
}

export interface FramesResult {
  /** In the order of the frames. */
  readonly shards: readonly FrameShard[];
  /** By stream: the beats of all frames. */
  readonly outputs: Readonly<Record<string, Uint32Array>>;
}

/**
 * Sends many frames through a design in several processes at once. The frames are cut into shards; each shard starts
 * with a reset design, so that results do not depend on the number of workers, given `framesPerShard`.
 *
 * @throws SluiceError `worker-died`, `simulation-hung`, `interrupted`, `frames-uneven`, and what the simulator throws.
 */
export async function simulateFrames(library: ModelLibrary, request: FramesRequest): Promise<FramesResult> {
  const workers = request.workers ?? availableParallelism();
  const perShard = request.framesPerShard ?? Math.max(1, Math.ceil(request.frames / workers));
  const orders = cutFrames(library, request, perShard);
  const queue = orders.entries();
  const shards = new Array<FrameShard>(orders.length);
  const lane = async (worker: ChildProcess): Promise<void> => {
    for (const [index, { firstFrame, frames, order }] of queue) {
      const what = `frames ${String(firstFrame)} to ${String(firstFrame + frames - 1)}`;
      const result = await askWorker(worker, order, what);
      if (result.hung) throw hungError(order, result, what);
      shards[index] = { firstFrame, frames, result };
    }
  };
  const processes = Array.from({ length: Math.min(workers, orders.length) }, startWorker);
  const kill = (): void => {
    for (const process of processes) process.kill("SIGKILL");
  };
  request.abort?.addEventListener("abort", kill, { once: true });
  try {
    await Promise.all(processes.map(lane));
  } catch (error) {
    if (request.abort?.aborted === true)
      throw new SluiceError("interrupted", "interrupted", { cause: error });
    throw error;
  } finally {
    request.abort?.removeEventListener("abort", kill);
    kill();
  }
  const outputs = Object.keys(request.outputs).map((name): [string, Uint32Array] => [
    name,
    joinBeats(shards.map(({ result }) => result.outputs[name]?.beats ?? new Uint32Array())),
  ]);
  return { shards, outputs: Object.fromEntries(outputs) };
}

type RunInput = StreamRun["inputs"][string];
type RunOutput = StreamRun["outputs"][string];

interface Shard {
  readonly firstFrame: number;
  readonly frames: number;
  readonly order: ShardOrder;
}

function cutFrames(library: ModelLibrary, request: FramesRequest, perShard: number): readonly Shard[] {
  const shards: Shard[] = [];
  for (let firstFrame = 0; firstFrame < request.frames; firstFrame += perShard) {
    const frames = Math.min(perShard, request.frames - firstFrame);
    const inputs = Object.entries(request.inputs).map(([name, { beats, ...stream }]): [string, RunInput] => {
      const limbs = beats.length / request.frames;
      if (!Number.isInteger(limbs)) {
        const have = `${String(beats.length)} limbs for ${String(request.frames)} frames`;
        throw new SluiceError("frames-uneven", `input ${name}: ${have} is not the same number for each`);
      }
      return [name, { ...stream, beats: beats.slice(firstFrame * limbs, (firstFrame + frames) * limbs) }];
    });
    const outputs = Object.entries(request.outputs).map(
      ([name, { perFrame, ...stream }]): [string, RunOutput] => [
        name,
        { ...stream, count: frames * perFrame },
      ],
    );
    const run = { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) };
    const idle = request.idleLimit === undefined ? {} : { idleLimit: request.idleLimit };
    shards.push({
      firstFrame,
      frames,
      order: { library, options: request.options ?? {}, run: { ...run, ...idle } },
    });
  }
  return shards;
}

/** Plain Node reads the worker's TypeScript as well as its compiled JavaScript. It ends with its channel to us. */
function startWorker(): ChildProcess {
  const script = `./worker${extname(fileURLToPath(import.meta.url))}`;
  return fork(fileURLToPath(new URL(script, import.meta.url)), {
    execArgv: [],
    serialization: "advanced",
  });
}

function askWorker(worker: ChildProcess, order: ShardOrder, what: string): Promise<StreamResult> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      worker.off("error", onError);
    };
    const onMessage = (answer: ShardAnswer): void => {
      settle();
      if ("result" in answer) resolve(answer.result);
      else reject(new SluiceError(answer.error.code, `${what}: ${answer.error.message}`, answer.error));
    };
    const onExit = (code: number | null, signal: string | null): void => {
      settle();
      const how = signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`;
      reject(new SluiceError("worker-died", `a simulation process ${how} during ${what}`));
    };
    const onError = (cause: Error): void => {
      settle();
      reject(new SluiceError("worker-died", `a simulation process failed during ${what}`, { cause }));
    };
    worker.once("message", onMessage);
    worker.once("exit", onExit);
    worker.once("error", onError);
    if (worker.exitCode !== null || worker.signalCode !== null) onExit(worker.exitCode, worker.signalCode);
    else {
      worker.send(order, (error) => {
        if (error !== null) onError(error);
      });
    }
  });
}

function hungError({ run }: ShardOrder, result: StreamResult, what: string): SluiceError {
  const missing = Object.entries(run.outputs).map(([name, { count }]) => {
    return `${name} gave ${String(result.outputs[name]?.count ?? 0)} of ${String(count)} beats`;
  });
  return new SluiceError("simulation-hung", `${what} hang: ${missing.join(", ")}, then nothing moved`, {
    where: `tick ${String(result.ticks)}`,
  });
}

function joinBeats(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
