import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bool,
  cat,
  component,
  memory,
  mux,
  reg,
  sink,
  source,
  valueOf,
  type Bits,
  type Bool,
  type Counter,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import type { UnitTiming } from "../unit-timing.ts";
import { windowShape, type WindowParams, type WindowShape } from "./sliding-window-shape.ts";

/** Parameters of the parallel window. */
export interface ParallelWindowParams extends WindowParams {
  /**
   * Pixels per beat at x and windows per beat at y. Divides the columns of the map and of the windows; above 1 the
   * windows lie side by side: stride 1 along the row.
   * @min 1
   * @default 1
   */
  readonly mmv?: number | undefined;
  /**
   * What holds the rows: `auto` takes block RAM above 256 words.
   * @values auto, block, distributed
   * @default auto
   */
  readonly memory?: "auto" | "block" | "distributed" | undefined;
}

/** Where one tap of one of the windows of a beat comes from. */
interface Tap {
  /** Beats between this pixel's and the newest. */
  readonly delay: number;
  /** Pixel of its beat. */
  readonly lane: number;
  /** Pixels from the place of the walk, in columns of beats, and from its row. */
  readonly x: number;
  readonly y: number;
  /** It is not in the padding of every window. */
  readonly used: boolean;
}

/** A parallel window with everything resolved. */
interface ParallelShape extends WindowShape {
  readonly mmv: number;
  /** Beats of a row per word of a pixel. */
  readonly beatColumns: number;
  /** Beats of a map. */
  readonly beats: number;
  /** Beats before the one that completes the first window (or would, were it not in the padding). */
  readonly lead: number;
  /** Taps of the windows of a beat: window, ky, kx order. */
  readonly taps: readonly Tap[];
  /** Row and column (in beats) of the last windows. */
  readonly lastRow: number;
  readonly lastColumn: number;
}

function parallelShape(params: ParallelWindowParams): ParallelShape {
  const where = "parallelWindow";
  const shape = windowShape(where, params);
  const { width, words, kernelY, kernelX, dilationY, dilationX, strideX, top, left, outWidth } = shape;
  const mmv = params.mmv ?? 1;
  checkInteger({ where: `${where}.mmv`, value: mmv }, 1, width);
  const reject = (problem: string, hint: string): never => {
    throw new SluiceError("bad-window", problem, { where, hint });
  };
  if (mmv > 1 && strideX !== 1)
    reject(`MMV = ${String(mmv)} with stride ${String(strideX)} along the row`, "use stride 1 or mmv 1");
  if (width % mmv !== 0 || outWidth % mmv !== 0) {
    reject(
      `MMV = ${String(mmv)} does not divide the ${String(width)} columns of the map and ${String(outWidth)} windows of a row`,
      "give an mmv that divides both",
    );
  }
  const [spanY, spanX] = [(kernelY - 1) * dilationY, (kernelX - 1) * dilationX];
  if (top + shape.bottom > spanY || left + shape.right > spanX) {
    reject(
      "more padding than keeps the map's size",
      `pad at most ${String(spanY)} rows and ${String(spanX)} columns in all, or use slidingWindow`,
    );
  }
  const beatColumns = width / mmv;
  const lastRow = (shape.outHeight - 1) * shape.strideY;
  const lastColumn = (outWidth / mmv - 1) * strideX;
  const places = Array.from({ length: mmv * kernelY * kernelX }, (_, i) => {
    const [window, ky, kx] = [
      Math.floor(i / (kernelY * kernelX)),
      Math.floor(i / kernelX) % kernelY,
      i % kernelX,
    ];
    const [y, x] = [ky * dilationY - top, window + kx * dilationX - left];
    const used = meets(y, 1, shape.height, lastRow) && meets(x, mmv, width, lastColumn);
    return { x, y, used };
  });
  const inMap = places.filter(({ used }) => used);
  const aheadY = Math.max(0, ...inMap.map(({ y }) => y));
  const aheadX = Math.max(0, ...inMap.map(({ x }) => Math.floor(x / mmv)));
  const taps = places.map(({ x, y, used }): Tap => {
    const beat = Math.floor(x / mmv);
    return {
      x,
      y,
      used,
      lane: x - beat * mmv,
      delay: ((aheadY - y) * beatColumns + aheadX - beat) * words,
    };
  });
  return {
    ...shape,
    mmv,
    beatColumns,
    beats: shape.inputWords / mmv,
    lead: (aheadY * beatColumns + aheadX) * words,
    taps,
    lastRow,
    lastColumn,
  };
}

/** Whether place * scale + offset lies in 0 to size - 1 for any place up to `last`. */
function meets(offset: number, scale: number, size: number, last: number): boolean {
  return offset < size && last * scale + offset >= 0;
}

