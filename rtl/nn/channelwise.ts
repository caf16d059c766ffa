import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bool,
  component,
  memory,
  mux,
  reg,
  rom,
  sink,
  source,
  uint,
  vec,
  type Bits,
  type BitsKind,
  type Bool,
  type Handle,
  type ModuleBuilder,
  type Producer,
  type UInt,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import { offersResult, shift, steadySteps, type RigidPipe, type UnitTiming } from "../unit-timing.ts";
import { limitsOfGroup } from "./limits.ts";
import { checkDivides, checkThresholds, tapWords, type WeightMatrix } from "./weights.ts";

/** Parameters that the channel-wise units share. */
export interface VectorVectorParams {
  /**
   * Channels of a position.
   * @min 1
   * @max 65536
   */
  readonly channels: number;
  /**
   * Channels of a position in a beat. Divides the channels.
   * @min 1
   */
  readonly pe: number;
  /**
   * Binary weights of a depthwise convolution: a row per channel, a column per tap, in the order of the taps.
   * @default none: the ones among the taps are counted
   */
  readonly weights?: WeightMatrix | undefined;
  /**
   * Positions that a result counts over: of a kernel KY * KX, of a global average pool H * W.
   * @min 1
   * @max 1048576
   * @default the columns of the weights
   */
  readonly taps?: number | undefined;
  /**
   * Where the weights are kept: `auto` takes block RAM for more than 4096 bits (64 LUT6 as a ROM) in more than 64 words.
   * @values auto, block, distributed
   * @default auto
   */
  readonly memory?: "auto" | "block" | "distributed" | undefined;
}

/** Parameters of the vector-vector-threshold unit. */
export interface VvtuParams extends VectorVectorParams {
  /** Count from which each channel fires, one per channel: 0 (always) to taps + 1 (never). */
  readonly thresholds: ArrayLike<number>;
}

/** Cycles from taking the last tap of some channels to offering their bits. */
export const vvtuDepth = 3;
/** Cycles from taking the last tap of some channels to offering their counts. */
export const vvuDepth = 2;

/** Tick in which each beat of a `vvtu` moves where nothing stalls, from the first beat in. */
export const vvtuTicks = (params: VectorVectorParams): ChannelwiseTicks => ticksOf(params, vvtuDepth);
/** Tick in which each beat of a `vvu` moves where nothing stalls, from the first beat in. */
export const vvuTicks = (params: VectorVectorParams): ChannelwiseTicks => ticksOf(params, vvuDepth);

/** The control of a `vvtu`, cycle by cycle, for the planner's schedule. */
export const vvtuTiming = (params: VectorVectorParams): UnitTiming => timingOf(params, vvtuDepth);
/** The control of a `vvu`, cycle by cycle, for the planner's schedule. */
export const vvuTiming = (params: VectorVectorParams): UnitTiming => timingOf(params, vvuDepth);

/** By the number of the beat. */
interface ChannelwiseTicks {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
}

/** Output beat b is group b mod C/PE of its position. */
function ticksOf(params: VectorVectorParams, depth: number): ChannelwiseTicks {
  const { groups, taps } = foldOf(params);
  return {
    x: (beat) => beat,
    y: (beat) => (Math.floor(beat / groups) * taps + taps - 1) * groups + (beat % groups) + depth,
  };
}

function timingOf(params: VectorVectorParams, depth: number): UnitTiming {
  const { groups, taps } = foldOf(params);
  const [before, period] = [(taps - 1) * groups, taps * groups];
  const pipe: RigidPipe = { bits: 0, depth };
  let beat = 0;
  const advances = (readyBehind: boolean): boolean => readyBehind || !offersResult(pipe);
  const alike = (): number => (beat < before ? before : period) - beat;
  return {
    valid: () => offersResult(pipe),
    ready: advances,
    edge: (taken, readyBehind, ticks = 1) => {
      if (!advances(readyBehind)) return;
      for (let left = ticks; left > 0;) {
        const count = taken ? Math.min(left, alike()) : left;
        const finishes = taken && beat >= before;
        shift(pipe, count, finishes);
        if (taken) beat = (beat + count) % period;
        left -= count;
      }
    },
    steady: (taken, readyBehind) => {
      if (!advances(readyBehind)) return Infinity;
      return steadySteps(pipe, taken && beat >= before, taken ? alike() : Infinity);
    },
    state: () => [pipe.bits, beat],
  };
}

/**
 * Vector-vector-threshold unit (FINN's VVAU), each channel for itself: a depthwise convolution (XNOR with the weights) or
 * a global average pool (no weights). Takes T taps one after the other, each as C/PE beats of PE channels, channel 0 in
 * the least significant bits: the order in which `slidingWindow` with SIMD = PE gives a window, and in which a map is
 * streamed to be pooled as a whole. Counts for each channel the taps that agree with its weights, or that are 1, and
 * gives, as C/PE beats of PE bits, whether the count reaches the channel's threshold. A count takes every value from 0
 * to T whatever the weights are, so that its bits are those of T; thresholds have the bits of the largest.
 *
 * One beat in per cycle, no bubble between results or maps. A group's bits are offered three cycles after its last tap is
 * taken: registers after the weights, the counts, the comparison. The unit stalls as a whole. Every beat's tick:
 * `vvtuTicks`.
 */
