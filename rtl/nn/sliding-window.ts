import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bool,
  component,
  memory,
  mux,
  reg,
  sink,
  sint,
  source,
  uint,
  valueOf,
  type Bits,
  type BitsKind,
  type Bool,
  type Handle,
  type ModuleBuilder,
  type SInt,
  type UInt,
} from "../../src/hdl/index.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import type { UnitTiming } from "../unit-timing.ts";
import { slidingWindowDepth, slidingWindowLeastDepth } from "./sliding-window-depth.ts";
import {
  slidingWindowControl,
  slidingWindowInterval,
  slidingWindowLatency,
  slidingWindowRanges,
  ticksOf,
  windowMoves,
  type WindowMoves,
} from "./sliding-window-schedule.ts";
import { windowShape, type WindowParams, type WindowShape } from "./sliding-window-shape.ts";
import { freedBy, nextMove, placeOf, walkOf, type Place, type Walk } from "./sliding-window-walk.ts";

/** Parameters of the sliding window. */
export interface SlidingWindowParams extends WindowParams {
  /**
   * What holds the rows: `auto` takes block RAM above 256 words.
   * @values auto, block, distributed
   * @default auto
   */
  readonly memory?: "auto" | "block" | "distributed" | undefined;
  /**
   * Words of the row buffer.
   * @min 2
   * @default the least that never makes a window wait
   */
  readonly depth?: number | undefined;
}

/** What the unit's buffer is: its words, what it is made of, and the cycles from reading a word to offering it. */
export interface SlidingWindowBuffer {
  readonly depth: number;
  readonly style: "block" | "distributed";
  readonly latency: number;
}

export function slidingWindowBuffer(params: SlidingWindowParams): SlidingWindowBuffer {
  const depth = params.depth ?? slidingWindowDepth(params);
  const given = params.memory ?? "auto";
  const style = given === "auto" ? (depth > 256 ? "block" : "distributed") : given;
  return { depth, style, latency: slidingWindowLatency[style] };
}

/** The control of the unit, cycle by cycle, for the planner's schedule. */
export function slidingWindowTiming(params: SlidingWindowParams): UnitTiming {
  return slidingWindowControl(params, slidingWindowBuffer(params));
}

/** Tick in which each beat of `maps` maps moves where nothing stalls, from the first beat in. */
export function slidingWindowTicks(
  params: SlidingWindowParams,
  maps: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const { inputWords, outputWords } = windowShape("slidingWindow", params);
  return ticksOf(slidingWindowTiming(params), maps * inputWords, maps * outputWords);
}

/**
 * Sliding window of a convolution, one word per cycle. Takes a map row by row, channels innermost, as beats of SIMD
 * channels of one pixel, channel 0 in the least significant bits; gives, for each output pixel, the words of its
 * window in ky, kx, channel order. Any kernel, stride, dilation and padding; a padded word costs no beat in. Words
 * leave as soon as they are there, rows of the next map come in meanwhile: a map every max(H*W, OH*OW*KY*KX) * C/SIMD
 * cycles, the least that one word per cycle allows. Nothing of a map leaves before its first word has come. Every
 * beat's tick: `slidingWindowTicks`.
 */