/** Distances, from the newest beat, of what the windows use of pixel `lane` of the beats. */
function delaysOf({ taps }: ParallelShape, lane: number): readonly number[] {
  const used = taps.filter((tap) => tap.used && tap.lane === lane);
  return [...new Set(used.map(({ delay }) => delay))].sort((a, b) => a - b);
}

/** Cycles per map where nothing stalls: one beat in per cycle. */
export function parallelWindowInterval(params: ParallelWindowParams): number {
  return parallelShape(params).beats;
}

/** Bits that the unit stores besides its output: all from the oldest tap of a window to the newest. */
export function parallelWindowBits(params: ParallelWindowParams): number {
  const shape = parallelShape(params);
  let words = 0;
  for (let lane = 0; lane < shape.mmv; lane++) words += Math.max(0, ...delaysOf(shape, lane));
  return words * shape.wordBits;
}

/**
 * Tick in which each beat moves where nothing stalls, from the first beat in: x takes one in every cycle; a beat of
 * windows leaves in the cycle after the one that completes it.
 */
export function parallelWindowTicks(params: ParallelWindowParams): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  const { beats, lead, words, mmv, outHeight, outWidth, beatColumns, strideX, strideY } =
    parallelShape(params);
  const columns = outWidth / mmv;
  const perMap = outHeight * columns * words;
  return {
    x: (beat) => beat,
    y: (beat) => {
      const place = Math.floor((beat % perMap) / words);
      const [row, column] = [Math.floor(place / columns) * strideY, (place % columns) * strideX];
      return (
        Math.floor(beat / perMap) * beats + lead + (row * beatColumns + column) * words + (beat % words) + 1
      );
    },
  };
}

/**
 * For each column of the weight matrix as the parallel window's beats want it, the column in ky, kx, channel order: a
 * window's beat g holds channels g * SIMD to g * SIMD + SIMD - 1 of all taps.
 */
export function parallelWindowOrder({
  kernel: [ky = 1, kx = 1],
  channels,
  simd,
}: Pick<WindowParams, "kernel" | "channels" | "simd">): readonly number[] {
  const taps = ky * kx;
  return Array.from({ length: taps * channels }, (_, i) => {
    const group = Math.floor(i / (taps * simd));
    const within = i % (taps * simd);
    return Math.floor(within / simd) * channels + group * simd + (within % simd);
  });
}

/** The control of the unit, cycle by cycle, for the planner's schedule. */
export function parallelWindowTiming(params: ParallelWindowParams): UnitTiming {
  const { beats, lead, words, beatColumns, strideX, strideY, lastRow, lastColumn } = parallelShape(params);
  const end = (lastRow * beatColumns + lastColumn) * words + words - 1;
  let [taken, walk, runs, full] = [0, 0, false, false];
  /** What a step does, and how many steps do the same. */
  const flow = (): { readonly active: boolean; readonly fills: boolean; readonly ticks: number } => {
    if (!runs && taken !== lead)
      return { active: false, fills: false, ticks: (taken < lead ? lead : beats) - taken };
    const column = Math.floor(walk / words) % beatColumns;
    const row = Math.floor(walk / words / beatColumns);
    const rowEnds = (row + 1) * beatColumns * words;
    const fills = row % strideY === 0 && column % strideX === 0 && column <= lastColumn;
    const pixels = strideX === 1 && fills ? lastColumn - column + 1 : 1;
    const pixelsEnd = (row * beatColumns + column + pixels) * words;
    const alike = row % strideY !== 0 || column > lastColumn ? rowEnds : pixelsEnd;
    return { active: true, fills, ticks: Math.min(alike, end + 1) - walk };
  };
  const goes = (took: boolean): boolean => took || (runs && taken === 0);
  return {
    valid: () => full,
    ready: (readyBehind) => !full || readyBehind,
    edge: (took, readyBehind, ticks = 1) => {
      if (full && !readyBehind) return;
      for (let left = ticks; left > 0;) {
        if (!goes(took)) {
          full = false;
          return;
        }
        const { active, fills, ticks: alike } = flow();
        const count = Math.min(left, alike);
        full = fills;
        if (active) {
          walk += count;
          runs = walk <= end;
          if (!runs) walk = 0;
        }
        if (took) taken = (taken + count) % beats;
        left -= count;
      }
    },
    steady: (took, readyBehind) => {
      if (full && !readyBehind) return Infinity;
      if (!goes(took)) return full ? 1 : Infinity;
      const { fills, ticks } = flow();
      return fills === full ? ticks : 1;
    },
    state: () => [taken, walk, runs ? 1 : 0, full ? 1 : 0],
  };
}

