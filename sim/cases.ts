import { SluiceError } from "../src/error.ts";
import {
  elaborate,
  type ClockSpec,
  type Hardware,
  type OutputPort,
  type PortRecord,
  type PortSpec,
  type SinkPort,
  type SourcePort,
} from "../src/hdl/index.ts";
import { mapPorts } from "../src/hdl/ports.ts";
import type { Design } from "../src/ir/index.ts";
import { Random } from "../src/random.ts";
import { createNativeSimulator } from "../src/simulate/native.ts";
import type { Simulator, Stall, StreamResult, StreamRun } from "../src/simulate/simulator.ts";
import { codecOf, type Codec, type JsOf } from "./beats.ts";
import { ClockLoop, InputDriver, OutputDriver } from "./clock-loop.ts";
import { byPort } from "./ports.ts";
import { randomValue } from "./random-values.ts";
import { simulatorsOf, type StartSimulator } from "./simulators.ts";

/** Beats of every stream into the design, shaped as its port record. */
export type InputBeats<R> =
  R extends SinkPort<infer K>
    ? readonly JsOf<K>[]
    : R extends PortSpec
      ? undefined
      : { readonly [N in keyof R as R[N] extends SourcePort | OutputPort ? never : N]: InputBeats<R[N]> };

/** Beats of the streams out of the design. */
export type OutputBeats<R> =
  R extends SourcePort<infer K>
    ? readonly JsOf<K>[]
    : R extends PortSpec
      ? undefined
      : { readonly [N in keyof R]?: OutputBeats<R[N]> };

/** Ticks of the transfers of some streams, from 0 at the start of the run. */
export type Stamps<R> = R extends PortSpec ? readonly number[] : { readonly [N in keyof R]?: Stamps<R[N]> };

/** A run in which nothing stalls. */
export interface UnstalledRun<P, R> {
  readonly params: P;
  readonly inputs: InputBeats<R>;
  readonly outputs: OutputBeats<R>;
  readonly periods: Readonly<Record<string, number>>;
  /** Tick, since power-up, in which the run starts. */
  readonly start: number;
}

/** A generator and what its hardware has to do. */
export interface CaseStudy<P, R extends PortRecord> {
  readonly hardware: (params: P) => Hardware<R>;
  /** Random parameters. */
  readonly pick: (random: Random) => P;
  /** What comes out for what goes in: the software model. */
  readonly model: (inputs: InputBeats<R>, params: P) => OutputBeats<R>;
  /** When every beat moves where nothing stalls; streams that are left out are not compared. */
  readonly timing: (run: UnstalledRun<P, R>) => Stamps<R>;
  /** Beats that go in; where not given, up to 60 random ones, equally many for every stream. */
  readonly inputs?: (params: P, random: Random) => InputBeats<R>;
  /** Period of each clock; 1 where not given. */
  readonly periods?: (params: P, random: Random) => Readonly<Record<string, number>>;
}

/**
 * How much is tried. Each distinct parameter set costs Verilator about a second, the native simulator milliseconds.
 * Parameter sets that have an implementation for synthesis run in Verilator a second time, as cells.
 */
export interface CasesPlan {
  readonly seed: number;
  /** Cases (parameters, data, stalls) that run in both simulators; default 200. */
  readonly cases?: number;
  /** Parameter sets that these are spread over; default 10. */
  readonly sets?: number;
  /** Further parameter sets for the native simulator alone, 4 cases each; default 50. */
  readonly nativeSets?: number;
  /** Whether Verilator's models are compiled with optimisation, which takes minutes for tens of thousands of cells; default true. */
  readonly optimize?: boolean;
  /** Whether implementations for synthesis are built and run too; default true. */
  readonly implementations?: boolean;
}

/** What was tried. */
export interface Coverage {
  /** Cases that ran in both simulators, and the different parameter sets among them. */
  readonly both: { readonly cases: number; readonly parameterSets: number };
  /** Cases that ran in the native simulator alone, and the different parameter sets among them. */
  readonly nativeOnly: { readonly cases: number; readonly parameterSets: number };
}

