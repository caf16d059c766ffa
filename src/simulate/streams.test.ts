import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bits,
  bool,
  design,
  input,
  module,
  next,
  op,
  output,
  ref,
  reg,
  set,
  uint,
  vec,
  when,
} from "./ir.test-helper.ts";
import { createNativeSimulator } from "./native.ts";
import type { Stall, StreamResult, StreamRun } from "./simulator.ts";
import type { Expr, Module, StreamPort } from "../ir/index.ts";
import { Random } from "../random.ts";

const not = (arg: Expr): Expr => ({ kind: "unary", op: "not", type: bool, arg });
const and = (a: Expr, b: Expr): Expr => op("and", a, b);

/** Payload of two leaves: 40 bits and three elements of 7. */
const leaves = [
  { path: ["a"], port: "a", type: bits(40) },
  { path: ["b"], port: "b", type: vec(3, uint(7)) },
];
const width = 61;

function stream(name: string, direction: StreamPort["direction"]): StreamPort {
  const payload = leaves.map(({ path, port }) => ({ path, port: `${name}_${port}` }));
  return { name, direction, valid: `${name}_valid`, ready: `${name}_ready`, payload, domain: "clk" };
}

/** A register between two streams that takes a beat every cycle while its own is taken. */
function slice(): Module {
  const [full, take] = [ref("full", bool), ref("x_ready", bool)];
  const fire = and(ref("x_valid", bool), take);
  return module({
    ports: [
      input("x_valid", bool),
      output("x_ready", bool),
      output("y_valid", bool),
      input("y_ready", bool),
      ...leaves.flatMap(({ port, type }) => [input(`x_${port}`, type), output(`y_${port}`, type)]),
    ],
    streams: [stream("x", "sink"), stream("y", "source")],
    regs: [reg("full", bool, 0), ...leaves.map(({ port, type }) => reg(`r_${port}`, type))],
    body: [
      set(take, op("or", not(full), ref("y_ready", bool))),
      set(ref("y_valid", bool), full),
      next(full, op("or", fire, and(full, not(ref("y_ready", bool))))),
      ...leaves.flatMap(({ port, type }) => [
        when(fire, [next(ref(`r_${port}`, type), ref(`x_${port}`, type))]),
        set(ref(`y_${port}`, type), ref(`r_${port}`, type)),
      ]),
    ],
  });
}

function beatsOf(random: Random, count: number): Uint32Array {
  const beats = Uint32Array.from({ length: 2 * count }, () => random.next());
  for (let i = 1; i < beats.length; i += 2) beats[i] = (beats[i] ?? 0) & (2 ** (width - 32) - 1);
  return beats;
}

/** The stream loop as simulator.ts words it, over poke and peek. */
function byTicks(
  beats: Uint32Array,
  count: number,
  stallX: Stall | undefined,
  stallY: Stall | undefined,
  idleLimit: number,
) {
  const simulator = createNativeSimulator(design(slice()));
  simulator.reset();
  const [drawX, drawY] = [draws(stallX), draws(stallY)];
  const stamps = { x: [] as number[], y: [] as number[] };
  const taken: number[] = [];
  const total = beats.length / 2;
  let holding = false;
  let tick = 0;
  for (let idle = 0; (stamps.x.length < total || stamps.y.length < count) && idle < idleLimit; tick++) {
    const [stalledX, stalledY] = [drawX(), drawY()];
    if (!holding) {
      holding = !stalledX && stamps.x.length < total;
      simulator.poke("x_valid", Uint32Array.of(holding ? 1 : 0));
      const at = 2 * stamps.x.length;
      const beat = (BigInt(beats[at + 1] ?? 0) << 32n) | BigInt(beats[at] ?? 0);
      if (holding) {
        simulator.poke("x_a", Uint32Array.of(Number(beat & 0xffffffffn), Number((beat >> 32n) & 0xffn)));
        simulator.poke("x_b", Uint32Array.of(Number(beat >> 40n)));
      }
    }
    simulator.poke("y_ready", Uint32Array.of(!stalledY && stamps.y.length < count ? 1 : 0));
    const moved = (name: string): boolean =>
      simulator.peek(`${name}_valid`)[0] === 1 && simulator.peek(`${name}_ready`)[0] === 1;
    idle++;
    if (moved("y")) {
      const [low = 0, high = 0] = simulator.peek("y_a");
      const [b = 0] = simulator.peek("y_b");
      taken.push(low, high + 256 * b);
      stamps.y.push(tick);
      idle = 0;
    }
    if (moved("x")) {
      stamps.x.push(tick);
      holding = false;
      idle = 0;
    }
    simulator.step();
  }
  return { ticks: tick, stamps, taken };
}