export const slidingWindow = component({
  name: (params: SlidingWindowParams) => {
    const { height, width, channels, simd, kernel } = params;
    return `sliding_window_${String(height)}x${String(width)}x${String(channels)}_k${kernel.join("x")}_simd${String(simd)}`;
  },
  doc: describeWindow,
  validate: (params) => {
    windowShape("slidingWindow", params);
    checkChoice({ where: "slidingWindow.memory", value: params.memory ?? "auto" }, [
      "auto",
      "block",
      "distributed",
    ]);
    const { depth } = params;
    if (depth === undefined) return;
    checkInteger({ where: "slidingWindow.depth", value: depth }, 2, 2 ** 24);
    const least = slidingWindowLeastDepth(params);
    if (depth >= least) return;
    throw new SluiceError("bad-window", `no window fits into a buffer of ${String(depth)} words`, {
      where: "slidingWindow.depth",
      hint: `give at least ${String(least)}; ${String(slidingWindowDepth(params))} never makes a window wait`,
    });
  },
  ports: (params) => {
    const kind = bits(windowShape("slidingWindow", params).wordBits);
    return { x: sink(kind), y: source(kind) };
  },
  build(m, { x, y }, params) {
    const shape = windowShape("slidingWindow", params);
    const moves = windowMoves(shape);
    const buffer = slidingWindowBuffer(params);
    const walk = walkOf(m, shape, moves);
    const place = placeOf(m, walk);
    const ranges = slidingWindowRanges(shape, buffer.depth);
    const roomKind = sint.between(...ranges.room);
    const aheadKind = sint.between(...ranges.ahead);
    const { room, ahead, out_valid, out } = m.regs({
      room: reg(roomKind, {
        reset: buffer.depth - 1 - moves.lead,
        doc: "words that may be overwritten, less one",
      }),
      ahead: reg(aheadKind, {
        reset: moves.lead - 1,
        doc: "words that came in after the one to be read; negative: that one has not come yet",
      }),
      out_valid: bool,
      out: reg(bits(shape.wordBits), { reset: "none" }),
    });
    const { begins } =
      moves.lead === 0
        ? { begins: undefined }
        : m.regs({ begins: reg(bool, { reset: true, doc: "the next step is the first of a map" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    m.doc("All that leaves moves on unless a word waits to be taken.");
    const advance = out_valid.not().or(y.ready);
    const push = x.valid.and(room.ge(0));
    const step = advance.and(canStep(place, ahead, begins, moves.lead));
    m.name({ advance, push, step });
    x.ready.set(room.ge(0));
    m.when(step, () => {
      walk.advance();
      begins?.next(walk.ends.map);
    });
    place.advanceOn(step);

    const freed = freedBy(m, walk, moves, step);
    const move = mux(step, nextMove(walk, moves), 0);
    m.name({ move });
    m.when(push.or(step), () => {
      room.next(
        room
          .add(freed)
          .add(mux(push, valueOf(sint(1), -1), 0))
          .narrow(roomKind),
      );
      ahead.next(
        ahead
          .sub(move)
          .add(mux(push, valueOf(sint(2), 1), 0))
          .narrow(aheadKind),
      );
    });

    const word = readBuffer(m, {
      shape,
      buffer,
      moves,
      walk,
      ahead,
      push,
      step,
      advance,
      input: x.payload,
      padded: place.padded,
    });
    m.when(advance, () => {
      out_valid.next(word.valid);
    });
    m.when(advance.and(word.valid), () => {
      out.next(word.word);
    });
  },
});

/** A step needs its word in the buffer, unless it is padding; the first of a map needs that the map has begun. */
function canStep({ padded }: Place, ahead: SInt, begins: Bool | undefined, lead: number): Bool {
  const there = ahead.ge(0);
  const readable = padded === undefined ? there : padded.or(there);
  return begins === undefined ? readable : mux(begins, ahead.ge(lead), readable);
}

interface BufferAccess {
  readonly shape: WindowShape;
  readonly buffer: SlidingWindowBuffer;
  readonly moves: WindowMoves;
  readonly walk: Walk;
  readonly ahead: SInt;
  readonly push: Bool;
  readonly step: Bool;
  readonly advance: Bool;
  readonly input: Handle<BitsKind>;
  readonly padded: Bool | undefined;
}

/** The rows, overwritten in turn. A word is never read in the cycle that writes its place: `room` and `ahead` see to it. */
function readBuffer(
  m: ModuleBuilder,
  { shape, buffer: { depth, style }, moves, walk, ahead, push, step, advance, input, padded }: BufferAccess,
): { readonly valid: Bool; readonly word: Bits } {
  const kind = bits(shape.wordBits);
  const words = addressedWords(depth, style);
  const { buffer } = m.memories({
    buffer: memory(words, kind, { style, doc: "The rows, overwritten in turn." }),
  });
  const { write_address } = m.counters({ write_address: words });
  m.when(push, () => {
    buffer.write(write_address, input);
    write_address.advance();
  });
  const read_address = readAddress(m, { walk, moves, ahead, step }, write_address, words);
  const pad = (word: Bits, inPadding: Bool | undefined): Bits =>
    inPadding === undefined ? word : mux(inPadding, valueOf(kind, shape.padWord), word);
  if (style === "distributed") return { valid: step, word: pad(buffer.read(read_address), padded) };

  const { fetched_valid, fetched } = m.regs({
    fetched_valid: bool,
    fetched: reg(kind, { reset: "none", doc: "output latch of the block RAM" }),
  });
  m.when(step, () => {
    fetched.next(buffer.read(read_address));
  });
  m.when(advance, () => {
    fetched_valid.next(step);
  });
  if (padded === undefined) return { valid: fetched_valid, word: fetched };
  const { fetched_padded } = m.regs({ fetched_padded: reg(bool, { reset: "none" }) });
  m.when(step, () => {
    fetched_padded.next(padded);
  });
  return { valid: fetched_valid, word: pad(fetched, fetched_padded) };
}

/** Words in which RAM of a style grows. */
const ramStep = { distributed: 32, block: 512 } as const;

/** Words of the memory: the next power of two, at which addresses wrap by themselves, where that takes no more RAM. */
function addressedWords(depth: number, style: "block" | "distributed"): number {
  const rounded = 2 ** Math.ceil(Math.log2(depth));
  const taken = Math.ceil(depth / ramStep[style]) * ramStep[style];
  return rounded <= taken ? rounded : depth;
}

/** Address of the word that a step reads. */
function readAddress(
  m: ModuleBuilder,
  { walk, moves, ahead, step }: Pick<BufferAccess, "walk" | "moves" | "ahead" | "step">,
  write: UInt,
  words: number,
): UInt {
  const kind = uint.below(words);
  if (words === 2 ** kind.width) {
    m.doc("ahead + 1 words before the one that is written next.");
    const read_address = write.add(ahead.not().wrap(sint(kind.width)).asUInt()).wrap(kind);
    m.name({ read_address });
    return read_address;
  }
  // Wrapping that difference would stand before the memory: the address is kept, and moves as the walk does.
  const { read_address } = m.regs({ read_address: reg(kind, { reset: modulo(-moves.lead, words) }) });
  const signed = sint.between(-words, words - 1);
  const sum = read_address.add(nextMove(walk, moves, (move) => modulo(move, words)).asUInt()).wrap(kind);
  const wrapped = read_address
    .extend(signed)
    .add(nextMove(walk, moves, (move) => modulo(move, words) - words))
    .wrap(signed);
  m.doc("Both sums side by side: one adder deep.");
  m.name({ sum, wrapped });
  m.when(step, () => {
    read_address.next(mux(wrapped.ge(0), wrapped.asUInt().wrap(kind), sum));
  });
  return read_address;
}

const modulo = (value: number, depth: number): number => ((value % depth) + depth) % depth;

function describeWindow(params: SlidingWindowParams): string {
  const shape = windowShape("slidingWindow", params);
  const { depth, style } = slidingWindowBuffer(params);
  const pair = (a: number, b: number): string => `${String(a)}x${String(b)}`;
  const { top, left, bottom, right } = shape;
  return [
    `Sliding window: ${pair(shape.height, shape.width)} pixels of ${String(params.channels)} channels to ${pair(shape.outHeight, shape.outWidth)} windows of ${pair(shape.kernelY, shape.kernelX)}.`,
    `Stride ${pair(shape.strideY, shape.strideX)}, dilation ${pair(shape.dilationY, shape.dilationX)}, padding ${[top, left, bottom, right].map(String).join(", ")} (top, left, bottom, right).`,
    `A word is ${String(params.simd)} channels of a pixel, ${String(shape.words)} words per pixel; words of a window leave in ky, kx, channel order.`,
    `A map every ${String(slidingWindowInterval(params))} cycles. Buffer: ${String(depth)} words of ${String(shape.wordBits)} bits, ${style} RAM.`,
  ].join("\n");
}