/** A design, and whether it does what it has to. */
export interface Trial {
  readonly design: Design;
  /** Parameters that the design was made with, where they were picked at random. */
  readonly params?: unknown;
  /** Runs the cases in another simulator of the design, those of a parameter set that has some there. */
  readonly checkIn?: (start: StartSimulator) => Promise<void>;
  /**
   * Runs the design in the native simulator, or another in its place that has the same ports.
   *
   * @throws Error where it does something else.
   */
  readonly check: (design: Design) => void | Promise<void>;
}

/** Random cases of a generator: for its test, and one by one for whoever wants to know what they find. */
export interface Cases {
  /** As `checkCases`. */
  readonly check: () => Promise<Coverage>;
  /** The same cases of every parameter set, in the native simulator alone. */
  readonly trials: () => readonly Trial[];
}

export function casesOf<P, R extends PortRecord>(study: CaseStudy<P, R>, plan: CasesPlan): Cases {
  return { check: () => checkCases(study, plan), trials: () => trialsOf(study, plan) };
}

const [defaultSets, nativeCasesPerSet] = [10, 4];

/** Ticks without a transfer after which a design hangs. */
const idleLimit = 5000;

/**
 * Runs random cases of a generator: outputs against the model bit for bit, stamps of an unstalled run (every fourth
 * case) against the predicted timing, and all transfers of the two simulators against each other, tick for tick. Once
 * per parameter set the outputs are watched tick by tick: valid and payload have to stay until a beat is taken. The
 * style of the reset is random as well, and every third case follows one that a reset broke off, full of beats.
 *
 * @throws Error that names the case: its parameters, seed and stalls.
 */
export async function checkCases<P, R extends PortRecord>(
  study: CaseStudy<P, R>,
  plan: CasesPlan,
): Promise<Coverage> {
  const { cases = 200, sets = defaultSets, nativeSets = 50, optimize = true } = plan;
  const subjects = subjectsOf(study, plan);
  const designs = subjects.map(({ design }) => design);
  const native = await simulatorsOf(designs, "native", { streamRules: true });
  const verilator = await simulatorsOf(designs.slice(0, sets), "verilator", { optimize, streamRules: true });
  const implemented = designs.slice(0, sets).filter(hasImplementation);
  const cells = await simulatorsOf(implemented, "verilator", { view: "implementation", optimize });
  for (const [i, subject] of subjects.entries()) {
    const starts = new Map([
      ["the native simulator", native[i]],
      ["Verilator", verilator[i]],
      ["Verilator, as cells", cells[implemented.indexOf(subject.design)]],
    ]);
    await runCases(study, subject, starts, stimuliOf(study, subject, casesOfSet(plan, i)));
  }
  return {
    both: { cases, parameterSets: distinct(subjects.slice(0, sets)) },
    nativeOnly: { cases: nativeSets * nativeCasesPerSet, parameterSets: distinct(subjects.slice(sets)) },
  };
}

function trialsOf<P, R extends PortRecord>(study: CaseStudy<P, R>, plan: CasesPlan): readonly Trial[] {
  return subjectsOf(study, { ...plan, implementations: false }).map((subject, i) => {
    let stimuli: readonly Stimulus<R>[] | undefined;
    const run = async (design: Design, name: string, start: StartSimulator): Promise<void> => {
      stimuli ??= stimuliOf(study, subject, casesOfSet(plan, i));
      await runCases(study, { ...subject, design }, new Map([[name, start]]), stimuli);
    };
    return {
      design: subject.design,
      params: subject.params,
      check: (design) =>
        run(design, "the native simulator", (options) => createNativeSimulator(design, options)),
      ...(i < (plan.sets ?? defaultSets)
        ? { checkIn: (start: StartSimulator) => run(subject.design, "Verilator", start) }
        : {}),
    };
  });
}