export const vvtu = component({
  name: (params: VvtuParams) => `vvtu_${nameOf(params)}`,
  doc: (params: VvtuParams) => describeUnit("Vector-vector-threshold unit", params, vvtuDepth),
  validate: (params) => {
    checkVectorVector("vvtu", params);
    const { channels } = params;
    checkThresholds("vvtu", { rows: channels, columns: foldOf(params).taps }, params.thresholds, "channel");
  },
  ports: ({ pe }) => ({ x: sink(bits(pe)), y: source(bits(pe)) }),
  build(m, { x, y }, params) {
    const { pe, channels, thresholds } = params;
    const { groups, taps } = foldOf(params);
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(bits(pe), { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    const advance = advanceOf(m, out_valid, y.ready);

    const { done, total } = channelCounts(m, x, advance, params);
    const registers = m.regs({
      counted_valid: bool,
      counted: reg(vec(pe, uint.upTo(taps)), { reset: "none" }),
    });
    const { counted_valid, counted } = registers;
    m.when(advance, () => {
      counted_valid.next(done);
      out_valid.next(counted_valid);
    });
    m.when(advance.and(done), () => {
      counted.next(total);
    });

    const { threshold_row } = m.counters({ threshold_row: groups });
    const limits = Array.from({ length: channels }, (_, c) => thresholds[c] ?? 0);
    const threshold = limitsOfGroup(m, threshold_row, {
      pe,
      limits,
      doc: "Counts from which the channels of a group fire.",
    });
    m.when(advance.and(counted_valid), () => {
      threshold_row.advance();
      m.each({ p: pe }, ({ p }) => {
        out.bit(p).next(counted.at(p).ge(threshold.at(p)));
      });
    });
  },
});

/**
 * As the VVTU, but the counts themselves leave, PE per beat, two cycles after a group's last tap is taken; of T taps a
 * count c stands for the sum 2c - T. Every beat's tick: `vvuTicks`.
 */
export const vvu = component({
  name: (params: VectorVectorParams) => `vvu_${nameOf(params)}`,
  doc: (params: VectorVectorParams) =>
    describeUnit("Vector-vector unit without thresholds", params, vvuDepth),
  validate: (params) => {
    checkVectorVector("vvu", params);
  },
  ports: (params) => ({
    x: sink(bits(params.pe)),
    y: source(vec(params.pe, uint.upTo(foldOf(params).taps))),
  }),
  build(m, { x, y }, params) {
    const kind = vec(params.pe, uint.upTo(foldOf(params).taps));
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(kind, { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    const advance = advanceOf(m, out_valid, y.ready);
    const { done, total } = channelCounts(m, x, advance, params);
    m.when(advance, () => {
      out_valid.next(done);
    });
    m.when(advance.and(done), () => {
      out.next(total);
    });
  },
});

function advanceOf(m: ModuleBuilder, outValid: Bool, ready: Bool): Bool {
  m.doc("Everything moves unless a finished result waits to be taken.");
  const advance = outValid.not().or(ready);
  m.name({ advance });
  return advance;
}

/**
 * The counts of a group of channels, complete where `done`. Two stages: the beat and its weights in registers; the
 * counts, which wait in a memory of one word per group. A group comes back after C/PE cycles at the earliest, when its
 * word has been written.
 */
function channelCounts(
  m: ModuleBuilder,
  x: Producer<BitsKind>,
  advance: Bool,
  params: VectorVectorParams,
): { readonly done: Bool; readonly total: Handle<VecKind<UIntKind>> } {
  const { pe } = params;
  const { groups, taps } = foldOf(params);
  const { fetched, act } = m.regs({ fetched: bool, act: reg(bits(pe), { reset: "none" }) });
  x.ready.set(advance);
  const taken = x.fire;
  m.name({ taken });
  m.when(advance, () => {
    fetched.next(x.valid);
  });
  m.when(taken, () => {
    act.next(x.payload);
  });
  const match = agreement(m, act, taken, params);

  // Of a single tap the beat is the count.
  if (taps === 1) return { done: fetched, total: match.as(vec(pe, uint(1))) };

  m.doc("Tap and group of channels that are counted.");
  const { tap, group } = m.counters({ tap: taps, group: groups });
  const counting = advance.and(fetched);
  const done = fetched.and(tap.last);
  m.name({ counting, done });
  m.when(counting, () => {
    group.advance();
    if (groups === 1) tap.advance();
    else
      m.when(group.last, () => {
        tap.advance();
      });
  });
  return { done, total: totals(m, match, { tap, group, counting, params }) };
}

/** The counts with this beat's taps. */
function totals(
  m: ModuleBuilder,
  match: Bits,
  step: {
    readonly tap: UInt;
    readonly group: UInt;
    readonly counting: Bool;
    readonly params: VectorVectorParams;
  },
): Handle<VecKind<UIntKind>> {
  const { groups, taps } = foldOf(step.params);
  const count = uint.upTo(taps);
  const kind = vec(step.params.pe, count);
  const { so_far, total } = m.wires({ so_far: kind, total: kind });
  const first = step.tap.eq(0);
  m.name({ first });
  m.doc("Counts from the first tap on.");
  m.each({ p: kind.length }, ({ p }) => {
    const before = mux(first, 0, so_far.at(p));
    total.at(p).set(before.add(match.bit(p).asUInt()).wrap(count));
  });
  if (groups === 1) {
    const { counts } = m.regs({ counts: reg(kind, { reset: "none" }) });
    so_far.set(counts);
    m.when(step.counting, () => {
      counts.next(total);
    });
    return total;
  }
  const { counts } = m.memories({
    counts: memory(groups, kind, {
      style: "distributed",
      doc: "The counts of each group of channels so far.",
    }),
  });
  so_far.set(counts.read(step.group));
  m.when(step.counting, () => {
    counts.write(step.group, total);
  });
  return total;
}

/** Channels of the beat whose tap agrees with its weight; without weights the beat itself. */
function agreement(m: ModuleBuilder, act: Bits, taken: Bool, params: VectorVectorParams): Bits {
  const { weights, pe } = params;
  if (weights === undefined) return act;
  const kind = bits(pe);
  const words = tapWords(weights, pe);
  const single = words[0];
  if (words.length === 1 && single !== undefined) {
    const { weight } = m.wires({ weight: kind });
    weight.set(single);
    return named(m, act.xnor(weight));
  }
  const large = words.length > 64 && words.length * pe > 4096;
  const given = params.memory ?? "auto";
  const style = given === "auto" ? (large ? "block" : "distributed") : given;
  const { weight_rom } = m.roms({
    weight_rom: rom(kind, words, {
      style,
      doc: "One word per beat of a vector: the weights of its channels.",
    }),
  });
  const { weight } = m.regs({ weight: reg(kind, { reset: "none" }) });
  const { weight_row } = m.counters({ weight_row: words.length });
  m.when(taken, () => {
    weight_row.advance();
    weight.next(weight_rom.read(weight_row));
  });
  return named(m, act.xnor(weight));
}

function named(m: ModuleBuilder, match: Bits): Bits {
  m.doc("Channels that agree with their weights.");
  m.name({ match });
  return match;
}

/** Groups of channels, C/PE, and taps of a vector. */
function foldOf({ channels, pe, weights, taps }: VectorVectorParams): { groups: number; taps: number } {
  return { groups: channels / pe, taps: taps ?? weights?.columns ?? 1 };
}

function nameOf(params: VectorVectorParams): string {
  const { channels, pe, weights } = params;
  const what = weights === undefined ? "_ones" : "";
  return `${String(foldOf(params).taps)}x${String(channels)}${what}_pe${String(pe)}`;
}

function describeUnit(unit: string, params: VectorVectorParams, depth: number): string {
  const { channels, pe, weights } = params;
  const { groups, taps } = foldOf(params);
  const product = weights === undefined ? "the ones are counted" : "binary (XNOR) and counted";
  return [
    `${unit}, each channel for itself: ${String(channels)} channels, ${String(taps)} taps, ${product}.`,
    `PE = ${String(pe)}, beats per tap: ${String(groups)}.`,
    `One result every ${String(taps * groups)} cycles; a group's is offered ${String(depth)} cycles after its last tap is taken.`,
  ].join("\n");
}

function checkVectorVector(
  where: string,
  { channels, pe, weights, taps, memory: style }: VectorVectorParams,
): void {
  checkInteger({ where: `${where}.channels`, value: channels }, 1, 65_536);
  checkDivides(`${where}.pe`, "PE", pe, channels, "channels");
  checkChoice({ where: `${where}.memory`, value: style ?? "auto" }, ["auto", "block", "distributed"]);
  const columns = taps ?? weights?.columns;
  if (columns === undefined) {
    throw new SluiceError("missing-taps", "neither weights nor taps are given", {
      where: `${where}.taps`,
      hint: "give the number of taps: of a global average pool the pixels of the map",
    });
  }
  checkInteger({ where: `${where}.taps`, value: columns }, 1, 1_048_576);
  if (weights === undefined) return;
  if (weights.rows === channels && weights.columns === columns) return;
  throw new SluiceError(
    "wrong-weights",
    `weights of ${String(weights.rows)} rows and ${String(weights.columns)} columns for ${String(channels)} channels and ${String(columns)} taps`,
    { where: `${where}.weights`, hint: "give a row per channel and a column per tap" },
  );
}
