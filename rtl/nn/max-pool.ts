import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bool,
  component,
  memory,
  mux,
  reg,
  sink,
  source,
  uint,
  valueOf,
  vec,
  type Bits,
  type Bool,
  type Counter,
  type Handle,
  type ModuleBuilder,
  type UInt,
  type UIntKind,
  type When,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import { completingTiming, type UnitTiming } from "../unit-timing.ts";
import { windowShape, type WindowShape } from "./sliding-window-shape.ts";

/** Parameters of the max pool. A map is streamed row by row, channels innermost; lists go row before column. */
export interface MaxPoolParams {
  /**
   * Rows of the feature map.
   * @min 1
   * @max 4096
   */
  readonly height: number;
  /**
   * Columns of the feature map.
   * @min 1
   * @max 4096
   */
  readonly width: number;
  /**
   * Channels of a pixel.
   * @min 1
   * @max 65536
   */
  readonly channels: number;
  /**
   * Channels of a pixel in a beat. Divides the channels.
   * @min 1
   */
  readonly pe: number;
  /** Height and width of a window: [KY, KX]. */
  readonly kernel: readonly number[];
  /**
   * Pixels from one window to the next: [SY, SX]. Not less than the kernel: windows do not overlap.
   * @default the kernel
   */
  readonly stride?: readonly number[] | undefined;
  /**
   * Bits of a channel's value, unsigned.
   * @min 1
   * @max 32
   * @default 1
   */
  readonly bits?: number | undefined;
}

/** Cycles from taking the last beat that a result needs to offering the result. */
export const maxPoolDepth = 1;

/**
 * Tick in which each beat moves where nothing stalls, from the first beat in: a beat per cycle goes in; output beat b
 * is group b mod C/PE of its pixel.
 */
export function maxPoolTicks(params: MaxPoolParams): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  const { width, words, inputWords, kernelY, kernelX, strideY, strideX, outHeight, outWidth } =
    shapeOf(params);
  return {
    x: (beat) => beat,
    y: (beat) => {
      const window = Math.floor(beat / words);
      const pooledRow = Math.floor(window / outWidth);
      const row = (pooledRow % outHeight) * strideY + kernelY - 1;
      const column = (window % outWidth) * strideX + kernelX - 1;
      const map = Math.floor(pooledRow / outHeight);
      return map * inputWords + (row * width + column) * words + (beat % words) + maxPoolDepth;
    },
  };
}

/** The control of the unit, cycle by cycle, for the planner's schedule. */
export function maxPoolTiming(params: MaxPoolParams): UnitTiming {
  const { width, words, inputWords, kernelY, kernelX, strideY, strideX } = shapeOf(params);
  return completingTiming(inputWords, (beat) => {
    const pixel = Math.floor(beat / words);
    const column = pixel % width;
    const rowEnds = (pixel - column + width) * words;
    if (Math.floor(pixel / width) % strideY !== kernelY - 1)
      return { completes: false, beats: rowEnds - beat };
    const along = column % strideX;
    // Up to the window's last column, that column, or up to the next window's last one.
    const until = along < kernelX - 1 ? kernelX - 1 : along === kernelX - 1 ? kernelX : strideX + kernelX - 1;
    const ends = Math.min((pixel - along + until) * words, rowEnds);
    return { completes: along === kernelX - 1, beats: ends - beat };
  });
}

/**
 * Max pool: the maximum of each channel over windows that do not overlap; of bits (`bits` = 1: -1 and +1) that is
 * their OR. Takes a map row by row, channels innermost, as beats of PE channels of one pixel, channel 0 in the least
 * significant bits, and gives the pooled map in the same form. A beat in per cycle, no bubble between rows or maps;
 * rows and columns right and below of the last whole window count for nothing. What the rows of a window have given
 * so far waits in one row of partial maxima. A beat that completes no result is taken even while a result waits.
 * Every beat's tick: `maxPoolTicks`.
 *
 * Windows that overlap or are padded: a `slidingWindow` in front, whose windows are then pooled as maps of KY x KX.
 */