/**
 * Sliding window of a convolution, all taps at once. Takes a map row by row as beats of MMV pixels side by side and
 * SIMD of their channels (the beats of a pixel follow each other); gives beats of MMV windows side by side, each with
 * all KY*KX taps of those SIMD channels, in window, ky, kx, channel order from the least significant bits. One beat in
 * per cycle, at stride 1 one out as well: a map every H*W*C / (SIMD*MMV) cycles; no bubble between maps, none for the
 * padding. Any kernel, stride and dilation; padding up to what keeps the map's size. The last windows of a map, which
 * reach into the padding, leave behind its last beat: with the beats of the next map, or without where none has come.
 * Every beat's tick: `parallelWindowTicks`.
 */
export const parallelWindow = component({
  name: (params: ParallelWindowParams) => {
    const { height, width, channels, simd, kernel, mmv = 1 } = params;
    return `parallel_window_${String(height)}x${String(width)}x${String(channels)}_k${kernel.join("x")}_simd${String(simd)}_mmv${String(mmv)}`;
  },
  doc: describeWindow,
  validate: (params) => {
    parallelShape(params);
    checkChoice({ where: "parallelWindow.memory", value: params.memory ?? "auto" }, [
      "auto",
      "block",
      "distributed",
    ]);
  },
  ports: (params) => {
    const { mmv, wordBits, taps } = parallelShape(params);
    return { x: sink(bits(mmv * wordBits)), y: source(bits(taps.length * wordBits)) };
  },
  build(m, { x, y }, params) {
    const shape = parallelShape(params);
    const { out_valid, out } = m.regs({
      out_valid: bool,
      out: reg(bits(shape.taps.length * shape.wordBits), { reset: "none" }),
    });
    y.valid.set(out_valid);
    y.payload.set(out);
    m.doc("Everything moves unless finished windows wait to be taken.");
    const advance = out_valid.not().or(y.ready);
    x.ready.set(advance);

    const { taken } = m.counters({ taken: shape.beats });
    const { runs } = m.regs({ runs: reg(bool, { doc: "windows of a map are on their way" }) });
    const goes = shape.lead === 0 ? x.valid : x.valid.or(runs.and(taken.eq(0)));
    const step = advance.and(goes);
    const active = runs.or(taken.eq(shape.lead));
    m.name({ advance, step, active });
    m.when(x.valid.and(advance), () => {
      taken.advance();
    });
    const { row, column, complete } = walkBeats(m, shape, step.and(active), runs);
    const emit = step.and(active).and(complete);
    m.name({ emit });

    const lines = delayLines(m, shape, { input: x.payload, step, memory: params.memory ?? "auto" });
    const pad = valueOf(bits(shape.wordBits), shape.padWord);
    const window = shape.taps.map((tap) => {
      if (!tap.used) return pad;
      const word = lines(tap);
      const padded = either(
        outside(row, tap.y, 1, shape.height, shape.lastRow),
        outside(column, tap.x, shape.mmv, shape.width, shape.lastColumn),
      );
      return padded === undefined ? word : mux(padded, pad, word);
    });
    m.when(advance, () => {
      out_valid.next(emit);
    });
    m.when(emit, () => {
      out.next(cat(...window.toReversed()));
    });
  },
});

/** Walks over the places of the windows, as the beats of the map do that complete them. */
function walkBeats(
  m: ModuleBuilder,
  { words, beatColumns, lastRow, lastColumn, strideX, strideY }: ParallelShape,
  moves: Bool,
  runs: { next(value: Bool | boolean): void },
): { readonly row: Counter; readonly column: Counter; readonly complete: Bool } {
  m.doc("Places that windows may have: rows and columns of beats, words of a pixel innermost.");
  const { word, column, row } = m.counters({ word: words, column: beatColumns, row: lastRow + 1 });
  const { column_phase, row_phase } = m.counters({
    column_phase: Math.min(strideX, beatColumns),
    row_phase: Math.min(strideY, lastRow + 1),
  });
  const lastWindow = beatColumns === 1 ? column.last : column.eq(lastColumn);
  const last = word.last.and(lastWindow).and(row.last);
  m.name({ last });
  m.when(moves, () => {
    runs.next(last.not());
    word.advance();
    m.when(word.last, () => {
      column.advance();
      column_phase.advance();
      m.when(column.last, () => {
        column_phase.clear();
        row.advance();
        row_phase.advance();
      });
    });
    m.when(last, () => {
      column.clear();
      column_phase.clear();
      row_phase.clear();
      row.clear();
    });
  });
  const phases = phaseIs(column_phase, Math.min(strideX, beatColumns)).and(
    phaseIs(row_phase, Math.min(strideY, lastRow + 1)),
  );
  return { row, column, complete: lastColumn < beatColumns - 1 ? phases.and(column.le(lastColumn)) : phases };
}

const phaseIs = (phase: Counter, count: number): Bool => (count === 1 ? phase.last : phase.eq(0));

const either = (a: Bool | undefined, b: Bool | undefined): Bool | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a.or(b);

