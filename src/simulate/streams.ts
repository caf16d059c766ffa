import { known } from "./flatten.ts";
import type { Net } from "./flatten.ts";
import { chunksOf, limbsFor, pack, unpack } from "./layout.ts";
import type { Chunk } from "./layout.ts";
import type { Stall, StreamResult, StreamRun, StreamTiming } from "./simulator.ts";
import { SluiceError } from "../error.ts";
import { widthOf } from "../ir/index.ts";
import type { Module, StreamPort } from "../ir/index.ts";

/** What the loop over cycles needs of a simulator. */
export interface Engine {
  readonly top: Module;
  readonly nets: ReadonlyMap<string, Net>;
  readonly slots: Int32Array;
  /** Index of a domain's clock. */
  clockOf(domain: string): number;
  /** Whether a clock rises at the end of the current tick. */
  rises(clock: number): boolean;
  /** Inputs have changed: computes all signals. */
  settle(): void;
  /** Ends the tick. */
  edge(): void;
}

const DEFAULT_IDLE_LIMIT = 100_000;

/**
 * Moves whole streams. In a tick at whose end a stream's clock rises, first its stall is drawn; an input that holds no
 * beat then raises valid with the next one unless stalled, and an output that has beats to take sets ready unless
 * stalled. In other ticks valid and ready stay. Then signals settle, beats whose valid and ready are both set are
 * transferred, and the tick ends. Payloads stay when valid falls. After the run valid and ready of its streams are low.
 */
export function runStreams(engine: Engine, request: StreamRun): StreamResult {
  const inputs = Object.entries(request.inputs).map(([name, { beats, stall }]) => {
    return new Input(engine, streamOf(engine.top, name, "sink"), beats, stall);
  });
  const outputs = Object.entries(request.outputs).map(([name, { count, stall }]) => {
    return new Output(engine, streamOf(engine.top, name, "source"), count, stall);
  });
  const lanes: readonly Lane[] = [...inputs, ...outputs];
  const { idleLimit = DEFAULT_IDLE_LIMIT } = request;
  let ticks = 0;
  let idle = 0;
  let open = lanes.filter((lane) => lane.done < lane.count).length;
  try {
    while (open > 0 && idle < idleLimit) {
      for (const lane of lanes) if (engine.rises(lane.clock)) lane.offer();
      engine.settle();
      idle++;
      for (const lane of lanes)
        if (engine.rises(lane.clock) && lane.transfer(ticks)) {
          idle = 0;
          if (lane.done === lane.count) open--;
        }
      engine.edge();
      ticks++;
    }
  } finally {
    for (const lane of lanes) lane.release();
  }
  return {
    ticks,
    hung: open > 0,
    inputs: Object.fromEntries(inputs.map((input) => [input.name, input.timing()])),
    outputs: Object.fromEntries(
      outputs.map((output) => [output.name, { ...output.timing(), beats: output.taken() }]),
    ),
  };
}

function streamOf(top: Module, name: string, direction: StreamPort["direction"]): StreamPort {
  const stream = top.streams.find((candidate) => candidate.name === name);
  if (stream?.direction === direction) return stream;
  const names = top.streams
    .filter((candidate) => candidate.direction === direction)
    .map((found) => found.name);
  const role = direction === "sink" ? "input" : "output";
  throw new SluiceError("unknown-stream", `${top.name} has no ${role} stream called ${name}`, {
    where: name,
    hint: names.length === 0 ? `it has no ${role} streams` : `its ${role} streams: ${names.join(", ")}`,
  });
}

/** One stream of a run. */
abstract class Lane {
  readonly name: string;
  readonly clock: number;
  readonly count: number;
  done = 0;
  readonly limbs: number;
  protected readonly slots: Int32Array;
  protected readonly valid: number;
  protected readonly ready: number;
  protected readonly payload: readonly Chunk[];
  protected readonly stalls: StallPattern;
  readonly #stamps: Uint32Array;

