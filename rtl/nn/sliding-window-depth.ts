import { freesEarly, windowMoves } from "./sliding-window-schedule.ts";
import { windowShape, type WindowParams, type WindowShape } from "./sliding-window-shape.ts";

/**
 * Words that the buffer needs so that no window ever waits once the pipeline is full: a map every
 * `slidingWindowInterval` cycles. It is the least with which this unit can do that, where no side is padded by more
 * than the kernel reaches; sliding-window.test.ts compares it with what the schedule alone would need. A consumer that
 * pauses for `pause` cycles after the words of each window (a matrix-vector unit with NF groups of SF beats:
 * (NF - 1) * SF) needs fewer.
 */
export function slidingWindowDepth(params: WindowParams, { pause = 0 }: { pause?: number } = {}): number {
  const shape = windowShape("slidingWindow", params);
  const { inputWords, outputWords, outHeight, outWidth } = shape;
  const rows = kernelRows(shape, pause);
  const period = outputWords + outHeight * outWidth * pause;
  const depth =
    period >= inputWords
      ? depthAtOutputRate(rows, period - inputWords)
      : depthAtInputRate(rows, inputWords - period);
  return Math.max(leastDepth(rows), depth);
}

/** Words without which some window cannot be formed at all. */
export function slidingWindowLeastDepth(params: WindowParams): number {
  return leastDepth(kernelRows(windowShape("slidingWindow", params), 0));
}

/**
 * A row of the kernel in one window: its steps, one for each word, are taken one after the other, and words are given
 * back with its last one alone. Of its steps it is enough to know the one that reads the last word in the map: what it
 * needs is the most, and no other asks for the stream to be further ahead, since no tap moves the place in the map on
 * by less than the steps that it takes.
 */
interface KernelRow {
  /** Of its last step, from the first of the map; steps follow each other without a wait. */
  readonly tick: number;
  /** Words of the map that must have come in; 0 where it lies in the padding. */
  readonly need: number;
  /** Words that it or one before it needs. */
  readonly needed: number;
  /** By how many words more than there have been ticks: `need` less the tick of the step that needs them. */
  readonly ahead: number;
  /** The oldest word still kept during the row, relative to the map's first. */
  readonly kept: number;
}

/** The rows of the kernel in those windows of a map, in order, that the depth depends on: see `representatives`. */
function kernelRows(shape: WindowShape, pause: number): readonly KernelRow[] {
  const { height, width, words, kernelY, kernelX, outHeight, outWidth } = shape;
  const { strideY, strideX, dilationY, dilationX, top, left } = shape;
  const { frees, lead } = windowMoves(shape);
  const rowSteps = kernelX * words;
  const freesColumn = freesEarly(shape) ? 0 : kernelY - 1;
  const freesWithRow = (outWidth - 1) * frees.column + frees.row;
  const along = {
    count: outHeight,
    stride: strideY,
    before: top,
    size: height,
    reach: (kernelY - 1) * dilationY,
  };
  const across = {
    count: outWidth,
    stride: strideX,
    before: left,
    size: width,
    reach: (kernelX - 1) * dilationX,
  };
  const columns = representatives(across);
  // Nothing of a map leaves before its first word has come.
  let needed = 1;
  // Where the end of a row takes words back, all rows are looked at: see `depthAtOutputRate`.
  const rows = frees.row < 0 ? Array.from({ length: outHeight }, (_, row) => row) : representatives(along);
  return rows.flatMap((row) =>
    columns.flatMap((column) => {
      const x = column * strideX - left;
      const taps = Math.min(kernelX, Math.floor((width - 1 - x) / dilationX) + 1);
      const right = x + (taps - 1) * dilationX;
      const start = (row * outWidth + column) * (kernelY * rowSteps + pause);
      let kept = row * freesWithRow + column * frees.column - lead;
      return Array.from({ length: kernelY }, (_, kernelRow): KernelRow => {
        const y = row * strideY + kernelRow * dilationY - top;
        const inside = y >= 0 && y < height && taps > 0 && right >= 0;
        const first = start + kernelRow * rowSteps;
        const need = inside ? (y * width + right + 1) * words : 0;
        needed = Math.max(needed, need);
        const ahead = inside ? need - (first + taps * words - 1) : -Infinity;
        const keptNow = kept;
        if (column < outWidth - 1) kept += kernelRow === freesColumn ? frees.column : 0;
        else if (row === outHeight - 1) kept += frees.kernelRow;
        return { tick: first + rowSteps - 1, need, needed, ahead, kept: keptNow };
      });
    }),
  );
}

