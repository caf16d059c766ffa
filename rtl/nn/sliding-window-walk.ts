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
  type SIntKind,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { freesEarly, type WindowMoves } from "./sliding-window-schedule.ts";
import type { WindowShape } from "./sliding-window-shape.ts";

/** The counters that walk through all words of all windows of a map, innermost first. */
export interface Walk {
  readonly word: Counter;
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

export function walkOf(m: ModuleBuilder, given: WindowShape, moves: WindowMoves): Walk {
  const shape = needsRows(given, moves) ? given : { ...given, outHeight: 1 };
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
  // Where a window is a single word, these would be constants.
  if (shape.words * shape.kernelX * shape.kernelY > 1) m.name({ window_ends: window });
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
    word,
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

/** Whether the last row of windows differs from others at all; where not, rows and maps are one endless stream. */
function needsRows(shape: WindowShape, moves: WindowMoves): boolean {
  const last = (shape.outHeight - 1) * shape.strideY + (shape.kernelY - 1) * shape.dilationY;
  const padded = moves.lead > 0 || last >= shape.height;
  const { row, map, kernelRow } = moves.frees;
  return padded || kernelRow > 0 || moves.row !== moves.map || row !== map;
}

const countsOf = ({ words, kernelX, kernelY, outWidth, outHeight }: WindowShape): readonly number[] => [
  words,
  kernelX,
  kernelY,
  outWidth,
  outHeight,
];

/** A number that may depend on the walk; plain where it does not. */
type Choice = number | SInt;

/** `then` where the counter is at its end; one that does not count always is. */
function atEnd(kind: SIntKind, { last }: Counter, count: number, then: Choice, otherwise: Choice): Choice {
  if (count === 1 || then === otherwise) return then;
  return mux(last, valueOf(kind, then), valueOf(kind, otherwise));
}

/** How many words the stream moves on from this word to the next one read, seen through `translate`. */
export function nextMove(
  { word, kernelColumn, kernelRow, column, row, shape }: Walk,
  moves: WindowMoves,
  translate: (move: number) => number = (move) => move,
): SInt {
  const [next, toColumn, toRow, toWindow, toWindowRow, toMap] = [
    1,
    moves.kernelColumn,
    moves.kernelRow,
    moves.column,
    moves.row,
    moves.map,
  ].map(translate) as [number, number, number, number, number, number];
  const all = [0, next, toColumn, toRow, toWindow, toWindowRow, toMap];
  const kind = sint.between(Math.min(...all), Math.max(...all));
  let move: Choice = atEnd(kind, row, shape.outHeight, toMap, toWindowRow);
  move = atEnd(kind, column, shape.outWidth, move, toWindow);
  move = atEnd(kind, kernelRow, shape.kernelY, move, toRow);
  move = atEnd(kind, kernelColumn, shape.kernelX, move, toColumn);
  return valueOf(kind, atEnd(kind, word, shape.words, move, next));
}

/** How many words nothing reads any more after this cycle. */
export function freedBy(
  m: ModuleBuilder,
  { kernelRow, column, row, ends, shape }: Walk,
  { frees }: WindowMoves,
  step: Bool,
): SInt {
  const all = [0, frees.column, frees.row, frees.map, frees.kernelRow];
  const kind = sint.between(Math.min(...all), Math.max(...all));
  const { freed } = m.wires({ freed: wire(kind, { doc: "words that nothing reads any more" }) });
  freed.set(0);
  m.when(step.and(ends.row), () => {
    freed.set(valueOf(kind, atEnd(kind, row, shape.outHeight, frees.map, frees.row)));
  });
  if (frees.kernelRow > 0) {
    m.doc("Nothing comes after the last window of a map: it gives its rows back as it reads them.");
    m.when(step.and(ends.kernelRow).and(kernelRow.last.not()).and(column.last).and(row.last), () => {
      freed.set(frees.kernelRow);
    });
  }
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
        place.next(taps === 1 ? restart : mux(tap.last, restart, place.add(dilation).wrap(kind)));
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