  constructor(
    engine: Engine,
    stream: StreamPort,
    count: (limbs: number) => number,
    stall: Stall | undefined,
  ) {
    this.name = stream.name;
    this.clock = engine.clockOf(stream.domain);
    this.slots = engine.slots;
    this.valid = known(engine.nets, stream.valid).slot;
    this.ready = known(engine.nets, stream.ready).slot;
    let width = 0;
    const chunks: Chunk[] = [];
    for (const { port } of stream.payload) {
      const { type, slot } = known(engine.nets, port);
      chunks.push(...chunksOf(type, slot, width));
      width += widthOf(type);
    }
    this.payload = chunks;
    this.limbs = Math.max(1, limbsFor(width));
    this.count = count(this.limbs);
    this.stalls = new StallPattern(stall);
    this.#stamps = new Uint32Array(this.count);
  }

  /** Drives the stream for a tick at whose end its clock rises. */
  abstract offer(): void;
  protected abstract take(): void;
  abstract release(): void;

  /** Moves a beat if both sides agree; true when they do. */
  transfer(tick: number): boolean {
    if ((this.slots[this.valid] ?? 0) === 0 || (this.slots[this.ready] ?? 0) === 0) return false;
    if (this.done >= this.count) return false;
    this.#stamps[this.done] = tick;
    this.take();
    this.done++;
    return true;
  }

  timing(): StreamTiming {
    return { count: this.done, stamps: this.#stamps.slice(0, this.done) };
  }
}

class Input extends Lane {
  readonly #beats: Uint32Array;
  #holding = false;

  constructor(engine: Engine, stream: StreamPort, beats: Uint32Array, stall: Stall | undefined) {
    super(engine, stream, (limbs) => wholeBeats(stream.name, beats, limbs), stall);
    this.#beats = beats;
  }

  override offer(): void {
    const stalled = this.stalls.draw();
    if (this.#holding) return;
    this.#holding = !stalled && this.done < this.count;
    this.slots[this.valid] = this.#holding ? 1 : 0;
    if (this.#holding) unpack(this.#beats, this.done * this.limbs, this.payload, this.slots);
  }

  protected override take(): void {
    this.#holding = false;
  }

  override release(): void {
    this.slots[this.valid] = 0;
  }
}

class Output extends Lane {
  readonly #beats: Uint32Array;

  constructor(engine: Engine, stream: StreamPort, count: number, stall: Stall | undefined) {
    super(engine, stream, () => count, stall);
    this.#beats = new Uint32Array(count * this.limbs);
  }

  override offer(): void {
    const stalled = this.stalls.draw();
    this.slots[this.ready] = !stalled && this.done < this.count ? 1 : 0;
  }

  protected override take(): void {
    pack(this.slots, this.payload, this.#beats, this.done * this.limbs);
  }

  override release(): void {
    this.slots[this.ready] = 0;
  }

  /** Beats taken, one after the other. */
  taken(): Uint32Array {
    return this.#beats.slice(0, this.done * this.limbs);
  }
}

function wholeBeats(stream: string, beats: Uint32Array, limbs: number): number {
  if (beats.length % limbs === 0) return beats.length / limbs;
  throw new SluiceError(
    "partial-beat",
    `${String(beats.length)} limbs are no whole number of beats of ${String(limbs)} limbs`,
    { where: stream, hint: "give every beat ceil(width / 32) limbs" },
  );
}

/** Draws of a stall, as simulator.ts defines them. */
export class StallPattern {
  readonly #threshold: number;
  #state: number;

  constructor(stall: Stall | undefined) {
    this.#threshold = stall === undefined ? 0 : Math.floor(stall.probability * 2 ** 32);
    const state = Math.imul(stall?.seed ?? 0, 0x9e3779b1) >>> 0;
    this.#state = state === 0 ? 1 : state;
  }

  draw(): boolean {
    if (this.#threshold === 0) return false;
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0 < this.#threshold;
  }
}
