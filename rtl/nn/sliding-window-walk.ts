import {
  mux,
  sint,
  uint,
  valueOf,
  wire,
  type Bool,
  type Counter,
  type Handle,
  type ModuleBuilder,
  type SInt,
  type UInt,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { freesEarly, type WindowMoves } from "./sliding-window-schedule.ts";
import type { WindowShape } from "./sliding-window-shape.ts";

/** The counters that walk through all words of all windows of a map, innermost first. */
export interface Walk {
  readonly kernelColumn: Counter;
  readonly kernelRow: Counter;
  readonly column: Counter;
  readonly row: Counter;
  /** This word is the last of its kernel position, of its kernel row, of its window, of its row of windows, of the map. */
  readonly ends: {
    readonly position: Bool;
    readonly kernelRow: Bool;
    readonly window: Bool;
    readonly row: Bool;
    readonly map: Bool;
  };
  readonly shape: WindowShape;
  /** Goes on to the next word; called where a step is taken. */
  advance(): void;
}

export function walkOf(m: ModuleBuilder, shape: WindowShape): Walk {
  m.doc("Windows in rows and columns, in each the kernel's rows and columns, words of a pixel innermost.");
  const { word, kernel_column, kernel_row, column, row } = m.counters({
    word: shape.words,
    kernel_column: shape.kernelX,
    kernel_row: shape.kernelY,
    column: shape.outWidth,
    row: shape.outHeight,
  });
  const position = word.last;
  const kernelRow = position.and(kernel_column.last);
  const window = kernelRow.and(kernel_row.last);
  const rowEnd = window.and(column.last);
  const map = rowEnd.and(row.last);
  const nest = [word, kernel_column, kernel_row, column, row].filter((_, i) => countsOf(shape)[i] !== 1);
  const advance = ([inner, ...outer]: readonly Counter[]): void => {
    inner?.advance();
    if (inner === undefined || outer.length === 0) return;
    m.when(inner.last, () => {
      advance(outer);
    });
  };
  return {
    kernelColumn: kernel_column,
    kernelRow: kernel_row,
    column,
    row,
    ends: { position, kernelRow, window, row: rowEnd, map },
    shape,
    advance: () => {
      advance(nest);
    },
  };
}

const countsOf = ({ words, kernelX, kernelY, outWidth, outHeight }: WindowShape): readonly number[] => [
  words,
  kernelX,
  kernelY,
  outWidth,
  outHeight,
];

/** `then` where a counter of `count` is at its end; one that does not count always is. */
function atEnd<T extends UInt | SInt>({ last }: Counter, count: number, then: T, otherwise: T): T {
  return count === 1 ? then : (mux(last, then as UInt, otherwise as UInt) as T);
}

/** How many words the stream moves on from this word to the next one read, seen through `translate`. */
export function nextMove(
  { kernelColumn, kernelRow, column, row, ends, shape }: Walk,
  moves: WindowMoves,
  translate: (move: number) => number = (move) => move,
): SInt {
  const all = [1, moves.kernelColumn, moves.kernelRow, moves.column, moves.row, moves.map].map(translate);
  const kind = sint.between(Math.min(...all, 0), Math.max(...all, 0));
  const value = (move: number): SInt => valueOf(kind, translate(move));
  const afterColumn = atEnd(row, shape.outHeight, value(moves.map), value(moves.row));
  const afterWindow = atEnd(column, shape.outWidth, afterColumn, value(moves.column));
  const afterRow = atEnd(kernelRow, shape.kernelY, afterWindow, value(moves.kernelRow));
  const afterPosition = atEnd(kernelColumn, shape.kernelX, afterRow, value(moves.kernelColumn));
  return shape.words === 1 ? afterPosition : mux(ends.position, afterPosition, value(1));
}

/** How many words nothing reads any more after this cycle. */
export function freedBy(
  m: ModuleBuilder,
  { kernelRow, column, row, ends, shape }: Walk,
  { frees }: WindowMoves,
  step: Bool,
): SInt {
  const kind = sint.between(
    Math.min(frees.column, frees.row, frees.map, 0),
    Math.max(frees.column, frees.row, frees.map, 0),
  );
  const { freed } = m.wires({ freed: wire(kind, { doc: "words that nothing reads any more" }) });
  freed.set(0);
  m.when(step.and(ends.row), () => {
    freed.set(atEnd(row, shape.outHeight, valueOf(kind, frees.map), valueOf(kind, frees.row)));
  });
  if (shape.outWidth === 1) return freed;
  const early = freesEarly(shape) && shape.kernelY > 1;
  const done = early ? ends.kernelRow.and(kernelRow.eq(0)) : ends.window;
  m.when(step.and(done).and(column.last.not()), () => {
    freed.set(frees.column);
  });
  return freed;
}

/** Where the word is that this step reads, as far as the padding needs to know. */
export interface Place {
  /** It lies in the padding; undefined where there is none. */
  readonly padded: Bool | undefined;
  /** Follows the walk on every step. */
  readonly advanceOn: (step: Bool) => void;
}

/** Row and column in the padded map, on the axes that are padded at all. */
export function placeOf(m: ModuleBuilder, walk: Walk): Place {
  const { shape, ends } = walk;
  const rows = axisOf(m, ["top", "y"], {
    padding: [shape.top, shape.bottom],
    size: shape.height,
    windows: shape.outHeight,
    stride: shape.strideY,
    taps: shape.kernelY,
    dilation: shape.dilationY,
    window: walk.row,
    tap: walk.kernelRow,
    tapEnds: ends.kernelRow,
    windowEnds: ends.row,
  });
  const columns = axisOf(m, ["left", "x"], {
    padding: [shape.left, shape.right],
    size: shape.width,
    windows: shape.outWidth,
    stride: shape.strideX,
    taps: shape.kernelX,
    dilation: shape.dilationX,
    window: walk.column,
    tap: walk.kernelColumn,
    tapEnds: ends.position,
    windowEnds: ends.window,
  });
  return {
    padded:
      rows === undefined || columns === undefined
        ? (rows ?? columns)?.padded
        : rows.padded.or(columns.padded),
    advanceOn: (step) => {
      rows?.advanceOn(step);
      columns?.advanceOn(step);
    },
  };
}

/** One of the two axes: how many windows with how many taps, and the counters that walk along it. */
interface Axis {
  readonly padding: readonly [before: number, after: number];
  readonly size: number;
  readonly windows: number;
  readonly stride: number;
  readonly taps: number;
  readonly dilation: number;
  readonly window: Counter;
  readonly tap: Counter;
  /** This step is the last on its tap; the last of its window on this axis. */
  readonly tapEnds: Bool;
  readonly windowEnds: Bool;
}

function axisOf(
  m: ModuleBuilder,
  [originName, placeName]: readonly [string, string],
  { padding: [before], size, windows, stride, taps, dilation, window, tap, tapEnds, windowEnds }: Axis,
): { readonly padded: Bool; readonly advanceOn: (step: Bool) => void } | undefined {
  const last = (windows - 1) * stride + (taps - 1) * dilation;
  const beyond = last >= before + size;
  if (before === 0 && !beyond) return undefined;
  const kind = uint.upTo(last);
  const { place } = declare(m, placeName, kind);
  const { place: origin } = windows === 1 ? { place: undefined } : declare(m, originName, kind);
  const under = place.lt(before);
  const over = place.ge(before + size);
  const padded = before === 0 ? over : beyond ? under.or(over) : under;
  const nextOrigin = origin === undefined ? undefined : mux(window.last, 0, origin.add(stride).wrap(kind));
  const restart =
    origin === undefined || nextOrigin === undefined ? valueOf(kind, 0) : mux(windowEnds, nextOrigin, origin);
  return {
    padded,
    advanceOn: (step) => {
      m.when(step.and(tapEnds), () => {
        place.next(atEnd(tap, taps, restart, place.add(dilation).wrap(kind)).wrap(kind));
      });
      if (origin === undefined || nextOrigin === undefined) return;
      m.when(step.and(windowEnds), () => {
        origin.next(nextOrigin.wrap(kind));
      });
    },
  };
}

function declare(
  m: ModuleBuilder,
  name: string,
  kind: UIntKind,
): { readonly place: Handle<UIntKind, "next"> } {
  const place = m.regs({ [name]: kind })[name];
  if (place === undefined) throw new Error(`no register ${name}`);
  return { place };
}