function draws(stall: Stall | undefined): () => boolean {
  let state = BigInt.asUintN(32, BigInt(stall?.seed ?? 0) * 0x9e3779b1n);
  if (state === 0n) state = 1n;
  return () => {
    state = BigInt.asUintN(32, state ^ (state << 13n));
    state ^= state >> 17n;
    state = BigInt.asUintN(32, state ^ (state << 5n));
    return stall !== undefined && state < BigInt(Math.floor(stall.probability * 2 ** 32));
  };
}

function run(request: StreamRun): StreamResult {
  const simulator = createNativeSimulator(design(slice()));
  simulator.reset();
  return simulator.run(request);
}

const stalls = fc.option(fc.record({ probability: fc.constantFrom(0, 0.1, 0.5, 0.9), seed: fc.nat() }), {
  nil: undefined,
});

describe("streams", () => {
  it("move every beat once and at the ticks that the definition says", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(30), stalls, stalls, (seed, count, stallX, stallY) => {
        const beats = beatsOf(new Random(seed), count);
        const result = run({
          inputs: { x: stallX === undefined ? { beats } : { beats, stall: stallX } },
          outputs: { y: stallY === undefined ? { count } : { count, stall: stallY } },
        });
        const expected = byTicks(beats, count, stallX, stallY, 1000);
        expect(result.outputs["y"]?.beats).toEqual(beats);
        expect(result.ticks).toBe(expected.ticks);
        expect([...(result.inputs["x"]?.stamps ?? [])]).toEqual(expected.stamps.x);
        expect([...(result.outputs["y"]?.stamps ?? [])]).toEqual(expected.stamps.y);
        expect(expected.taken).toEqual([...beats]);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it("run at full rate unstalled", () => {
    const result = run({
      inputs: { x: { beats: beatsOf(new Random(1), 5) } },
      outputs: { y: { count: 5 } },
    });
    expect([...(result.inputs["x"]?.stamps ?? [])]).toEqual([0, 1, 2, 3, 4]);
    expect([...(result.outputs["y"]?.stamps ?? [])]).toEqual([1, 2, 3, 4, 5]);
    expect([result.ticks, result.hung]).toEqual([6, false]);
  });

  it("say that they hang, with what was moved", () => {
    const beats = beatsOf(new Random(1), 3);
    const result = run({ inputs: { x: { beats } }, outputs: { y: { count: 4 } }, idleLimit: 10 });
    expect([result.hung, result.ticks]).toEqual([true, 14]);
    expect(result.outputs["y"]?.count).toBe(3);
    expect(result.outputs["y"]?.beats).toEqual(beats);
  });

  it("move only when their clock rises", () => {
    const simulator = createNativeSimulator(design(slice()), { periods: { clk: 3 } });
    simulator.reset(3);
    const result = simulator.run({
      inputs: { x: { beats: beatsOf(new Random(1), 2) } },
      outputs: { y: { count: 2 } },
    });
    expect([...(result.inputs["x"]?.stamps ?? [])]).toEqual([2, 5]);
    expect([...(result.outputs["y"]?.stamps ?? [])]).toEqual([5, 8]);
  });

  it("refuse names and beats that do not fit", () => {
    expect(() => run({ inputs: { z: { beats: new Uint32Array(2) } }, outputs: {} })).toThrow(
      "top has no input stream called z",
    );
    expect(() => run({ inputs: { x: { beats: new Uint32Array(3) } }, outputs: {} })).toThrow(
      "3 limbs are no whole number of beats of 2 limbs",
    );
  });
});
