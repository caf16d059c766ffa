import { codecOf } from "../../sim/beats.ts";
import { casesOf, type Cases, type Trial } from "../../sim/cases.ts";
import { randomKind, randomValue } from "../../sim/random-values.ts";
import type { StartSimulator } from "../../sim/simulators.ts";
import { bits, elaborate, uint, type Kind } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import { asyncFifo, asyncFifoTiming } from "./async-fifo.ts";
import { fifo, fifoCapacity, fifoLatency, type FifoStyle } from "./fifo.ts";
import { fork, forkLatency } from "./fork.ts";
import { join, joinLatency } from "./join.ts";
import { registerSlice, registerSliceLatency } from "./register-slice.ts";
import { skidBuffer, skidBufferLatency } from "./skid-buffer.ts";
import { synchronizer } from "./synchronizer.ts";
import { widthConverter, widthConverterTiming, type WidthConverterParams } from "./width-converter.ts";

/** A register slice hands every beat on. */
export const registerSliceCases = casesOf(
  {
    pick: (random) => ({ kind: randomKind(random) }),
    hardware: registerSlice<Kind>,
    model: ({ x }) => ({ y: x }),
    timing: ({ inputs: { x } }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + registerSliceLatency),
    }),
  },
  { seed: 1 },
);

/** A skid buffer hands every beat on. */
export const skidBufferCases = casesOf(
  {
    pick: (random) => ({ kind: randomKind(random) }),
    hardware: skidBuffer<Kind>,
    model: ({ x }) => ({ y: x }),
    timing: ({ inputs: { x } }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + skidBufferLatency),
    }),
  },
  { seed: 2 },
);

/** A FIFO hands every beat on. */
export const fifoCases = (style: FifoStyle): Cases =>
  casesOf(
    {
      pick: (random) => ({
        kind: randomKind(random),
        depth: 1 + random.below(random.below(2) === 0 ? 5 : 64),
        style,
      }),
      hardware: fifo<Kind>,
      model: ({ x }) => ({ y: x }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, beat) => beat),
        y: x.map((_, beat) => beat + fifoLatency(params)),
      }),
    },
    { seed: 3 },
  );

/** A FIFO takes as many beats as `fifoCapacity` says while nobody takes any from it, and no more. */
export const fifoCapacityTrials = (style: FifoStyle): readonly Trial[] =>
  [1, 2, 5, 16].map((depth) => ({
    design: elaborate(fifo({ kind: uint(8), depth, style })),
    check: (design) => {
      const simulator = createNativeSimulator(design);
      simulator.reset();
      simulator.poke("x_valid", Uint32Array.of(1));
      let taken = 0;
      for (let tick = 0; tick < 60; tick++) {
        taken += simulator.peek("x_ready")[0] ?? 0;
        simulator.step();
      }
      const capacity = fifoCapacity({ depth, style });
      if (taken !== capacity)
        throw new Error(`${design.top} takes ${String(taken)} beats, not ${String(capacity)}`);
    },
  }));

/** A FIFO between two clocks of any periods hands every beat on. */
export const asyncFifoCases = casesOf(
  {
    pick: (random) => ({
      kind: randomKind(random),
      depth: 2 ** (1 + random.below(5)),
      stages: 2 + random.below(3),
      write: 1 + random.below(5),
      read: 1 + random.below(5),
    }),
    hardware: ({ kind, depth, stages }) => asyncFifo({ kind, depth, stages }),
    periods: ({ write, read }) => ({ write, read }),
    model: ({ x }) => ({ y: x }),
    timing: ({ inputs, params, start }) => {
      const { x, y } = asyncFifoTiming(params, params, inputs.x.length, start);
      return { x: x.map((tick) => tick - start), y: y.map((tick) => tick - start) };
    },
  },
  { seed: 7 },
);

/** A fork gives every beat to each branch. */
export const forkCases = casesOf(
  {
    pick: (random) => ({ kind: randomKind(random), n: 2 + random.below(random.below(3) === 0 ? 30 : 3) }),
    hardware: fork<Kind>,
    model: ({ x }, { n }) => ({ y: Array.from({ length: n }, () => x) }),
    timing: ({ inputs: { x }, params: { n } }) => {
      const stamps = x.map((_, beat) => beat + forkLatency);
      return { x: stamps, y: Array.from({ length: n }, () => stamps) };
    },
  },
  { seed: 4 },
);

const names = ["left", "right", "top", "bottom"];

/** A join puts beats together. */
export const joinCases = casesOf(
  {
    pick: (random) => ({
      kinds: Object.fromEntries(
        names
          .slice(0, 1 + random.below(names.length))
          .map((name): [string, Kind] => [name, randomKind(random)]),
      ),
    }),
    hardware: join<Readonly<Record<string, Kind>>>,
    model: ({ x }) => {
      const count = Object.values(x)[0]?.length ?? 0;
      return {
        y: Array.from({ length: count }, (_, beat) =>
          Object.fromEntries(Object.entries(x).map(([name, beats]) => [name, beats[beat] ?? 0])),
        ),
      };
    },
    timing: ({ inputs: { x } }) => {
      const first = Object.values(x)[0] ?? [];
      return {
        x: Object.fromEntries(Object.entries(x).map(([name, beats]) => [name, beats.map((_, beat) => beat)])),
        y: first.map((_, beat) => beat + joinLatency),
      };
    },
  },
  { seed: 5 },
);

