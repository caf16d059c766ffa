import { SluiceError } from "../src/error.ts";
import {
  elaborate,
  type ElaborateOptions,
  type Hardware,
  type InputPort,
  type OutputPort,
  type PortRecord,
  type PortSpec,
  type SinkPort,
  type SourcePort,
} from "../src/hdl/index.ts";
import { mapPorts } from "../src/hdl/ports.ts";
import type { View } from "../src/ir/index.ts";
import type { NativeSimulator } from "../src/simulate/native.ts";
import type { Simulator, Stall, StreamResult } from "../src/simulate/simulator.ts";
import type { WaveformRequest } from "../src/simulate/waveform.ts";
import type { WaveJson } from "../src/simulate/wavejson.ts";
import { codecOf, type Codec, type JsOf } from "./beats.ts";
import { ClockLoop, InputDriver, OutputDriver } from "./clock-loop.ts";
import { byPort } from "./ports.ts";
import { simulatorsOf } from "./simulators.ts";

export interface TestbenchOptions {
  /** `native` starts in milliseconds and needs no tool; `verilator` runs the emitted SystemVerilog. */
  readonly simulator?: Simulator["kind"];
  /** `implementation` runs the cells that synthesis sees of components that have some; default `plain`. */
  readonly view?: View;
  /** Random stalls of every stream; the seed of a stream is `seed` plus its position in the port record, from 0. */
  readonly stalls?: Stall;
  /** Period of each clock domain in ticks; 1 where not given. */
  readonly periods?: Readonly<Record<string, number>>;
  /** Waveform file: VCD from the native simulator, FST from Verilator. */
  readonly trace?: string;
  /** Checks the rules of all streams, inside the design too, in every tick; default false. */
  readonly streamRules?: boolean;
  /** A stream operation that has waited this many ticks without a transfer on any stream is given up (default 10,000). */
  readonly idleLimit?: number;
  readonly elaborate?: ElaborateOptions;
}

/** A value that goes into the design. */
export interface InputHandle<T> {
  /** Takes effect at once, before the next clock edge. */
  poke(value: T): void;
}

/** A value that comes out of the design. */
export interface OutputHandle<T> {
  /** The value now, combinational logic settled. */
  peek(): T;
}

/** A stream into the design. */
export interface InputStream<T> {
  /** Queues beats, which go in as the clock runs. `await` it to run the clock until all are taken. */
  push(beats: T | readonly T[]): PromiseLike<void>;
  /** Beats that are queued and not taken yet. */
  readonly pending: number;
  /** From now on stalls at random: valid is not raised in a stalled cycle. */
  stall(probability: number, seed: number): void;
}

/** A stream out of the design. */
export interface OutputStream<T> {
  /** Runs the clock until the next beat arrives. Ready is high only while beats are asked for. */
  pop(): Promise<T>;
  /** As `pop`, for the next `count` beats. */
  popMany(count: number): Promise<T[]>;
  /** From now on stalls at random: ready is low in a stalled cycle. */
  stall(probability: number, seed: number): void;
}

/** The port record as a testbench sees it. */
export type PortHandles<P> =
  P extends InputPort<infer K>
    ? InputHandle<JsOf<K>>
    : P extends OutputPort<infer K>
      ? OutputHandle<JsOf<K>>
      : P extends SinkPort<infer K>
        ? InputStream<JsOf<K>>
        : P extends SourcePort<infer K>
          ? OutputStream<JsOf<K>>
          : { readonly [N in keyof P]: PortHandles<P[N]> };

/** Beats for the streams of a port record that are to be fed. */
export type RunInputs<P> =
  P extends SinkPort<infer K>
    ? readonly JsOf<K>[]
    : P extends PortSpec
      ? never
      : { readonly [N in keyof P]?: RunInputs<P[N]> };

/** How many beats to take, for the streams of a port record that are to be read. */
export type RunCounts<P> = P extends SourcePort
  ? number
  : P extends PortSpec
    ? never
    : { readonly [N in keyof P]?: RunCounts<P[N]> };