/** How many cases the parameter set of this number gets. */
function casesOfSet({ cases = 200, sets = defaultSets }: CasesPlan, set: number): number {
  return set < sets ? Math.ceil((cases - set) / sets) : nativeCasesPerSet;
}

/** One parameter set, elaborated. */
interface Subject<P> {
  readonly seed: number;
  readonly params: P;
  readonly periods: Readonly<Record<string, number>>;
  readonly design: Design;
  readonly ports: PortRecord;
}

function subjectsOf<P, R extends PortRecord>(
  study: CaseStudy<P, R>,
  { seed, sets = defaultSets, nativeSets = 50, implementations = true }: CasesPlan,
): readonly Subject<P>[] {
  return Array.from({ length: sets + nativeSets }, (_, i) =>
    subjectOf(study, { seed: seed * 1000 + i, implementations }),
  );
}

function subjectOf<P, R extends PortRecord>(
  study: CaseStudy<P, R>,
  { seed, implementations }: { readonly seed: number; readonly implementations: boolean },
): Subject<P> {
  const random = new Random(seed);
  const params = study.pick(random);
  const reset: ClockSpec = {
    reset: random.below(2) === 0 ? "sync" : "async",
    active: random.below(2) === 0 ? "high" : "low",
  };
  const hardware = study.hardware(params);
  const periods = study.periods?.(params, random) ?? {};
  const design = elaborate(hardware, { reset, implementations });
  return { seed, params, periods, design, ports: hardware.ports };
}

function hasImplementation({ modules }: Design): boolean {
  return Object.values(modules).some(({ implementation }) => implementation !== undefined);
}

function distinct(subjects: readonly Subject<unknown>[]): number {
  return new Set(subjects.map(({ params }) => text(params))).size;
}

/** A stream port with its codec. */
interface Lane {
  readonly name: string;
  readonly spec: PortSpec;
  readonly codec: Codec;
}

/** What one case gives a design, and what has to come of it. */
interface Stimulus<R> {
  readonly number: number;
  /** Every fourth case is without stalls, and held to the predicted timing. */
  readonly stalled: boolean;
  readonly given: InputBeats<R>;
  readonly wanted: OutputBeats<R>;
  readonly inputs: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, unknown>;
  readonly stalls: ReadonlyMap<string, Stall | undefined>;
  /** For the stalls of the watched run. */
  readonly watchSeed: number;
}

function stimuliOf<P, R extends PortRecord>(
  study: CaseStudy<P, R>,
  { params, ports, seed }: Subject<P>,
  count: number,
): readonly Stimulus<R>[] {
  return Array.from({ length: count }, (_, number) => {
    const random = new Random(seed * 7919 + number);
    const stalled = number % 4 !== 0;
    const given = study.inputs?.(params, random) ?? (randomInputs(ports, random) as InputBeats<R>);
    const wanted = study.model(given, params);
    const stalls = new Map(
      lanesOf(ports).map(({ name }) => [name, stalled ? randomStall(random) : undefined]),
    );
    const [inputs, outputs] = [byPort(ports, given), byPort(ports, wanted)];
    return { number, stalled, given, wanted, inputs, outputs, stalls, watchSeed: random.next() };
  });
}

function lanesOf(ports: PortRecord): readonly Lane[] {
  const lanes: Lane[] = [];
  mapPorts(ports, (name, spec) => {
    if (spec.port === "sink" || spec.port === "source")
      lanes.push({ name, spec, codec: codecOf(spec.kind, name) });
  });
  return lanes;
}