/**
 * Of the windows along an axis, those to look at: the ones that reach into the padding, the last one, and of the others,
 * which have all their taps in the map, three at either end.
 *
 * From one of those others to the next, ticks move on by a constant, `need` and `kept` by the stride, or `kept` stays
 * where nothing is given back; so `ahead` too moves by a constant. What a window asks of the depth is the most of sums
 * of its own numbers with those of another window: with its neighbours', which moves by a constant not below 0 times
 * their number, or with those of windows further off, which is linear in its place. The most of linear functions is
 * convex, hence greatest at an end: the first and the last of the windows whose neighbours have all their taps in the map
 * are looked at with their neighbours, and the windows between them only as neighbours: without theirs, they ask for too
 * little at most. `ahead` itself, of which windows further off are asked for the most, is linear and greatest at an end
 * too.
 */
function representatives({ count, stride, before, size, reach }: Axis): readonly number[] {
  const first = Math.ceil(before / stride);
  const last = Math.min(Math.floor((size - 1 - reach + before) / stride), count - 2);
  const skipped = Math.max(0, last - first + 1 - 6);
  return Array.from({ length: count - skipped }, (_, i) => (i < first + 3 ? i : i + skipped));
}

/** The windows along rows or columns, in pixels. */
interface Axis {
  readonly count: number;
  readonly stride: number;
  /** Of padding. */
  readonly before: number;
  readonly size: number;
  /** From the first tap to the last. */
  readonly reach: number;
}

/** A row has its words when those that it needs find room beside those that are kept. */
function leastDepth(rows: readonly KernelRow[]): number {
  const lead = -(rows[0]?.kept ?? 0);
  return rows.reduce((depth, { need, kept }) => Math.max(depth, need - kept), Math.max(2, 1 + lead));
}

/** The most that `rows` need the stream to be ahead; the first word of a map is needed with the first step. */
const mostAhead = (rows: readonly KernelRow[]): number =>
  rows.reduce((most, { ahead }) => Math.max(most, ahead), 1);

/**
 * Steps follow each other without a wait, and a map takes `slack` cycles more than it has words; every word comes as
 * late as it may. By the end of a row, just before it gives words back, as many have come as those behind it need to come
 * in time at a word per cycle; or as those before it needed, which found room then: `leastDepth` sees to that.
 * Where the end of a row takes words back, which it may behind windows wholly in the padding, those are there already, and
 * ask for no room again: rows by whose end no more come than were `needed` before are passed over.
 */
function depthAtOutputRate(rows: readonly KernelRow[], slack: number): number {
  let later = mostAhead(rows) - slack;
  return rows.reduceRight((depth, { tick, needed, ahead, kept }) => {
    const come = later + tick + 1;
    later = Math.max(later, ahead);
    return come > needed ? Math.max(depth, come - kept) : depth;
  }, 0);
}

/**
 * Words come without a wait, and a map takes `slack` cycles more than it has steps; every step is taken as early as it
 * may, so that a row ends when the words have come for those before it, and for itself.
 */
function depthAtInputRate(rows: readonly KernelRow[], slack: number): number {
  let before = Math.max(1, mostAhead(rows) - slack);
  return rows.reduce((depth, { tick, ahead, kept }) => {
    before = Math.max(before, ahead);
    return Math.max(depth, before + tick + 1 - kept);
  }, 0);
}
