import { expect } from "vitest";
import { LiteMaster, packetBeats, PacketReceiver, Sender, type Beat } from "../../sim/axi/index.ts";
import { simulatorsOf } from "../../sim/simulators.ts";
import { axiLatency, type RegisterMap } from "../../rtl/axi/index.ts";
import { bitMatrix, randomNetwork, readOut, setBit, trace, type Network } from "../network/index.ts";
import { plan, type Plan } from "../plan/index.ts";
import { randomFolding, randomNetworkOf } from "../plan/random-pipeline.fixture.ts";
import { Random } from "../random.ts";
import type { Simulator } from "../simulate/simulator.ts";
import { axiDesign, type AxiDesign } from "./axi.ts";

const bitAt = (bytes: readonly number[], bit: number): number => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1;

/** The bytes of a frame's result, by the reference. */
export function resultOf({ padded: network, input, output }: Plan, bytes: readonly number[]): number[] {
  const bits = input.beats * input.width;
  const last = trace(network, rowOf(network, bytes, bits)).at(-1);
  if (last === undefined) throw new Error("a network has layers");
  if (network.readout.kind === "argmax") return [readOut(network.readout, last).labels[0] ?? -1];
  const { activations } = last;
  if (activations === undefined) throw new Error("no activations");
  const result = new Array<number>(Math.ceil((output.beats * output.width) / 8)).fill(0);
  for (let bit = 0; bit < activations.columns; bit++)
    result[bit >> 3] =
      (result[bit >> 3] ?? 0) | ((((activations.words[bit >> 5] ?? 0) >>> (bit & 31)) & 1) << (bit & 7));
  return result;
}

function rowOf(network: Network, bytes: readonly number[], bits: number) {
  if (network.input.encoding === "signed-8bit")
    return {
      rows: 1,
      columns: bits / 8,
      values: Int8Array.from({ length: bits / 8 }, (_, i) => bytes[i] ?? 0),
    };
  const row = bitMatrix(1, bits);
  for (let bit = 0; bit < bits; bit++) if (bitAt(bytes, bit) === 1) setBit(row, 0, bit);
  return row;
}

/** An AXI top under test, with masters at all of its interfaces. */
export class Bench {
  readonly bus: LiteMaster;
  readonly frames: Sender;
  readonly results: PacketReceiver;
  readonly simulator: Simulator;
  readonly #registers: RegisterMap;
  /** Ticks of the beats that moved at s_axis and m_axis. */
  readonly ticks = { frames: [] as number[], results: [] as number[] };

  constructor(
    simulator: Simulator,
    { registers }: AxiDesign,
    { random, busBytes }: { random: Random; busBytes: number },
  ) {
    simulator.reset();
    this.simulator = simulator;
    this.#registers = registers;
    this.bus = new LiteMaster(simulator, "s_axi", random);
    this.frames = new Sender(simulator, "s_axis_t", random);
    this.results = new PacketReceiver(simulator, "m_axis_t", { random, busBytes });
  }

  /** One tick; the data that is read in it. */
  tick(): number | undefined {
    this.bus.drive();
    this.frames.drive();
    this.results.drive();
    const { b, r } = this.bus.observe();
    if (b !== undefined) expect(b["resp"]).toBe(0n);
    if (this.frames.observe() !== undefined) this.ticks.frames.push(this.simulator.ticks);
    if (this.results.observe() !== undefined) this.ticks.results.push(this.simulator.ticks);
    this.simulator.step();
    return r === undefined ? undefined : Number(r["data"]);
  }

