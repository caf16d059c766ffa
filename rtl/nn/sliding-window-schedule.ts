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

/** What the words of a map's windows, in order, ask of the buffer and give back. */
interface WindowSteps {
  /** Words of the map that must have come in before each step. */
  readonly needs: Int32Array;
  /** By how many words the oldest word still kept moves on with each step. */
  readonly frees: Int32Array;
  /** The word of each step, relative to the map's first, as if rows simply went on. */
  readonly places: Int32Array;
  /** The oldest word kept at the start of a map, relative to its first word. */
  readonly start: number;
}

function windowSteps(shape: WindowShape): WindowSteps {
  const { height, width, words, kernelY, kernelX, outHeight, outWidth } = shape;
  const { frees: given, lead } = windowMoves(shape);
  const needs = new Int32Array(shape.outputWords);
  const frees = new Int32Array(shape.outputWords);
  const places = new Int32Array(shape.outputWords);
  const windowWords = kernelY * kernelX * words;
  const freed = (freesEarly(shape) ? kernelX * words : windowWords) - 1;
  let step = 0;
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const first = step;
      for (let ky = 0; ky < kernelY; ky++) {
        const y = row * shape.strideY + ky * shape.dilationY - shape.top;
        for (let kx = 0; kx < kernelX; kx++) {
          const x = column * shape.strideX + kx * shape.dilationX - shape.left;
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          for (let word = 0; word < words; word++) {
            const place = (y * width + x) * words + word;
            places[step] = place;
            needs[step++] = inside ? place + 1 : 0;
          }
        }
      }
      if (column < outWidth - 1) frees[first + freed] = given.column;
      else if (row < outHeight - 1) frees[step - 1] = given.row;
      else {
        for (let ky = 1; ky < kernelY; ky++) frees[first + ky * kernelX * words - 1] = given.kernelRow;
        frees[step - 1] = given.map;
      }
    }
  }
  // Nothing of a map leaves before its first word has come.
  needs[0] = Math.max(1, needs[0] ?? 0);
  return { needs, frees, places, start: -lead };
}

/**
 * Cycles per map where nothing stalls, from the end of the first map on, with a buffer of `slidingWindowDepth` words.
 * No unit that moves a word per cycle at either port can do with fewer.
 */
export function slidingWindowInterval(params: WindowParams): number {
  const { inputWords, outputWords } = windowShape("slidingWindow", params);
  return Math.max(inputWords, outputWords);
}

/**
 * Words that the buffer needs so that no window ever waits once the pipeline is full: a map every
 * `slidingWindowInterval` cycles. It is the least with which this unit can do that, where no side is padded by more
 * than the kernel reaches; sliding-window.test.ts compares it with what the schedule alone would need. A consumer that
 * pauses for `pause` cycles after the words of each window (a matrix-vector unit with NF groups of SF beats:
 * (NF - 1) * SF) needs fewer.
 */
export function slidingWindowDepth(params: WindowParams, { pause = 0 }: { pause?: number } = {}): number {
  const shape = windowShape("slidingWindow", params);
  const steps = windowSteps(shape);
  const windowWords = shape.kernelY * shape.kernelX * shape.words;
  const period = shape.outputWords + shape.outHeight * shape.outWidth * pause;
  const depth =
    period >= shape.inputWords
      ? depthAtOutputRate(shape, steps, windowWords, pause)
      : depthAtInputRate(shape, steps, windowWords, pause);
  return Math.max(leastDepth(steps), depth);
}

/** Words without which some window cannot be formed at all. */
export function slidingWindowLeastDepth(params: WindowParams): number {
  return leastDepth(windowSteps(windowShape("slidingWindow", params)));
}

function leastDepth({ needs, frees, start }: WindowSteps): number {
  let [kept, depth] = [start, 2];
  needs.forEach((need, step) => {
    if (need > 0) depth = Math.max(depth, need - kept);
    kept += frees[step] ?? 0;
  });
  return depth;
}

/** What the counters of the unit can reach with a buffer of `depth` words: the free words less one, and the lead. */
export interface WindowRanges {
  readonly room: readonly [low: number, high: number];
  readonly ahead: readonly [low: number, high: number];
}

export function slidingWindowRanges(shape: WindowShape, depth: number): WindowRanges {
  const { needs, frees, places, start } = windowSteps(shape);
  let [roomLow, roomHigh, aheadLow, aheadHigh] = [-1, depth - 1 + start, -1, -1];
  // Between the fewest words that can be there, those read so far, and the most, all that there ever was room for.
  let [kept, fewest, most] = [start, 0, depth + start];
  const note = (place: number | undefined): void => {
    roomLow = Math.min(roomLow, depth - 1 + kept - most);
    roomHigh = Math.max(roomHigh, depth - 1 + kept - fewest);
    if (place === undefined) return;
    aheadLow = Math.min(aheadLow, fewest - 1 - place);
    aheadHigh = Math.max(aheadHigh, most - 1 - place);
  };
  for (let map = 0; map < 3; map++) {
    needs.forEach((need, step) => {
      note(places[step]);
      fewest = Math.max(fewest, need);
      kept += frees[step] ?? 0;
      most = Math.max(most, kept + depth);
      note(undefined);
    });
    kept -= shape.inputWords;
    fewest -= shape.inputWords;
    most -= shape.inputWords;
  }
  return { room: [roomLow, roomHigh], ahead: [aheadLow, aheadHigh] };
}

