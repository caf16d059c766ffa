import {
  offersResult,
  shift,
  steadySteps,
  ticksToTake,
  type RigidPipe,
  type UnitTiming,
} from "../unit-timing.ts";
import { windowShape, type WindowParams, type WindowShape } from "./sliding-window-shape.ts";

/**
 * How far apart two words lie in the stream when the windows are walked in order. Positions in the padding count as
 * if rows simply went on: every move is one of a few constants whatever is padded.
 */
export interface WindowMoves {
  /** From the last word of a kernel position to the first of the next: along the kernel's row, to its next row. */
  readonly kernelColumn: number;
  readonly kernelRow: number;
  /** From the last word of a window to the first of the next: in the same row, in the next row, in the next map. */
  readonly column: number;
  readonly row: number;
  readonly map: number;
  /**
   * Words given back with a window, with the last window of a row, with the last of a map; and with each kernel row of
   * that one but its last.
   */
  readonly frees: {
    readonly column: number;
    readonly row: number;
    readonly map: number;
    readonly kernelRow: number;
  };
  /** Words from the first position of the first window, which may be padding, to the first word of the map. */
  readonly lead: number;
}

export function windowMoves(shape: WindowShape): WindowMoves {
  const { width, height, words, kernelY, kernelX, dilationY, dilationX, strideY, strideX } = shape;
  const pixel = (rows: number, columns: number): number => (rows * width + columns) * words;
  const toLastRow = (shape.outHeight - 1) * strideY;
  const toLastColumn = (shape.outWidth - 1) * strideX;
  const inside = pixel((kernelY - 1) * dilationY, (kernelX - 1) * dilationX) + words - 1;
  // What lies before a window is given back, where no later window reads it: not behind windows wholly in the padding.
  const lastRow = toLastRow - shape.top;
  const lastColumn = toLastColumn - shape.left;
  const byRows = lastRow <= height;
  const byColumns = byRows && lastColumn <= strideY * width && pixel(lastRow, lastColumn) <= pixel(height, 0);
  const byKernelRows =
    kernelY > 1 && byColumns && lastColumn <= width && lastRow + (kernelY - 1) * dilationY < height;
  const freedBefore = byKernelRows ? (kernelY - 1) * dilationY : 0;
  const freedRows = byRows ? toLastRow : 0;
  const freedColumns = byColumns ? toLastColumn : 0;
  return {
    kernelColumn: pixel(0, dilationX) - words + 1,
    kernelRow: pixel(dilationY, -(kernelX - 1) * dilationX) - words + 1,
    column: pixel(0, strideX) - inside,
    row: pixel(strideY, -toLastColumn) - inside,
    map: pixel(height - toLastRow, -toLastColumn) - inside,
    frees: {
      column: byColumns ? pixel(0, strideX) : 0,
      row: byRows ? pixel(strideY, -freedColumns) : 0,
      map: pixel(height - freedRows - freedBefore, -freedColumns),
      kernelRow: byKernelRows ? pixel(dilationY, 0) : 0,
    },
    lead: pixel(shape.top, shape.left),
  };
}

/**
 * Whether the words left of the next window are given back as soon as the top row of the kernel has been read (they
 * lie before all that this window still reads), and not at the window's end.
 */
export function freesEarly({ strideX, dilationY, width }: WindowShape): boolean {
  return strideX <= dilationY * width;
}

/**
 * Cycles per map where nothing stalls, from the end of the first map on, with a buffer of `slidingWindowDepth` words.
 * No unit that moves a word per cycle at either port can do with fewer.
 */
export function slidingWindowInterval(params: WindowParams): number {
  const { inputWords, outputWords } = windowShape("slidingWindow", params);
  return Math.max(inputWords, outputWords);
}

/** What the counters of the unit can reach with a buffer of `depth` words: the free words less one, and the lead. */
export interface WindowRanges {
  readonly room: readonly [low: number, high: number];
  readonly ahead: readonly [low: number, high: number];
}

export function slidingWindowRanges(shape: WindowShape, depth: number): WindowRanges {
  const moves = windowMoves(shape);
  const run = new Run(shape, moves);
  const start = -moves.lead;
  let [roomLow, roomHigh, aheadLow, aheadHigh] = [-1, depth - 1 + start, -1, -1];
  // Between the fewest words that can be there, those read so far, and the most, all that there ever was room for.
  let [kept, fewest, most] = [start, 0, depth + start];
  const noteRoom = (): void => {
    roomLow = Math.min(roomLow, depth - 1 + kept - most);
    roomHigh = Math.max(roomHigh, depth - 1 + kept - fewest);
  };
  const noteAhead = (step: number): void => {
    aheadLow = Math.min(aheadLow, fewest - 1 - (run.first + step));
    aheadHigh = Math.max(aheadHigh, most - 1 - (run.first + step));
  };
  for (let map = 0; map < 3; map++) {
    do {
      // Within a run places move on step by step; the steps in the map take the fewest words along.
      noteRoom();
      noteAhead(0);
      if (run.begins) fewest = Math.max(fewest, 1);
      if (run.to > run.from) {
        noteAhead(run.from);
        fewest = Math.max(fewest, run.first + run.to);
      }
      noteAhead(run.steps - 1);
      kept += run.frees;
      most = Math.max(most, kept + depth);
      noteRoom();
      run.next();
    } while (!run.begins);
    kept -= shape.inputWords;
    fewest -= shape.inputWords;
    most -= shape.inputWords;
  }
  return { room: [roomLow, roomHigh], ahead: [aheadLow, aheadHigh] };
}