  #offset(name: string): number {
    const found = this.#registers.registers.find((register) => register.name === name);
    if (found === undefined) throw new Error(`no register ${name}`);
    return found.offset;
  }

  write(name: string, value: number): void {
    this.writeAt(this.#offset(name), value);
  }

  writeAt(offset: number, value: number): void {
    this.bus.write(offset, value);
    while (this.bus.pending > 0) this.tick();
  }

  read(name: string): number {
    this.bus.read(this.#offset(name));
    for (;;) {
      const data = this.tick();
      if (data !== undefined) return data;
    }
  }

  /** Runs until so many results have come. */
  until(results: number, limit: number): void {
    for (let tick = 0; this.results.packets.length < results; tick++) {
      if (tick === limit)
        throw new Error(
          `wedged: ${String(this.results.packets.length)} of ${String(results)} results, ${String(this.frames.pending)} beats wait`,
        );
      this.tick();
    }
  }
}

export interface Subject {
  readonly planned: Plan;
  readonly busWidth: number;
  readonly design: AxiDesign;
  readonly bytes: number;
}

function subject(network: Network, folding: Plan["folding"], busWidth: number): Subject {
  const planned = plan(network, folding);
  const design = axiDesign(planned, { busWidth, clockMHz: 200, buildHash: "0123456789abcdef" });
  return { planned, busWidth, design, bytes: Math.ceil((planned.input.beats * planned.input.width) / 8) };
}

function dense(
  shape: readonly number[],
  folds: readonly (readonly [number, number])[],
  busWidth: number,
): Subject {
  const network = randomNetwork({ name: "tiny", shape, seed: shape.length + busWidth });
  const folding = Object.fromEntries(folds.map(([pe, simd], i) => [`dense${String(i)}`, { pe, simd }]));
  return subject(network, folding, busWidth);
}

function anyLayers(seed: number, busWidth: number): Subject {
  const network = randomNetworkOf(seed);
  return subject(network, randomFolding(network, new Random(seed)), busWidth);
}

/** The last layer's bits are the result, in several beats. */
function bitsOut(outputs: number, pe: number, busWidth: number): Subject {
  const { layers, ...network } = randomNetwork({ name: "tiny", shape: [24, 12, outputs], seed: outputs });
  const bits = layers.map((layer) => ({
    ...layer,
    thresholds: layer.thresholds ?? new Int32Array(layer.outputs).fill(6),
  }));
  const folding = { dense0: { pe: 4, simd: 8 }, dense1: { pe, simd: 6 } };
  return subject(
    { ...network, layers: bits, readout: { kind: "highest-bit", classes: outputs } },
    folding,
    busWidth,
  );
}

/** Ratios of beats and bus of every kind, labels and bits as results. */
export const fewSubjects: readonly (() => Subject)[] = [
  () => bitsOut(42, 7, 16),
  () =>
    dense(
      [784, 16, 10],
      [
        [4, 49],
        [2, 8],
      ],
      64,
    ),
  () =>
    dense(
      [24, 8, 4],
      [
        [1, 1],
        [2, 4],
      ],
      32,
    ),
  () =>
    dense(
      [8, 8, 3],
      [
        [8, 8],
        [3, 8],
      ],
      64,
    ),
];

export const moreSubjects: readonly (() => Subject)[] = [
  () => bitsOut(20, 5, 8),
  () =>
    dense(
      [37, 12, 10],
      [
        [3, 37],
        [2, 6],
      ],
      8,
    ),
  () =>
    dense(
      [60, 8, 4],
      [
        [8, 20],
        [4, 8],
      ],
      16,
    ),
  ...[1, 2, 3, 4, 5, 6].map((seed) => () => anyLayers(seed, 8 << (seed % 5))),
];

/** A packet with something wrong or nothing, and what has to come out for it. */
interface Sent {
  readonly beats: readonly Beat[];
  readonly result: readonly number[];
  readonly fault: "frame_short" | "frame_long" | "frame_keep" | undefined;
}

function send({ planned, busWidth, bytes }: Subject, random: Random): Sent {
  const lanes = busWidth / 8;
  const frame = Array.from({ length: bytes }, () => random.below(256));
  // What lies beyond the frame in its last byte and its last beat is ignored.
  const whole = packetBeats(frame, lanes).map((beat): Beat => {
    const beyond = random.bits(busWidth) & ~dataMask(beat["keep"] ?? 0n);
    return { ...beat, data: (beat["data"] ?? 0n) | beyond };
  });
  const good = { beats: whole, result: resultOf(planned, frame), fault: undefined };
  const kind = random.below(9);
  if (kind === 0 && whole.length > 1) {
    const kept = 1 + random.below(whole.length - 1);
    const beats = whole.slice(0, kept).map((beat, i) => ({ ...beat, last: BigInt(i === kept - 1) }));
    return { beats, result: resultOf(planned, frame.slice(0, kept * lanes)), fault: "frame_short" };
  }
  if (kind === 1) {
    const extra = packetBeats(
      Array.from({ length: lanes * (1 + random.below(2 * whole.length)) }, () => random.below(256)),
      lanes,
    );
    const full = { last: 0n, keep: (1n << BigInt(lanes)) - 1n };
    return {
      ...good,
      beats: [...whole.map((beat) => ({ ...beat, ...full })), ...extra],
      fault: "frame_long",
    };
  }
  if (kind === 2) {
    const at = random.below(whole.length);
    const beats = whole.map((beat, i) => (i === at ? { ...beat, keep: (beat["keep"] ?? 0n) & ~1n } : beat));
    return { ...good, beats, fault: "frame_keep" };
  }
  // More bytes than needed in the last beat are no fault.
  if (kind === 3)
    return { ...good, beats: whole.map((beat) => ({ ...beat, keep: (1n << BigInt(lanes)) - 1n })) };
  return good;
}

/** The bits of the bytes that are kept. */
function dataMask(keep: bigint): bigint {
  return (1n << BigInt(8 * keep.toString(2).length)) - 1n;
}

const faultBits = { frame_short: 1, frame_long: 2, frame_keep: 4 } as const;

/** Faulty frames among others, all sides stalling at random. */
function checkStalled(simulator: Simulator, given: Subject, seed: number): void {
  const { planned, busWidth, design } = given;
  const random = new Random(seed);
  const bench = new Bench(simulator, design, { random, busBytes: busWidth / 8 });
  const count = 24;
  const sent = Array.from({ length: count }, () => send(given, random));
  bench.frames.push(...sent.flatMap(({ beats }) => beats));
  for (let tick = 0; tick < 50; tick++) bench.tick();
  expect(bench.frames.pending).toBe(sent.reduce((sum, { beats }) => sum + beats.length, 0));
  expect(bench.read("status")).toBe(0);
  bench.write("control", 1);
  bench.frames.stall = [0, 0.4, 0.8][seed % 3] ?? 0;
  bench.results.stall = [0.7, 0, 0.4, 0.95][seed % 4] ?? 0;
  for (const channel of [bench.bus.aw, bench.bus.w, bench.bus.b, bench.bus.ar, bench.bus.r])
    channel.stall = 0.3;
  const beats = sent.reduce((sum, packet) => sum + packet.beats.length, 0);
  bench.until(count, 40 * (beats + count * (planned.cyclesPerFrame + planned.latencyCycles)) + 1000);
  for (const [i, { result, fault }] of sent.entries()) {
    const packet = bench.results.packets[i];
    expect(packet?.bytes, `result ${String(i)}, ${String(fault)}`).toEqual(result);
    expect(packet?.user).toBe(fault !== undefined);
  }
  for (let tick = 0; tick < 20; tick++) bench.tick();
  expect(bench.results.packets.length).toBe(count);
  const faults = sent.flatMap(({ fault }) => fault ?? []);
  expect(bench.read("errors")).toBe(faults.reduce((bits, fault) => bits | faultBits[fault], 0));
  expect(bench.read("frames_in")).toBe(count);
  expect(bench.read("frames_out")).toBe(count);
  expect(bench.read("frames_faulty")).toBe(faults.length);
  expect(bench.read("status")).toBe(0);
  expect(bench.read("cycles_low")).toBeGreaterThan(beats);
  bench.write("errors", 7);
  bench.write("command", 1);
  expect(bench.read("errors")).toBe(0);
  for (const name of ["frames_in", "frames_out", "frames_faulty", "latency", "cycles_high"])
    expect(bench.read(name)).toBe(0);
}

/** Frames as fast as they are taken, results taken at once: the predicted cycles. */
function checkTiming(simulator: Simulator, given: Subject): void {
  const { planned, busWidth, design, bytes } = given;
  const random = new Random(5);
  const bench = new Bench(simulator, design, { random, busBytes: busWidth / 8 });
  bench.write("control", 1);
  const beats = packetBeats(new Array<number>(bytes).fill(0xa5), busWidth / 8);
  bench.frames.push(...beats);
  bench.until(1, 100_000);
  const [first = 0] = bench.ticks.frames;
  const latency = (bench.ticks.results.at(-1) ?? 0) - first;
  expect(bench.read("latency")).toBe(latency);
  const { input, output } = planned;
  if (Math.max(input.width, output.width) <= busWidth) {
    const predicted = planned.latencyCycles + axiLatency;
    if (output.beats === 1) expect(latency).toBe(predicted);
    // What is left when the last beat comes may fill two beats of the bus.
    else expect([predicted, predicted + 1]).toContain(latency);
  }
  bench.ticks.results.length = 0;
  const frames = 12;
  for (let frame = 0; frame < frames; frame++) bench.frames.push(...beats);
  bench.until(1 + frames, 100_000);
  const perResult = bench.ticks.results.length / frames;
  const ends = bench.ticks.results.filter((_, i) => (i + 1) % perResult === 0);
  const interval = (ends.at(-1) ?? 0) - (ends.at(-2) ?? 0);
  const slowest = Math.max(Math.ceil(planned.cyclesPerFrame), beats.length, perResult);
  // A narrower bus gives beats more seldom than the accelerator takes some of them: then it may wait at times.
  if (input.width <= busWidth) expect(interval).toBe(slowest);
  else expect(interval).toBeGreaterThanOrEqual(slowest);
}

/** Cycles that a counter counts while so many pass. */
function counted(
  bench: Bench,
  name: string,
  ticks: number,
): { readonly events: number; readonly ticks: number } {
  const [begin, before] = [bench.simulator.ticks, bench.read(name)];
  for (let tick = 0; tick < ticks; tick++) bench.tick();
  const now = bench.simulator.ticks;
  return { events: bench.read(name) - before, ticks: now - begin };
}

/** With nothing to do every layer starves in every cycle; with results that nobody takes the last one is stalled in every cycle. */
function checkCounters(simulator: Simulator, given: Subject): void {
  const { planned, busWidth, design, bytes } = given;
  const bench = new Bench(simulator, design, { random: new Random(6), busBytes: busWidth / 8 });
  bench.write("control", 1);
  const names = design.registers.registers.map(({ name }) => name);
  const [stalled, starved] = ["stalled_", "starved_"].map((what) =>
    names.filter((name) => name.startsWith(what)),
  );
  const all = ({ events, ticks }: ReturnType<typeof counted>): boolean => events === ticks;
  for (const name of starved ?? []) expect(all(counted(bench, name, 50)), name).toBe(true);
  for (const name of stalled ?? []) expect(counted(bench, name, 50).events, name).toBe(0);
  bench.results.stall = 1;
  const beats = packetBeats(new Array<number>(bytes).fill(0x3c), busWidth / 8);
  for (let frame = 0; frame < 40; frame++) bench.frames.push(...beats);
  const full = 40 * Math.max(planned.cyclesPerFrame, beats.length) + planned.latencyCycles;
  for (let tick = 0; tick < full; tick++) bench.tick();
  expect(all(counted(bench, stalled?.at(-1) ?? "", 50))).toBe(true);
  expect(counted(bench, starved?.at(-1) ?? "", 50).events).toBe(0);
  expect(bench.read("frames_out")).toBe(0);
  expect(bench.read("status")).toBe(1);
  bench.results.stall = 0;
  bench.until(40, 2 * full);
}

/** Leaves a design in the middle of frames, results and accesses, as a reset may find it. */
function disturb(simulator: Simulator, { busWidth, design, bytes }: Subject, random: Random): void {
  const bench = new Bench(simulator, design, { random, busBytes: busWidth / 8 });
  bench.write("control", 1);
  bench.results.stall = 0.9;
  const beats = packetBeats(new Array<number>(bytes).fill(0xff), busWidth / 8);
  for (let frame = 0; frame < 4; frame++) bench.frames.push(...beats.slice(0, frame === 1 ? 1 : undefined));
  for (let tick = random.below(4 * beats.length + 30); tick > 0; tick--) bench.tick();
  bench.bus.read(0);
  bench.tick();
}

/** Every subject natively, the first `inVerilator` in Verilator as well. */
export async function checkSubjects(subjects: readonly Subject[], inVerilator: number): Promise<void> {
  const designs = subjects.map(({ design }) => design.elaborate({ implementations: false }));
  const native = await simulatorsOf(designs, "native");
  const verilator = await simulatorsOf(designs.slice(0, inVerilator), "verilator");
  for (const [i, given] of subjects.entries()) {
    for (const start of [native[i], verilator[i]]) {
      if (start === undefined) continue;
      const simulator = start();
      for (const seed of [i, i + 5]) {
        disturb(simulator, given, new Random(seed));
        checkStalled(simulator, given, seed);
      }
      checkTiming(simulator, given);
      checkCounters(simulator, given);
      simulator.close();
    }
  }
}