/** Steps follow each other without a wait; every word comes as late as it may. */
function depthAtOutputRate(
  { inputWords, outHeight, outWidth }: WindowShape,
  { needs, frees, start }: WindowSteps,
  windowWords: number,
  pause: number,
): number {
  const beat = windowWords + pause;
  const period = outHeight * outWidth * beat;
  const deadline = new Float64Array(inputWords + 1).fill(Infinity);
  needs.forEach((need, step) => {
    const tick = Math.floor(step / windowWords) * beat + (step % windowWords);
    if (need > 0 && deadline[need - 1] === Infinity) deadline[need - 1] = tick - 1;
  });
  // One word per cycle; the last words of a map have those of the next behind them.
  for (let pass = 0; pass < 2; pass++) {
    deadline[inputWords] = (deadline[0] ?? 0) + (pass === 0 ? Infinity : period);
    for (let word = inputWords - 1; word >= 0; word--)
      deadline[word] = Math.min(deadline[word] ?? 0, (deadline[word + 1] ?? 0) - 1);
  }
  const kept = new Float64Array(needs.length + 1);
  kept[0] = start;
  frees.forEach((free, step) => {
    kept[step + 1] = (kept[step] ?? 0) + free;
  });
  let depth = 0;
  for (let word = 0; word < inputWords; word++) {
    const tick = deadline[word] ?? 0;
    const maps = Math.floor(tick / period);
    const within = tick - maps * period;
    const done = Math.floor(within / beat) * windowWords + Math.min(within % beat, windowWords);
    depth = Math.max(depth, word - maps * inputWords - (kept[done] ?? 0) + 1);
  }
  return depth;
}

/** Words come without a wait; every step is taken as early as it may. */
function depthAtInputRate(
  { inputWords }: WindowShape,
  { needs, frees, start }: WindowSteps,
  windowWords: number,
  pause: number,
): number {
  const ticks = new Float64Array(needs.length);
  let before = -Infinity;
  for (let settled = false; !settled;) {
    const first = ticks[0];
    needs.forEach((need, step) => {
      const wait = step % windowWords === 0 ? 1 + pause : 1;
      before = Math.max(before + wait, need);
      ticks[step] = before;
    });
    before -= inputWords;
    settled = ticks[0] === first;
  }
  // The steps of a map may end while the next one comes in: start early enough that all earlier steps are counted.
  let [kept, step, base, depth] = [start - 2 * inputWords, 0, -2 * inputWords, 0];
  for (let word = -2 * inputWords; word < inputWords; word++) {
    while (base + (ticks[step] ?? 0) < word) {
      kept += frees[step++] ?? 0;
      if (step < needs.length) continue;
      step = 0;
      base += inputWords;
    }
    if (word >= 0) depth = Math.max(depth, word - kept + 1);
  }
  return depth;
}

/** The control of a unit, cycle by cycle, without its data: a stage of the planner's schedule. */
export interface WindowTiming {
  /** A beat is offered in this cycle. */
  valid(): boolean;
  /** A beat would be taken in this cycle. */
  ready(readyBehind: boolean): boolean;
  /**
   * The edge: whether a beat was taken, whether the stage behind was ready. Gives whether anything changed: where not,
   * the same once more changes nothing either.
   */
  edge(taken: boolean, readyBehind: boolean): boolean;
}

/** Cycles from reading a word to offering it, by what the buffer is made of. */
export const slidingWindowLatency = { distributed: 1, block: 2 } as const;

/** The control of `slidingWindow` with a buffer of `depth` words whose reads take `latency` cycles. */
export function slidingWindowControl(
  params: WindowParams,
  { depth, latency }: { depth: number; latency: number },
): WindowTiming {
  const shape = windowShape("slidingWindow", params);
  const { needs, frees, start } = windowSteps(shape);
  // A bit for each register stage that holds a word; the last one is offered.
  const offered = 1 << (latency - 1);
  let [pipe, step, have, room] = [0, 0, 0, depth - 1 + start];
  return {
    valid: () => (pipe & offered) !== 0,
    ready: () => room >= 0,
    edge: (taken, readyBehind) => {
      const advance = (pipe & offered) === 0 || readyBehind;
      const goes = advance && have >= (needs[step] ?? 0);
      const changes = taken || (advance && (goes || pipe !== 0));
      if (advance) pipe = ((pipe << 1) & (2 * offered - 1)) | (goes ? 1 : 0);
      if (taken) {
        have++;
        room--;
      }
      if (!goes) return changes;
      room += frees[step++] ?? 0;
      if (step < needs.length) return changes;
      step = 0;
      have -= shape.inputWords;
      return changes;
    },
  };
}

/** Ticks of the first `inputs` beats in and `outputs` beats out where nothing stalls, from the first beat in. */
export function ticksOf(
  control: WindowTiming,
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