/** Whether place * scale + offset lies outside 0 to size - 1, for places up to `last`; undefined where it never does. */
function outside(place: UInt, offset: number, scale: number, size: number, last: number): Bool | undefined {
  const before = Math.ceil(-offset / scale);
  const behind = Math.ceil((size - offset) / scale);
  return either(before > 0 ? place.lt(before) : undefined, behind <= last ? place.ge(behind) : undefined);
}

/** Above this, words go through a memory: a shift register of 32 words is one SRL per bit. */
const longestShift = 32;

/** What came before at the distances that taps have, per pixel of a beat: shift registers and memories in a row. */
function delayLines(
  m: ModuleBuilder,
  shape: ParallelShape,
  { input, step, memory: given }: { input: Bits; step: Bool; memory: "auto" | "block" | "distributed" },
): (tap: Tap) => Bits {
  const words = new Map<string, Bits>();
  const key = ({ lane, delay }: Pick<Tap, "lane" | "delay">): string =>
    `line_${String(lane)}_${String(delay)}`;
  const addresses = new Map<number, Counter>();
  for (let lane = 0; lane < shape.mmv; lane++) {
    let [before, word] = [0, input.word(lane, shape.wordBits)];
    const delays = delaysOf(shape, lane);
    if (delays.length === 0) m.unused({ [`lane_${String(lane)}`]: word });
    for (const delay of delays) {
      const name = key({ lane, delay });
      const beats = delay - before;
      if (beats > longestShift) {
        const depth = beats - 1;
        const address = addresses.get(depth) ?? addressOf(m, depth, step);
        addresses.set(depth, address);
        const style = given === "auto" ? (depth > 256 ? "block" : "distributed") : given;
        word = throughMemory(m, { name, word, depth, style, address, step });
      } else if (beats > 0) word = throughShift(m, { name, word, beats, step });
      words.set(name, word);
      before = delay;
    }
  }
  return (tap) => {
    const word = words.get(key(tap));
    if (word === undefined) throw new Error(`no ${key(tap)}`);
    return word;
  };
}

/** The word that comes out is the one that the incoming one replaces. */
function throughMemory(
  m: ModuleBuilder,
  {
    name,
    word,
    depth,
    style,
    address,
    step,
  }: {
    name: string;
    word: Bits;
    depth: number;
    style: "block" | "distributed";
    address: Counter;
    step: Bool;
  },
): Bits {
  const kind = bits(word.width);
  const store = m.memories({ [`${name}_store`]: memory(depth, kind, { style }) })[`${name}_store`];
  const delayed = m.regs({ [name]: reg(kind, { reset: "none" }) })[name];
  if (store === undefined || delayed === undefined) throw new Error(`no memory for ${name}`);
  m.when(step, () => {
    delayed.next(store.read(address));
    store.write(address, word);
  });
  return delayed;
}

function addressOf(m: ModuleBuilder, depth: number, step: Bool): Counter {
  const name = `address_${String(depth)}`;
  const address = m.counters({ [name]: depth })[name];
  if (address === undefined) throw new Error(`no counter ${name}`);
  m.when(step, () => {
    address.advance();
  });
  return address;
}

/** The newest word is in the least significant bits. */
function throughShift(
  m: ModuleBuilder,
  { name, word, beats, step }: { name: string; word: Bits; beats: number; step: Bool },
): Bits {
  const { width } = word;
  const line = m.regs({ [name]: reg(bits(beats * width), { reset: "none" }) })[name];
  if (line === undefined) throw new Error(`no register ${name}`);
  m.when(step, () => {
    line.next(beats === 1 ? word : cat(line.slice(0, (beats - 1) * width), word));
  });
  return line.slice((beats - 1) * width, width);
}

function describeWindow(params: ParallelWindowParams): string {
  const shape = parallelShape(params);
  const pair = (a: number, b: number): string => `${String(a)}x${String(b)}`;
  const { top, left, bottom, right } = shape;
  return [
    `Parallel window: ${pair(shape.height, shape.width)} pixels of ${String(params.channels)} channels to ${pair(shape.outHeight, shape.outWidth)} windows of ${pair(shape.kernelY, shape.kernelX)}.`,
    `Stride ${pair(shape.strideY, shape.strideX)}, dilation ${pair(shape.dilationY, shape.dilationX)}, padding ${[top, left, bottom, right].map(String).join(", ")} (top, left, bottom, right).`,
    `A beat in is ${String(params.simd)} channels of ${shape.mmv === 1 ? "a pixel, a beat out all taps of a window" : `${String(shape.mmv)} pixels, a beat out all taps of as many windows`}: window, ky, kx, channel order.`,
    `A map every ${String(shape.beats)} cycles; stores ${String(parallelWindowBits(params))} bits.`,
  ].join("\n");
}