/** All bits in a row, cut anew. Bits that do not fill a beat stay behind. */
function reslice(
  beats: readonly (number | bigint)[],
  { from, to }: WidthConverterParams,
): (number | bigint)[] {
  const all = beats.reduce<bigint>((sum, beat, i) => sum | (BigInt(beat) << BigInt(i * from)), 0n);
  return Array.from({ length: Math.floor((beats.length * from) / to) }, (_, i) => {
    const beat = BigInt.asUintN(to, all >> BigInt(i * to));
    return to <= 32 ? Number(beat) : beat;
  });
}

/** The bits of lane `lane` of beats of `width` bits a lane. */
const laneOf = (beats: readonly (number | bigint)[], lane: number, width: number): bigint[] =>
  beats.map((beat) => BigInt.asUintN(width, BigInt(beat) >> BigInt(lane * width)));

/** Lane by lane for itself. */
function resliceLanes(x: readonly (number | bigint)[], params: WidthConverterParams): (number | bigint)[] {
  const { from, to, lanes = 1 } = params;
  const parts = Array.from({ length: lanes }, (_, lane) => reslice(laneOf(x, lane, from), params));
  return (parts[0] ?? []).map((__, i) => {
    const beat = parts.reduceRight((sum, part) => (sum << BigInt(to)) | BigInt(part[i] ?? 0), 0n);
    return lanes * to <= 32 ? Number(beat) : beat;
  });
}

/** Whole ratios in both directions, and any others. */
function pick(random: Random): WidthConverterParams {
  const width = (): number => 1 + random.below(random.below(2) === 0 ? 12 : 90);
  const from = width();
  switch (random.below(4)) {
    case 0:
      return { from, to: from * (1 + random.below(6)) };
    case 1:
      return { from: from * (1 + random.below(6)), to: from };
    default:
      return { from, to: width() };
  }
}

/** Lanes of a stream are converted each for itself. */
export const laneConverterCases = casesOf(
  {
    pick: (random): WidthConverterParams => ({ ...pick(random), lanes: 1 + random.below(5) }),
    hardware: widthConverter,
    model: ({ x }, params) => ({ y: resliceLanes(x, params) }),
    timing: ({ inputs, outputs, params }) => {
      const { x, y } = widthConverterTiming(params);
      return { x: inputs.x.map((_, beat) => x(beat)), y: outputs.y?.map((_, beat) => y(beat)) ?? [] };
    },
  },
  { seed: 7 },
);

/** A width converter cuts the bits of all beats anew. */
export const widthConverterCases = casesOf(
  {
    pick,
    hardware: widthConverter,
    model: ({ x }, params) => ({ y: reslice(x, params) }),
    timing: ({ inputs, outputs, params }) => {
      const { x, y } = widthConverterTiming(params);
      return { x: inputs.x.map((_, beat) => x(beat)), y: outputs.y?.map((_, beat) => y(beat)) ?? [] };
    },
  },
  { seed: 6 },
);

/** A synchronizer, and the clock that it brings values into. */
export interface Synchronization {
  readonly width: number;
  readonly stages: number;
  /** Of the clock, in ticks. */
  readonly period: number;
}

export function synchronizerTrials(): readonly (Trial & { readonly params: Synchronization })[] {
  const random = new Random(9);
  return Array.from({ length: 10 }, () => {
    const params = {
      width: 1 + random.below(40),
      stages: 2 + random.below(4),
      period: 1 + random.below(4),
    };
    return {
      params,
      design: elaborate(synchronizer(params)),
      check: (design) => {
        checkSynchronizer((options) => createNativeSimulator(design, options), params);
      },
    };
  });
}

/** 20 times 20 values: `q` is 0 in reset, then `d` as many rises of the clock ago as there are flip-flops. */
export function checkSynchronizer(start: StartSimulator, { width, stages, period }: Synchronization): void {
  const random = new Random(width);
  const codec = codecOf(bits(width), "d");
  const simulator = start({ periods: { to: period } });
  const q = (): unknown => codec.decode(simulator.peek("q"))[0];
  for (let number = 0; number < 20; number++) {
    if (number % 4 === 0) simulator.reset(period);
    if (number % 4 === 0 && BigInt(q() as number) !== 0n)
      throw new Error(`${simulator.top.name}: q is ${String(q())} in reset`);
    while (simulator.ticks % period !== 0) simulator.step();
    const values = Array.from({ length: 20 }, () => randomValue(bits(width), random));
    const seen = values.map((value) => {
      simulator.poke("d", codec.encode([value]));
      const before = q();
      simulator.step(period);
      return before;
    });
    values.slice(0, -stages).forEach((value, i) => {
      if (seen[i + stages] !== value)
        throw new Error(`${simulator.top.name}: q is ${String(seen[i + stages])} for ${String(value)}`);
    });
  }
  simulator.close();
}