/** What a run gives for every stream: the ticks of its transfers, from 0 at its start, and of an output the beats. */
export type RunResults<P> = P extends SinkPort
  ? { readonly stamps: readonly number[] }
  : P extends SourcePort<infer K>
    ? { readonly values: readonly JsOf<K>[]; readonly stamps: readonly number[] }
    : P extends PortSpec
      ? undefined
      : { readonly [N in keyof P]: RunResults<P[N]> };

export interface TestbenchControls<P extends PortRecord> {
  readonly simulator: Simulator;
  /** All ports by name, also those whose name is one of these controls. */
  readonly ports: PortHandles<P>;
  /** Ticks since power-up. */
  readonly ticks: number;
  /** Runs the clock; queued beats go in, beats that were asked for come out. */
  step(ticks?: number): void;
  /** Holds every reset for two rises of the slowest clock. Queued beats are forgotten. */
  reset(): void;
  /** Moves whole streams as fast as the simulator can, with stalls as in the options. @throws SluiceError `stream-hung`. */
  run(request: {
    readonly inputs?: RunInputs<P>;
    readonly outputs?: RunCounts<P>;
    readonly stalls?: Stall;
  }): RunResults<P> & { readonly ticks: number };
  /** Keeps the values of these signals (default: all ports) from now on. Native simulator only. */
  watch(paths?: readonly string[]): void;
  /** What was watched, drawn as text. Native simulator only. */
  waveform(request?: WaveformRequest): string;
  /** What was watched, as a timing diagram for WaveDrom. Native simulator only. */
  timingDiagram(request?: WaveformRequest): WaveJson;
  /** Ends the simulation; a waveform file is complete after it. */
  close(): void;
}

/** A running design: its ports by name, and the controls. A port named as a control is reached by `ports`. */
export type Testbench<P extends PortRecord> = TestbenchControls<P> &
  Omit<PortHandles<P>, keyof TestbenchControls<P>>;

const defaultIdleLimit = 10_000;

/**
 * Starts a simulation of `hardware`, out of reset.
 *
 * ```ts
 * const tb = await testbench(fifo({ kind: uint(8), depth: 16 }), { simulator: "native" });
 * tb.x.push([1, 2, 3]);
 * expect(await tb.y.popMany(3)).toEqual([1, 2, 3]);
 * ```
 *
 * Waiting for a stream runs the clock; several tasks may wait at once.
 *
 * @throws DesignError, and what the simulator's build throws.
 */
export async function testbench<P extends PortRecord>(
  hardware: Hardware<P>,
  options: TestbenchOptions = {},
): Promise<Testbench<P>> {
  const { periods = {}, trace, stalls, idleLimit = defaultIdleLimit, view = "plain" } = options;
  const design = elaborate(hardware, options.elaborate);
  const [start] = await simulatorsOf([design], options.simulator ?? "native", {
    trace: trace !== undefined,
    view,
    streamRules: options.streamRules ?? false,
  });
  if (start === undefined) throw new Error("no simulator was made");
  const simulator = start({ periods, ...(trace === undefined ? {} : { trace }) });
  const loop = new ClockLoop(simulator, periods, idleLimit);
  const codecs = new Map<string, Codec>();
  const ports = mapPorts(hardware.ports, (name, { port, kind }) => {
    const codec = codecOf(kind, `${simulator.top.name}.${name}`);
    const stall = stallOf(stalls, codecs.size);
    codecs.set(name, codec);
    if (port === "input" || port === "output") return new PlainPort(simulator, name, codec);
    const stream = simulator.top.streams.find((each) => each.name === name);
    if (stream === undefined) throw new Error(`no stream ${name} in ${simulator.top.name}`);
    return loop.add(new (port === "sink" ? InputDriver : OutputDriver)(loop, stream, codec, stall));
  }) as PortHandles<P>;

  const controls: TestbenchControls<P> = {
    simulator,
    ports,
    get ticks() {
      return simulator.ticks;
    },
    step: (ticks = 1) => {
      loop.step(ticks);
    },
    reset: () => {
      loop.clear();
      simulator.reset(2 * Math.max(1, ...Object.values(periods)));
    },
    run: (request) => {
      loop.release();
      return runStreams(simulator, hardware.ports, codecs, { ...request, idleLimit }) as ReturnType<
        TestbenchControls<P>["run"]
      >;
    },
    watch: (paths) => {
      nativeOnly(simulator).watch(paths);
    },
    waveform: (request) => nativeOnly(simulator).waveform(request),
    timingDiagram: (request) => nativeOnly(simulator).timingDiagram(request),
    close: () => {
      loop.clear();
      simulator.close();
    },
  };
  controls.reset();
  return Object.defineProperties(
    { ...(ports as object) },
    Object.getOwnPropertyDescriptors(controls),
  ) as Testbench<P>;
}