export const maxPool = component({
  name: ({ height, width, channels, pe, kernel }: MaxPoolParams) =>
    `max_pool_${String(height)}x${String(width)}x${String(channels)}_k${kernel.join("x")}_pe${String(pe)}`,
  doc: describePool,
  validate: (params) => {
    shapeOf(params);
  },
  ports: (params) => {
    const kind = bits(shapeOf(params).wordBits);
    return { x: sink(kind), y: source(kind) };
  },
  build(m, { x, y }, params) {
    const shape = shapeOf(params);
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(bits(shape.wordBits), { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);

    const place = placeOf(m, shape);
    const { completes } = place;
    const advance = out_valid.not().or(y.ready);
    m.name({ completes, advance });
    m.doc("Only a beat that completes a result has to wait for room in the output register.");
    x.ready.set(completes.not().or(advance));
    const taken = x.fire;
    m.name({ taken });
    m.when(taken, place.advance);

    const best = maxima(m, x.payload, { place, taken, lanes: params.pe });
    const completed = taken.and(completes);
    m.name({ completed });
    m.when(advance, () => {
      out_valid.next(completed);
    });
    m.when(completed, () => {
      out.next(best);
    });
  },
});

/** Where in its window the beat at the input stands. */
interface Place {
  /** The window's first pixel. */
  readonly first: Bool;
  /** In a column of a window, neither between two windows nor right of the last whole one. */
  readonly inColumns: Bool;
  /** The window's last pixel. */
  readonly completes: Bool;
  /** Words of partial maxima, and which of them the beat belongs to. */
  readonly slots: number;
  readonly slot: UInt;
  /** To the next beat. */
  readonly advance: () => void;
}

function placeOf(m: ModuleBuilder, shape: WindowShape): Place {
  const { height, width, words, kernelY, kernelX, strideY, strideX, outWidth } = shape;
  // What nothing hangs on is not counted: the group matters unless every beat is a result, the row only where the
  // last ones are no whole stride, the column where that or ky hangs on it.
  const rows = height % strideY === 0 ? 1 : height;
  const groups = strideY * strideX === 1 ? 1 : words;
  const perRow = width % strideX === 0 && strideY === 1 ? 1 : width;
  const counts = { group: groups, kx: strideX, column: perRow, ky: strideY, row: rows };
  m.doc("Position in the map: kx and ky count from the left and the top of the window.");
  const { group, kx, column, ky, row } = m.counters(counts);
  const columns = Math.min(width, outWidth * strideX);
  const at = (counter: Counter, count: number, value: number): Bool =>
    value === count - 1 ? counter.last : counter.eq(value);
  const lastColumn = at(column, perRow, columns - 1);

  // A row of windows keeps a word per window and group; one window at a time only a word per group.
  const single = kernelY === 1 || outWidth === 1;
  const slots = kernelY * kernelX === 1 ? 0 : single ? words : outWidth * words;
  const partial = single ? undefined : m.regs({ slot: uint.below(slots) }).slot;
  const advanceSlot = (slot: Handle<UIntKind, "next">): void => {
    const kind = uint.below(slots);
    const next = slot.add(1).wrap(kind);
    const back =
      words === 1
        ? slot
        : slot
            .sub(words - 1)
            .asUInt()
            .wrap(kind);
    whenever(m, group.last, groups === 1, () => {
      m.when(lastColumn, () => {
        slot.next(0);
      }).otherwise(() => {
        slot.next(strideX === 1 ? next : mux(kx.last, next, back));
      });
    })?.otherwise(() => {
      slot.next(next);
    });
  };

  return {
    first: at(kx, strideX, 0).and(at(ky, strideY, 0)),
    inColumns: valueOf(bool, true)
      .and(strideX === kernelX ? true : kx.lt(kernelX))
      .and(columns === width ? true : column.lt(columns)),
    completes: at(kx, strideX, kernelX - 1).and(at(ky, strideY, kernelY - 1)),
    slots,
    slot: partial ?? group,
    advance: () => {
      if (partial !== undefined) advanceSlot(partial);
      group.advance();
      whenever(m, group.last, groups === 1, () => {
        kx.advance();
        column.advance();
        whenever(m, column.last, perRow === 1, () => {
          if (width % strideX !== 0) kx.clear();
          ky.advance();
          row.advance();
          if (rows === 1) return;
          m.when(row.last, () => {
            ky.clear();
          });
        });
      });
    },
  };
}

/** `m.when`, without a condition that always holds. */
function whenever(m: ModuleBuilder, condition: Bool, always: boolean, body: () => void): When | undefined {
  if (!always) return m.when(condition, body);
  body();
  return undefined;
}

/** The maxima of the beat's windows as far as they have come. */
function maxima(
  m: ModuleBuilder,
  payload: Bits,
  { lanes, place, taken }: { readonly lanes: number; readonly place: Place; readonly taken: Bool },
): Bits {
  const { slots, slot, first, inColumns } = place;
  if (slots === 0) return payload;
  const kind = bits(payload.width);
  const keep = taken.and(inColumns);
  if (slots === 1) {
    const { partial } = m.regs({
      partial: reg(kind, { reset: "none", doc: "maxima of the window so far" }),
    });
    const best = greater(m, payload, partial, { first, lanes });
    m.when(keep, () => {
      partial.next(best);
    });
    return best;
  }
  const { partial } = m.memories({
    partial: memory(slots, kind, { style: "distributed", doc: "Maxima of the windows so far." }),
  });
  const best = greater(m, payload, partial.read(slot), { first, lanes });
  m.when(keep, () => {
    partial.write(slot, best);
  });
  return best;
}

/** Lane by lane the greater of two words; the first where there is no second yet. */
function greater(
  m: ModuleBuilder,
  word: Bits,
  held: Bits,
  { first, lanes }: { readonly first: Bool; readonly lanes: number },
): Bits {
  m.name({ first });
  const width = word.width / lanes;
  if (width === 1) {
    const best = mux(first, word, word.or(held));
    m.name({ best });
    return best;
  }
  const { best } = m.wires({ best: vec(lanes, uint(width)) });
  const { so_far } = m.wires({ so_far: bits(word.width) });
  so_far.set(held);
  m.each({ p: lanes }, ({ p }) => {
    const [value, other] = [word.word(p, width).asUInt(), so_far.word(p, width).asUInt()];
    best.at(p).set(mux(first.or(value.ge(other)), value, other));
  });
  return best.asBits();
}

function shapeOf(params: MaxPoolParams): WindowShape {
  const { channels, pe, kernel, stride = kernel } = params;
  checkInteger({ where: "maxPool.channels", value: channels }, 1, 65_536);
  checkInteger({ where: "maxPool.pe", value: pe }, 1, channels);
  if (channels % pe !== 0) {
    throw new SluiceError(
      "folding-does-not-divide",
      `PE = ${String(pe)} does not divide the ${String(channels)} channels`,
      { where: "maxPool.pe", hint: "give a PE that divides the number of channels" },
    );
  }
  const shape = windowShape("maxPool", {
    ...params,
    simd: pe,
    stride,
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
  });
  // A stride beyond the map changes nothing: there is one window.
  if (shape.strideY >= shape.kernelY && shape.strideX >= shape.kernelX) {
    const [strideY, strideX] = [Math.min(shape.strideY, shape.height), Math.min(shape.strideX, shape.width)];
    return { ...shape, strideY, strideX };
  }
  throw new SluiceError(
    "bad-window",
    `windows of ${kernel.join("x")} at a stride of ${stride.join("x")} overlap`,
    {
      where: "maxPool.stride",
      hint: "give a stride of at least the kernel, or put a slidingWindow in front and pool its windows",
    },
  );
}

function describePool(params: MaxPoolParams): string {
  const shape = shapeOf(params);
  const pair = (a: number, b: number): string => `${String(a)}x${String(b)}`;
  const what = (params.bits ?? 1) === 1 ? "bits (OR)" : `unsigned ${String(params.bits)}-bit values`;
  return [
    `Max pool of ${what}: ${pair(shape.height, shape.width)} pixels of ${String(params.channels)} channels to ${pair(shape.outHeight, shape.outWidth)}.`,
    `Windows of ${pair(shape.kernelY, shape.kernelX)}, stride ${pair(shape.strideY, shape.strideX)}. A beat is ${String(params.pe)} channels of a pixel, ${String(shape.words)} beats per pixel.`,
    `One beat in per cycle; a result is offered ${String(maxPoolDepth)} cycle after the last beat of its window is taken.`,
  ].join("\n");
}