async function runCases<P, R extends PortRecord>(
  study: CaseStudy<P, R>,
  subject: Subject<P>,
  starts: ReadonlyMap<string, StartSimulator | undefined>,
  stimuli: readonly Stimulus<R>[],
): Promise<void> {
  const { params, periods, ports, seed } = subject;
  const simulators = [...starts].flatMap(([name, start]) =>
    start === undefined ? [] : [{ name, simulator: start({ periods }) }],
  );
  const lanes = lanesOf(ports);
  // Two rises of the slowest clock; one has to do as well.
  const resetTicks = 2 * Math.max(1, ...Object.values(periods));
  for (const { number, stalled, given, wanted, inputs, outputs, stalls, watchSeed } of stimuli) {
    const request = requestOf(lanes, inputs, outputs, stalls);
    const where = `${text(params)}, seed ${String(seed)}, case ${String(number)}, stalls ${text([...stalls])}`;
    if (number === 0) {
      // In a simulator of its own: the others have to start their runs in the same phase of their clocks.
      const watched = createNativeSimulator(subject.design, { periods });
      watched.reset(resetTicks);
      const random = new Random(watchSeed);
      await watchProtocol(watched, { periods, lanes, inputs, outputs, random }).catch((error: unknown) => {
        // What hangs is told below, with more about it.
        if (error instanceof SluiceError && error.code === "stream-hung") return;
        throw new Error(`${watched.top.name}: ${String(error)}\n  ${where}`, { cause: error });
      });
      watched.close();
    }
    const runs = simulators.map(({ name, simulator }) => {
      simulator.reset(resetTicks);
      if (number % 3 === 0) {
        simulator.run(brokenOff(request, lanes, number % 6 === 3));
        simulator.reset(resetTicks / 2);
      }
      const start = simulator.ticks;
      return { name, simulator, start, result: simulator.run({ ...request, idleLimit }) };
    });
    for (const { name: kind, simulator, start, result } of runs) {
      const complain = (problem: string): never => {
        throw new Error(`${simulator.top.name} in ${kind}: ${problem}\n  ${where}`);
      };
      compareBeats(lanes, outputs, result, complain);
      if (!stalled) {
        const stamps = byPort(
          ports,
          study.timing({ params, inputs: given, outputs: wanted, periods, start }),
        );
        for (const [name, expected] of stamps)
          compareStamps(
            `${name} as predicted`,
            expected as readonly number[],
            stampsOf(result, name),
            complain,
          );
      }
      for (const { name } of lanes)
        compareStamps(
          `${name} as in the native simulator`,
          stampsOf(runs[0]?.result, name),
          stampsOf(result, name),
          complain,
        );
    }
  }
  for (const { simulator } of simulators) simulator.close();
}

/** Idle ticks after which a run is broken off that cannot end. */
const brokenOffAfter = 20;

/**
 * Leaves a design in the middle of its work, in turn stuck, half of an output's beats taken (of several more of each
 * than of the one before it), or waiting for the other half of its inputs.
 */
function brokenOff({ inputs, outputs }: StreamRun, lanes: readonly Lane[], waiting: boolean): StreamRun {
  const names = Object.keys(outputs);
  const share = (count: number, i: number): number => Math.floor((count * (i + 1)) / (names.length + 1));
  const half = (name: string, beats: Uint32Array): Uint32Array => {
    const limbs = lanes.find((lane) => lane.name === name)?.codec.limbs ?? 1;
    return beats.subarray(0, Math.floor(beats.length / limbs / 2) * limbs);
  };
  return {
    inputs: waiting
      ? Object.fromEntries(
          Object.entries(inputs).map(([name, input]) => [name, { ...input, beats: half(name, input.beats) }]),
        )
      : inputs,
    outputs: waiting
      ? outputs
      : Object.fromEntries(
          Object.entries(outputs).map(([name, output], i) => [
            name,
            { ...output, count: share(output.count, i) },
          ]),
        ),
    idleLimit: brokenOffAfter,
  };
}

interface WatchedRun {
  readonly periods: Readonly<Record<string, number>>;
  readonly lanes: readonly Lane[];
  readonly inputs: ReadonlyMap<string, unknown>;
  readonly outputs: ReadonlyMap<string, unknown>;
  readonly random: Random;
}