/** A port that is not a stream. */
class PlainPort implements InputHandle<unknown>, OutputHandle<unknown> {
  readonly #simulator: Simulator;
  readonly #leaves: readonly string[];
  readonly #codec: Codec;

  constructor(simulator: Simulator, name: string, codec: Codec) {
    this.#simulator = simulator;
    this.#leaves = codec.names(name);
    this.#codec = codec;
  }

  poke(value: unknown): void {
    this.#codec.leaves(value).forEach((leaf, i) => {
      const port = this.#leaves[i];
      if (port !== undefined) this.#simulator.poke(port, leaf);
    });
  }

  peek(): unknown {
    return this.#codec.fromLeaves(this.#leaves.map((port) => this.#simulator.peek(port)));
  }
}

interface RunRequest {
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly stalls?: Stall;
  readonly idleLimit: number;
}

function runStreams(
  simulator: Simulator,
  record: PortRecord,
  codecs: ReadonlyMap<string, Codec>,
  { inputs, outputs, stalls, idleLimit }: RunRequest,
): unknown {
  const given = new Map([...byPort(record, inputs), ...byPort(record, outputs)]);
  const codecAt = (name: string): Codec => {
    const codec = codecs.get(name);
    if (codec === undefined) throw new Error(`no codec for ${name}`);
    return codec;
  };
  const stalled = (name: string) => {
    const stall = stallOf(stalls, [...codecs.keys()].indexOf(name));
    return stall === undefined ? {} : { stall };
  };
  const select = (direction: "sink" | "source") =>
    simulator.top.streams.filter((stream) => stream.direction === direction && given.has(stream.name));
  const result = simulator.run({
    inputs: Object.fromEntries(
      select("sink").map(({ name }) => [
        name,
        { beats: codecAt(name).encode(given.get(name) as readonly unknown[]), ...stalled(name) },
      ]),
    ),
    outputs: Object.fromEntries(
      select("source").map(({ name }) => [name, { count: given.get(name) as number, ...stalled(name) }]),
    ),
    idleLimit,
  });
  if (result.hung) throw hungRun(simulator, result, given);
  const results = mapPorts(record, (name, { port }) => {
    if (port === "sink") return { stamps: [...(result.inputs[name]?.stamps ?? [])] };
    if (port !== "source") return undefined;
    const output = result.outputs[name];
    return {
      values: codecAt(name).decode(output?.beats ?? new Uint32Array()),
      stamps: [...(output?.stamps ?? [])],
    };
  });
  return { ...(results as object), ticks: result.ticks };
}

function hungRun(
  simulator: Simulator,
  result: StreamResult,
  given: ReadonlyMap<string, unknown>,
): SluiceError {
  const open = [...given].flatMap(([name, wanted]) => {
    const count = typeof wanted === "number" ? wanted : (wanted as readonly unknown[]).length;
    const moved = result.inputs[name]?.count ?? result.outputs[name]?.count ?? 0;
    return moved < count ? [`${name} after ${String(moved)} of ${String(count)} beats`] : [];
  });
  return new SluiceError("stream-hung", `no beat moves any more: ${open.join(", ")}`, {
    where: `${simulator.top.name}, tick ${String(simulator.ticks)}`,
    hint: "give more beats or ask for fewer, or give a higher idleLimit if the design needs longer",
  });
}

/** Every stream stalls by a pattern of its own: `position` is that of the port in the record. */
function stallOf(stalls: Stall | undefined, position: number): Stall | undefined {
  return stalls === undefined ? undefined : { ...stalls, seed: stalls.seed + position };
}

function nativeOnly(simulator: Simulator): NativeSimulator {
  if (simulator.kind === "native") return simulator as NativeSimulator;
  throw new SluiceError("waveform-needs-native", "only the native simulator draws waveforms as text", {
    hint: 'use { simulator: "native" }, or write a file with { trace }',
  });
}
