import { renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SluiceError } from "../../src/error.ts";
import { widthOf, type Module, type Port, type StreamPort } from "../../src/ir/index.ts";
import type {
  Simulator,
  SimulatorOptions,
  Stall,
  StreamResult,
  StreamRun,
  StreamTiming,
} from "../../src/simulate/simulator.ts";
import { amongMaps, placeOf, type FindSourceMap } from "../places.ts";
import type { SourceFile } from "../sources.ts";
import { limbsOf } from "../vectors.ts";
import type { ModelLibrary } from "./build.ts";
import { loadNative, type Handle, type Native } from "./native.ts";

export interface VerilatorOptions extends SimulatorOptions {
  /** Which of the library's designs; default 0. */
  readonly design?: number;
  /** File to which what was counted goes when the simulation is closed, of a model that counts coverage. */
  readonly coverage?: string;
  /** Source maps of the design: failures then name their place in TypeScript. */
  readonly maps?: readonly SourceFile[] | undefined;
}

/**
 * A design that runs as compiled C++. A failed assertion, `$error`, `$fatal`, `$stop` or `$finish` ends the call during
 * which it happens with a SluiceError and leaves the tick in which it happened complete; after all but `$fatal` the
 * simulation can go on.
 */
export class VerilatorSimulator implements Simulator {
  readonly kind = "verilator";
  readonly top: Module;
  readonly #native: Native;
  readonly #ports: ReadonlyMap<string, { readonly port: Port; readonly index: number }>;
  readonly #trace: string | undefined;
  readonly #coverage: string | undefined;
  readonly #mapOf: FindSourceMap;
  #handle: Handle | undefined;
  #busy = false;

  /** @throws SluiceError `trace-not-built`, `trace-not-writable`, `unknown-domain`, `period-invalid`, and what initial blocks cause. */
  constructor(library: ModelLibrary, options: VerilatorOptions = {}) {
    const design = options.design ?? 0;
    const top = library.tops[design];
    if (top === undefined) throw new RangeError(`the library has no design ${String(design)}`);
    if (options.trace !== undefined && !library.trace) {
      throw new SluiceError("trace-not-built", "this Verilator model cannot write a waveform", {
        where: options.trace,
        hint: "build it with { trace: true }",
      });
    }
    this.top = top;
    this.#native = loadNative(library.path);
    this.#ports = new Map(top.ports.map((port, index) => [port.name, { port, index }]));
    this.#trace = options.trace === undefined ? undefined : resolve(options.trace);
    if (this.#trace !== undefined) checkWritable(this.#trace);
    this.#coverage = options.coverage;
    this.#mapOf = amongMaps(options.maps);
    const clocks = clockPeriods(top, options.periods ?? {}).map(({ clock, period }) => [
      this.#ports.get(clock)?.index ?? noPort,
      period,
    ]);
    const high = top.domains.flatMap(({ reset, resetActive }) =>
      reset !== undefined && resetActive === "low" && this.#ports.has(reset) ? [this.#port(reset).index] : [],
    );
    this.#handle = this.#native.create(
      design,
      join(dirname(library.path), `m${String(design)}`),
      this.#trace === undefined ? null : partial(this.#trace),
      Uint32Array.from(clocks.flat()),
      clocks.length,
      Uint32Array.from(high),
      high.length,
    );
    this.#check(this.#native.status(this.#handle));
  }

  get ticks(): number {
    return this.#native.ticks(this.#use());
  }