/** Cycles from reading a word to offering it, by what the buffer is made of. */
export const slidingWindowLatency = { distributed: 1, block: 2 } as const;

/** Steps that read words one after the other: a kernel row, or a tap of it where taps lie apart. */
class Run {
  readonly steps: number;
  /** The word of its first step, relative to the map's first; of its steps `from` to `to` - 1 it is in the map. */
  first = 0;
  from = 0;
  to = 0;
  /** Words given back with the last step. */
  frees = 0;
  /** Steps from its first to the window's last, and words of the map that all of these need. */
  windowSteps = 0;
  windowNeeds = 0;
  /** Steps from its first to the next, within the window, that gives words back; all of the window where none does. */
  stepsToFree = 0;
  readonly #shape: WindowShape;
  readonly #given: WindowMoves["frees"];
  readonly #freesRow: number;
  #row = 0;
  #column = 0;
  #kernelRow = 0;
  #kernelColumn = 0;

  constructor(shape: WindowShape, { frees }: WindowMoves) {
    this.#shape = shape;
    this.#given = frees;
    this.#freesRow = freesEarly(shape) ? 0 : shape.kernelY - 1;
    this.steps = shape.dilationX === 1 ? shape.kernelX * shape.words : shape.words;
    this.#place();
  }

  /** The first of a map. */
  get begins(): boolean {
    return this.#row + this.#column + this.#kernelRow + this.#kernelColumn === 0;
  }