/** Moves the beats tick by tick, under stalls. @throws SluiceError `stream-protocol`. */
async function watchProtocol(
  simulator: Simulator,
  { periods, lanes, inputs, outputs, random }: WatchedRun,
): Promise<void> {
  const loop = new ClockLoop(simulator, periods, idleLimit);
  const moved = lanes.map(({ name, spec, codec }) => {
    const port = simulator.top.streams.find((stream) => stream.name === name);
    if (port === undefined) throw new Error(`no stream ${name}`);
    const stall: Stall = { probability: 0.5, seed: random.next() };
    if (spec.port === "sink")
      return loop.add(new InputDriver(loop, port, codec, stall)).push(beatsAt(inputs, name));
    return loop.add(new OutputDriver(loop, port, codec, stall)).popMany(beatsAt(outputs, name).length);
  });
  await Promise.all(moved);
  loop.release();
}

function randomInputs(ports: PortRecord, random: Random): unknown {
  const count = random.below(4) === 0 ? random.below(4) : random.below(60);
  return mapPorts(ports, (_, { port, kind }) =>
    port === "sink" ? Array.from({ length: count }, () => randomValue(kind, random)) : undefined,
  );
}

function randomStall(random: Random): Stall {
  return { probability: [0, 0.1, 0.5, 0.9][random.below(4)] ?? 0, seed: random.next() };
}

function requestOf(
  lanes: readonly Lane[],
  inputs: ReadonlyMap<string, unknown>,
  outputs: ReadonlyMap<string, unknown>,
  stalls: ReadonlyMap<string, Stall | undefined>,
): StreamRun {
  const stallOf = (name: string): { stall?: Stall } => {
    const stall = stalls.get(name);
    return stall === undefined ? {} : { stall };
  };
  const among = (direction: PortSpec["port"]): readonly Lane[] =>
    lanes.filter(({ spec }) => spec.port === direction);
  return {
    inputs: Object.fromEntries(
      among("sink").map(({ name, codec }) => [
        name,
        { beats: codec.encode(beatsAt(inputs, name)), ...stallOf(name) },
      ]),
    ),
    outputs: Object.fromEntries(
      among("source").map(({ name }) => [name, { count: beatsAt(outputs, name).length, ...stallOf(name) }]),
    ),
  };
}

function beatsAt(beats: ReadonlyMap<string, unknown>, name: string): readonly unknown[] {
  return (beats.get(name) ?? []) as readonly unknown[];
}

type Complain = (problem: string) => never;

function compareBeats(
  lanes: readonly Lane[],
  expected: ReadonlyMap<string, unknown>,
  result: StreamResult,
  complain: Complain,
): void {
  if (result.hung) {
    const moved = Object.entries({ ...result.inputs, ...result.outputs }).map(
      ([name, { count }]) => `${name} ${String(count)}`,
    );
    complain(`hangs after these beats: ${moved.join(", ")}`);
  }
  for (const { name, spec, codec } of lanes) {
    if (spec.port !== "source") continue;
    const beats = result.outputs[name]?.beats ?? new Uint32Array();
    const wanted = codec.encode(beatsAt(expected, name));
    const wrong = wanted.findIndex((limb, i) => limb !== beats[i]);
    if (wrong < 0) continue;
    const beat = Math.floor(wrong / codec.limbs);
    const [is, should] = [beats, wanted].map((all) =>
      text(codec.decode(all.slice(beat * codec.limbs, (beat + 1) * codec.limbs))[0]),
    );
    complain(`beat ${String(beat)} of ${name} is ${String(is)}, should be ${String(should)}`);
  }
}

function stampsOf(result: StreamResult | undefined, name: string): readonly number[] {
  return [...((result?.inputs[name] ?? result?.outputs[name])?.stamps ?? [])];
}

function compareStamps(
  what: string,
  expected: readonly number[],
  measured: readonly number[],
  complain: Complain,
): void {
  const length = Math.max(expected.length, measured.length);
  for (let beat = 0; beat < length; beat++) {
    if (expected[beat] === measured[beat]) continue;
    complain(
      `beat ${String(beat)} of ${what}: tick ${String(measured[beat])}, should be ${String(expected[beat])}`,
    );
  }
}

/** A value in an error message. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${String(part)}n` : part));
}
