/**
 * The fewest words that any unit can keep between maps that come in word by word and the windows that leave it. Nothing here is shared with the planner or the generators, which are measured against it.
 */
import { windows, type ConvLayer } from "../src/network/index.ts";

/** What a unit has to do. */
export interface WindowTask {
  readonly layer: ConvLayer;
  /** Channels in a word. One word per cycle comes in. */
  readonly channels: number;
  /** Whole windows leave, one per cycle; otherwise their words in the order ky, kx, channel, one per cycle. */
  readonly whole: boolean;
  /** Cycles per map. */
  readonly interval: number;
}

/** A word's place is free for another once nothing reads the word any more, or only in the order of their coming. */
export type Order = "any" | "stream";

/** The steps in which the words of a map leave. */
interface Walk {
  readonly words: number;
  /** The latest word that each step takes; -1: padding alone. */
  readonly takes: Int32Array;
  /** The last step that takes each word; -1: none does. */
  readonly last: Int32Array;
}

function walkOf({ layer, channels, whole }: WindowTask): Walk {
  const { input, kernel, stride, dilation, padding } = layer;
  const perPixel = input.channels / channels;
  const { height, width } = windows(layer);
  const perWindow = whole ? 1 : kernel.height * kernel.width * perPixel;
  const takes = new Int32Array(height * width * perWindow).fill(-1);
  const last = new Int32Array(input.height * input.width * perPixel).fill(-1);
  for (let [window, at] = [0, 0]; window < height * width; window++) {
    for (let tap = 0; tap < kernel.height * kernel.width; tap++) {
      const y =
        Math.floor(window / width) * stride.height +
        Math.floor(tap / kernel.width) * dilation.height -
        padding.top;
      const x = (window % width) * stride.width + (tap % kernel.width) * dilation.width - padding.left;
      const inside = y >= 0 && y < input.height && x >= 0 && x < input.width;
      for (let part = 0; part < perPixel; part++) {
        const word = inside ? (y * input.width + x) * perPixel + part : -1;
        const step = whole ? window : at++;
        takes[step] = Math.max(takes[step] ?? -1, word);
        if (inside) last[word] = step;
      }
    }
  }
  return { words: last.length, takes, last };
}

/**
 * The fewest words with which maps can follow each other every `interval` cycles. A word may leave in the very cycle in
 * which it comes, and its place be taken in the very cycle in which it leaves for the last time; no register counts.
 */
export function leastWindowWords(task: WindowTask, order: Order): number {
  const walk = walkOf(task);
  const frees = freeingSteps(walk, order);
  let [low, high] = [1, walk.words];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (keepsUp(task, walk, frees, middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of the words of a map that need a place: which they are, and the steps that free a place, in order. */
interface Frees {
  /** By word: how many that need a place came before it; -1: it needs none. */
  readonly rank: Int32Array;
  readonly steps: Int32Array;
}

function freeingSteps({ last }: Walk, order: Order): Frees {
  let [count, latest] = [0, -1];
  if (order === "any") {
    const rank = last.map((step) => (step < 0 ? -1 : count++));
    return { rank, steps: last.filter((step) => step >= 0).sort() };
  }
  return { rank: last.map(() => count++), steps: last.map((step) => (latest = Math.max(latest, step))) };
}

/** A schedule that has not settled by then counts as one that falls behind. */
const mostMaps = 48;

/**
 * Whether `places` places are enough. All is done as soon as it can be, which no other schedule beats: a word comes a
 * cycle after the one before it, once there is a place; a step is a cycle after the one before it, once its words are
 * there. Settled is what is nowhere later, within its map, than in the map before.
 */
function keepsUp(
  { interval }: WindowTask,
  { words, takes }: Walk,
  { rank, steps: frees }: Frees,
  places: number,
): boolean {
  const [came, left] = [new Float64Array(words * mostMaps), new Float64Array(takes.length * mostMaps)];
  let coming = 0;
  for (let map = 0; map < mostMaps; map++) {
    let settled = map > 0;
    for (let step = 0; step < takes.length; step++) {
      const at = map * takes.length + step;
      const takesWord = (takes[step] ?? -1) >= 0;
      const needed = map * words + (takes[step] ?? -1);
      let tick = at === 0 ? 0 : (left[at - 1] ?? 0) + 1;
      for (; takesWord && coming <= needed; coming++) {
        const [itsMap, word] = [Math.floor(coming / words), coming % words];
        let ready = coming === 0 ? 0 : (came[coming - 1] ?? 0) + 1;
        if (word === 0) ready = Math.max(ready, itsMap * interval);
        const own = rank[word] ?? -1;
        const place = own < 0 ? -1 : itsMap * frees.length + own - places;
        const freeing =
          place < 0
            ? -1
            : Math.floor(place / frees.length) * takes.length + (frees[place % frees.length] ?? 0);
        // A word whose place this very step frees can only come with it, as the last that the step waits for.
        if (freeing > at || (freeing === at && coming < needed)) return false;
        if (freeing >= 0 && freeing < at) ready = Math.max(ready, left[freeing] ?? 0);
        tick = Math.max(tick, ready);
        came[coming] = freeing === at ? tick : ready;
        if (coming < words || (came[coming] ?? 0) - interval > (came[coming - words] ?? 0)) settled = false;
      }
      left[at] = tick;
      if (map === 0 || tick - interval > (left[at - takes.length] ?? 0)) settled = false;
    }
    if (settled) return true;
  }
  return false;
}