  /** Its place in the map. */
  state(): readonly number[] {
    return [this.#row, this.#column, this.#kernelRow, this.#kernelColumn];
  }

  /** To the next run, in which a map may begin. */
  next(): void {
    const { kernelY, kernelX, dilationX, outWidth, outHeight } = this.#shape;
    const taps = dilationX === 1 ? 1 : kernelX;
    if (++this.#kernelColumn === taps) {
      this.#kernelColumn = 0;
      if (++this.#kernelRow === kernelY) {
        this.#kernelRow = 0;
        if (++this.#column === outWidth) {
          this.#column = 0;
          if (++this.#row === outHeight) this.#row = 0;
        }
      }
    }
    this.#place();
  }

  #place(): void {
    const { width, height, words, kernelY, kernelX, strideY, strideX, dilationY, dilationX, top, left } =
      this.#shape;
    const y = this.#row * strideY + this.#kernelRow * dilationY - top;
    const x = this.#column * strideX + this.#kernelColumn * dilationX - left;
    const taps = dilationX === 1 ? kernelX : 1;
    const inside = y >= 0 && y < height && x < width && x + taps > 0;
    this.first = (y * width + x) * words;
    this.from = inside ? Math.max(0, -x) * words : 0;
    this.to = inside ? Math.min(taps, width - x) * words : 0;
    this.frees = this.#freed();
    this.windowSteps = this.steps * (taps === kernelX ? kernelY - this.#kernelRow : 1);
    const rows = this.#column < this.#shape.outWidth - 1 ? this.#freesRow - this.#kernelRow + 1 : 1;
    this.stepsToFree = rows <= 0 ? this.windowSteps : Math.min(this.windowSteps, rows * this.steps);
    // The last tap of the window that is in the map needs the most of it.
    const last = Math.min(height - 1, y + (kernelY - 1 - this.#kernelRow) * dilationY);
    const reaches = last >= 0 && x < width && x + taps > 0;
    this.windowNeeds = reaches ? (last * width + Math.min(width, x + taps)) * words : 0;
  }

  #freed(): number {
    const { kernelY, kernelX, dilationX, outHeight, outWidth } = this.#shape;
    if (dilationX > 1 && this.#kernelColumn < kernelX - 1) return 0;
    const given = this.#given;
    if (this.#column < outWidth - 1) return this.#kernelRow === this.#freesRow ? given.column : 0;
    if (this.#row === outHeight - 1) return this.#kernelRow < kernelY - 1 ? given.kernelRow : given.map;
    return this.#kernelRow === kernelY - 1 ? given.row : 0;
  }
}

/** The control of `slidingWindow` with a buffer of `depth` words whose reads take `latency` cycles. */
export function slidingWindowControl(
  params: WindowParams,
  { depth, latency }: { depth: number; latency: number },
): UnitTiming {
  const shape = windowShape("slidingWindow", params);
  const moves = windowMoves(shape);
  const run = new Run(shape, moves);
  const pipe: RigidPipe = { bits: 0, depth: latency };
  let [step, have, room] = [0, 0, depth - 1 - moves.lead];
  // Where windows lie in the padding, what the end of a row gives back may be less than nothing.
  const takesBack = Object.values(moves.frees).some((words) => words < 0);
  /** Words of the map that must have come in before the next step. */
  const needed = (): number => {
    const need = step >= run.from && step < run.to ? run.first + step + 1 : 0;
    // Nothing of a map leaves before its first word has come.
    return step === 0 && run.begins ? Math.max(1, need) : need;
  };
  /** Whether a step can be taken, and for how many cycles that stays so, within the window at least. */
  const flow = (taken: boolean): { readonly goes: boolean; readonly ticks: number } => {
    const spare = have - needed();
    if (spare < 0) return { goes: false, ticks: taken ? -spare : Infinity };
    if (have >= run.windowNeeds && !(step === 0 && run.begins))
      return { goes: true, ticks: run.windowSteps - step };
    if (step === 0 && run.begins) return { goes: true, ticks: 1 };
    if (step < run.from) return { goes: true, ticks: run.from - step };
    if (step >= run.to) return { goes: true, ticks: run.steps - step };
    return { goes: true, ticks: taken ? run.to - step : Math.min(run.to - step, spare + 1) };
  };
  const advances = (readyBehind: boolean): boolean => readyBehind || !offersResult(pipe);
  const walk = (steps: number): void => {
    step += steps;
    while (step >= run.steps) {
      step -= run.steps;
      room += run.frees;
      run.next();
      if (run.begins) have -= shape.inputWords;
    }
  };
  const comeIn = (taken: boolean, ticks: number): void => {
    if (!taken) return;
    have += ticks;
    room -= ticks;
  };
  return {
    valid: () => offersResult(pipe),
    ready: () => room >= 0,
    edge: (taken, readyBehind, ticks = 1) => {
      if (!advances(readyBehind)) {
        comeIn(taken, ticks);
        return;
      }
      for (let left = ticks; left > 0;) {
        const { goes, ticks: alike } = flow(taken);
        const count = Math.min(left, alike);
        left -= count;
        shift(pipe, count, goes);
        comeIn(taken, count);
        if (!goes) continue;
        walk(count);
      }
    },
    steady: (taken, readyBehind) => {
      const filling = taken ? room + 1 : Infinity;
      if (!advances(readyBehind)) return filling;
      const { goes, ticks } = flow(taken);
      // What a run gives back or takes may open the input or close it.
      const inRun = goes ? Math.min(ticks, run.stepsToFree - step) : ticks;
      return Math.min(filling, steadySteps(pipe, goes, ticks), room < 0 || takesBack ? inRun : Infinity);
    },
    relays: (train) => {
      // Each word that comes is the one that the next step waits for. Those that come before the last has left need room.
      const waits = step >= run.from && step < run.to && have === run.first + step;
      const inRun = run.to - step;
      const more = ticksToTake(train, inRun + 1) > ticksToTake(train, inRun) + latency ? 0 : latency;
      const words = inRun + more <= room + 1 ? inRun : room + 1 - latency;
      if (!waits || pipe.bits !== 0 || words < 1 || train.first < 0) return undefined;
      return { ...train, first: train.first + 1 + latency, ticks: ticksToTake(train, words) + latency };
    },
    absorbs: (train, readyBehind) => {
      const filling = ticksToTake(train, room + 1);
      if (!advances(readyBehind)) return filling;
      const { goes, ticks } = flow(false);
      const until = goes ? ticks : ticksToTake(train, needed() - have);
      const inRun = goes && takesBack ? run.stepsToFree - step : Infinity;
      return Math.min(filling, until, inRun, steadySteps(pipe, goes, until));
    },
    absorb: (beats) => {
      comeIn(true, beats);
    },
    state: () => [pipe.bits, step, have, room, ...run.state()],
    supply: {
      within: (taken) => {
        const { goes, ticks } = flow(false);
        const inRun = room < 0 || takesBack ? Math.min(ticks, run.stepsToFree - step) : ticks;
        return {
          beats: goes && pipe.bits === (1 << latency) - 1 ? inRun : 0,
          ticks: taken ? room + 1 : Infinity,
          all: 0,
        };
      },
      edge: (taken, beats, ticks) => {
        comeIn(taken, ticks);
        walk(beats);
      },
    },
    lacks: () => {
      const missing = needed() - have;
      if (missing <= 0) return undefined;
      const words = `${String(missing)} more word${missing === 1 ? "" : "s"}`;
      return room >= 0
        ? `${words} of its map`
        : `${words} of its map, for which its buffer of ${String(depth)} words has no room`;
    },
  };
}

/** Ticks of the first `inputs` beats in and `outputs` beats out where nothing stalls, from the first beat in. */
export function ticksOf(
  control: UnitTiming,
  inputs: number,
  outputs: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const [x, y]: [number[], number[]] = [[], []];
  for (let tick = 0; x.length < inputs || y.length < outputs; tick++) {
    const taken = x.length < inputs && control.ready(true);
    if (control.valid()) y.push(tick);
    if (taken) x.push(tick);
    control.edge(taken, true);
  }
  return { x, y };
}