  reset(ticks = 2): void {
    const level = (active: boolean): void => {
      for (const { reset, resetActive } of this.top.domains) {
        if (reset !== undefined && this.#ports.has(reset))
          this.poke(reset, Uint32Array.of(Number(active === (resetActive === "high"))));
      }
    };
    level(true);
    this.step(ticks);
    level(false);
  }

  poke(port: string, value: Uint32Array): void {
    const { port: declared, index } = this.#port(port);
    if (declared.direction !== "in" || declared.role === "clock") {
      const what = declared.role === "clock" ? "a clock" : "an output";
      throw new SluiceError("port-not-pokable", `${port} is ${what}`, { where: `${this.top.name}.${port}` });
    }
    checkValue(`${this.top.name}.${port}`, value, widthOf(declared.type), 1);
    this.#native.poke(this.#use(), index, value);
  }

  peek(port: string): Uint32Array {
    const { port: declared, index } = this.#port(port);
    const value = new Uint32Array(limbsOf(widthOf(declared.type)));
    this.#check(this.#native.peek(this.#use(), index, value));
    return value;
  }

  step(ticks = 1): void {
    this.#check(this.#native.step(this.#use(), ticks));
  }

  run(request: StreamRun): StreamResult {
    const result = new Uint32Array(2);
    const streams = this.#addStreams(request);
    this.#check(this.#native.run(this.#use(), request.idleLimit ?? defaultIdleLimit, result));
    return this.#streamResult(streams, result);
  }

  /** As `run`, on a thread of its own. No other call may be made before it ends. */
  async runAsync(request: StreamRun): Promise<StreamResult> {
    const result = new Uint32Array(2);
    const streams = this.#addStreams(request);
    const running = this.#native.runAsync(this.#use(), request.idleLimit ?? defaultIdleLimit, result);
    this.#busy = true;
    const status = await running.finally(() => (this.#busy = false));
    this.#check(status);
    return this.#streamResult(streams, result);
  }

  close(): void {
    if (this.#handle === undefined) return;
    if (this.#coverage !== undefined) this.#check(this.#native.writeCoverage(this.#use(), this.#coverage));
    this.#native.free(this.#use());
    this.#handle = undefined;
    if (this.#trace !== undefined) renameSync(partial(this.#trace), this.#trace);
  }

  #use(): Handle {
    if (this.#handle === undefined) throw new SluiceError("simulator-closed", "this simulator is closed");
    if (this.#busy) throw new SluiceError("simulator-busy", "this simulator still runs streams");
    return this.#handle;
  }

  #port(name: string): { readonly port: Port; readonly index: number } {
    const port = this.#ports.get(name);
    if (port === undefined) {
      throw new SluiceError("unknown-port", `${this.top.name} has no port ${name}`, {
        hint: `its ports: ${[...this.#ports.keys()].join(", ")}`,
      });
    }
    return port;
  }

  #check(status: number): void {
    if (status === 0) return;
    const handle = this.#use();
    const message = this.#native
      .message(handle)
      .trim()
      .replace(/^\[\d+\] %(?:Error|Fatal): /, "");
    const place = placeOf(message, this.#mapOf);
    const tick = `tick ${String(Math.max(0, this.#native.ticks(handle) - 1))}`;
    throw new SluiceError(statusCodes[status] ?? "simulation-failed", message, {
      where: [this.top.name, ...(place === undefined ? [] : [place]), tick].join(", "),
    });
  }

  #addStreams(request: StreamRun): Streams {
    const handle = this.#use();
    const inputs = Object.entries(request.inputs).map(([name, { beats, stall }]) => {
      const stream = this.#stream(name, "sink");
      checkValue(`${this.top.name}.${name}`, beats, stream.width, beats.length / limbsOf(stream.width));
      return { ...stream, name, beats, stall, count: beats.length / limbsOf(stream.width) };
    });
    const outputs = Object.entries(request.outputs).map(([name, { count, stall }]) => {
      return { ...this.#stream(name, "source"), name, count, stall };
    });
    this.#native.clearStreams(handle);
    for (const { beats, ...stream } of inputs) {
      this.#native.addInput(handle, ...streamArguments(stream), beats);
    }
    for (const stream of outputs) this.#native.addOutput(handle, ...streamArguments(stream));
    return { inputs, outputs };
  }

  #stream(name: string, direction: StreamPort["direction"]): StreamPlan {
    const stream = this.top.streams.find((candidate) => candidate.name === name);
    if (stream?.direction !== direction) {
      const wanted = direction === "sink" ? "input" : "output";
      const known = this.top.streams.filter((s) => s.direction === direction).map((s) => s.name);
      throw new SluiceError("unknown-stream", `${this.top.name} has no ${wanted} stream ${name}`, {
        hint: `its ${wanted} streams: ${known.join(", ")}`,
      });
    }
    const leaves = stream.payload.map(({ port }) => this.#port(port));
    return {
      valid: this.#port(stream.valid).index,
      ready: this.#port(stream.ready).index,
      clock: this.top.domains.findIndex(({ name: domain }) => domain === stream.domain),
      leaves: Uint32Array.from(leaves, ({ index }) => index),
      width: leaves.reduce((sum, { port }) => sum + widthOf(port.type), 0),
    };
  }

  #streamResult(streams: Streams, [ticks = 0, hung = 0]: Uint32Array): StreamResult {
    const handle = this.#use();
    const inputs = streams.inputs.map(({ name }, index): [string, StreamTiming] => {
      const count = this.#native.count(handle, false, index);
      const stamps = new Uint32Array(count);
      this.#native.take(handle, false, index, stamps, new Uint32Array());
      return [name, { count, stamps }];
    });
    const outputs = streams.outputs.map(({ name, width }, index): [string, OutputResult] => {
      const count = this.#native.count(handle, true, index);
      const stamps = new Uint32Array(count);
      const beats = new Uint32Array(count * limbsOf(width));
      this.#native.take(handle, true, index, stamps, beats);
      return [name, { count, stamps, beats }];
    });
    return {
      ticks,
      hung: hung !== 0,
      inputs: Object.fromEntries(inputs),
      outputs: Object.fromEntries(outputs),
    };
  }
}

type OutputResult = StreamTiming & { readonly beats: Uint32Array };

/** A stream by the numbers of its ports. */
interface StreamPlan {
  readonly valid: number;
  readonly ready: number;
  readonly clock: number;
  readonly leaves: Uint32Array;
  readonly width: number;
}

interface Streams {
  readonly inputs: readonly (StreamPlan & { readonly name: string })[];
  readonly outputs: readonly (StreamPlan & { readonly name: string })[];
}

const defaultIdleLimit = 100_000;

/** Number of the port of a clock that nothing in the design needs. */
const noPort = 2 ** 32 - 1;

/** By the status that harness.cpp returns. */
const statusCodes = ["", "assertion-failed", "simulation-finished", "simulation-failed"];

function streamArguments(stream: StreamPlan & { count: number; stall: Stall | undefined }) {
  const { probability, seed } = stream.stall ?? { probability: 0, seed: 1 };
  return [
    stream.valid,
    stream.ready,
    stream.clock,
    stream.leaves,
    stream.leaves.length,
    stream.count,
    Math.floor(probability * 2 ** 32),
    Math.max(1, Math.imul(seed, 0x9e3779b1) >>> 0),
  ] as const;
}

/** The period of every clock port, in the order of the domains. */
function clockPeriods(
  top: Module,
  periods: Readonly<Record<string, number>>,
): readonly { readonly clock: string; readonly period: number }[] {
  const names = top.domains.map(({ name }) => name);
  for (const [name, period] of Object.entries(periods)) {
    if (!names.includes(name)) {
      throw new SluiceError("unknown-domain", `${top.name} has no clock domain ${name}`, {
        hint: `its clock domains: ${names.join(", ")}`,
      });
    }
    if (!Number.isInteger(period) || period < 1) {
      throw new SluiceError(
        "period-invalid",
        `period ${String(period)} of ${name} is not a whole number from 1 up`,
      );
    }
  }
  return top.domains.map(({ name, clock }) => ({ clock, period: periods[name] ?? 1 }));
}

/** Checks that `limbs` are `count` values of `width` bits each, with nothing above them. */
function checkValue(where: string, limbs: Uint32Array, width: number, count: number): void {
  const size = limbsOf(width);
  if (limbs.length !== size * count || !Number.isInteger(count)) {
    const have = String(limbs.length);
    throw new SluiceError("value-length", `${have} limbs are not values of ${String(width)} bits`, { where });
  }
  const unused = width % 32 === 0 ? 0 : (~0 << (width % 32)) >>> 0;
  if (unused === 0) return;
  for (let last = size - 1; last < limbs.length; last += size) {
    if (((limbs[last] ?? 0) & unused) === 0) continue;
    throw new SluiceError(
      "value-range",
      `value ${String((last + 1) / size - 1)} has bits above its ${String(width)}`,
      {
        where,
      },
    );
  }
}

/** Verilator says nothing where it cannot write. */
function checkWritable(trace: string): void {
  try {
    writeFileSync(partial(trace), "");
  } catch (cause) {
    throw new SluiceError("trace-not-writable", "the waveform file cannot be written", {
      where: trace,
      hint: "give a path in a folder that exists and is writable",
      cause,
    });
  }
}

function partial(path: string): string {
  return `${path}.partial`;
}
