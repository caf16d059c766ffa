import {
  asyncFifo,
  fifo,
  fork,
  join,
  maxPool,
  mvtu,
  popcount,
  registerSlice,
  skidBuffer,
  slidingWindow,
  widthConverter,
  windowDeal,
  windowGather,
  xnorPopcount,
  type WeightMatrix,
} from "../../rtl/index.ts";
import { bits, component, sink, source } from "../hdl/index.ts";
import {
  dealing,
  forking,
  gathering,
  joining,
  mapping,
  passing,
  pooling,
  repacking,
  sliding,
  thresholding,
} from "./claims.ts";
import type { Subject } from "./netlist.ts";

/** A unit, and how far its proof reaches: to all cycles, or from reset on for some. */
export interface Task extends Subject {
  readonly depth?: number;
}

const one = bits(1);
const two = bits(2);

/** Bit c of row r is bit c of word r. */
function weightsOf(columns: number, ...words: readonly number[]): WeightMatrix {
  return { rows: words.length, columns, wordsPerRow: 1, words: Uint32Array.from(words) };
}

const square = { weights: weightsOf(4, 0b1011, 0b0010, 0b1100, 0b0111), thresholds: [2, 3, 1, 4] };
const folded = { ...square, pe: 2, simd: 2 };
const parallel = { ...square, pe: 4, simd: 4 };
const tall = { weights: weightsOf(4, 0b1100, 0b0010), thresholds: [3, 4], pe: 1, simd: 2 };
const pool = { height: 4, width: 2, channels: 1, pe: 1, kernel: [2, 2] };
const flatPool = { ...pool, height: 2, width: 4 };
const map = { height: 2, width: 3, channels: 1, simd: 1, kernel: [2, 2] };
const row = { ...map, height: 1, kernel: [1, 2] };
const padded = { ...row, width: 2, padding: [0, 1, 0, 0], padValue: 1 };

/** A payload that is inverted, through all stream operators one after the other. */
const operators = component({
  name: "operators",
  ports: () => ({ x: sink(one), y: source(one) }),
  build(_m, { x, y }) {
    x.map(one, (payload) => payload.not())
      .pipe()
      .queue(2, { style: "shift" })
      .skid()
      .into(y);
  },
});

/** Limits are what the units keep, some of them with a few cycles to spare. */
export const tasks: readonly Task[] = [
  {
    name: "register-slice",
    hardware: registerSlice({ kind: two }),
    claims: passing({ room: 1, offers: 2, accepts: 1 }),
  },
  {
    name: "skid-buffer",
    hardware: skidBuffer({ kind: two }),
    claims: passing({ room: 2, offers: 2, accepts: 2 }),
  },
  ...(
    [
      ["shift", 3, 4, 3],
      ["distributed", 4, 5, 3],
      ["block", 2, 4, 4],
    ] as const
  ).map(([style, depth, room, offers]): Task => ({
    name: `fifo ${style}, depth ${String(depth)}`,
    hardware: fifo({ kind: two, depth, style }),
    claims: passing({ room, offers, accepts: 2 }),
  })),
  {
    name: "fork to 3",
    hardware: fork({ kind: two, n: 3 }),
    claims: forking(3, { room: 1, offers: 1, accepts: 1 }),
  },
  {
    name: "join of 2",
    hardware: join({ kinds: { a: two, b: bits(1) } }),
    claims: joining({ room: 1, offers: 1, accepts: 1 }),
  },
  ...(
    [
      [6, 2, 2, 2, 4],
      [2, 6, 1, 4, 2],
      [3, 2, 2, 3, 4],
      [4, 6, 2, 4, 3],
    ] as const
  ).map(([from, to, room, offers, accepts]): Task => ({
    name: `width-converter ${String(from)} to ${String(to)}`,
    hardware: widthConverter({ from, to }),
    claims: repacking({ from, to }, { room, offers, accepts }),
  })),
  {
    name: "operators map, pipe, queue, skid",
    hardware: operators(),
    claims: mapping((beat) => beat.not(), { room: 6, offers: 5, accepts: 3 }),
  },
  {
    name: "async-fifo, both clocks one",
    hardware: asyncFifo({ kind: bits(1), depth: 2 }),
    claims: passing({ room: 3, offers: 5, accepts: 5 }),
    clocks: { write: "clk", read: "clk" },
  },
  {
    name: "popcount of 6",
    hardware: popcount({ width: 6 }),
    claims: mapping((beat) => beat.popcount().asBits(), { room: 2, offers: 3, accepts: 2 }),
  },
  {
    name: "xnor-popcount of 4, cells",
    hardware: xnorPopcount({ width: 4, technology: "xilinx7" }),
    // The payload is the two operands, act in the low bits.
    claims: mapping((beat) => beat.slice(0, 4).xnor(beat.slice(4, 4)).popcount().asBits(), {
      ...{ room: 2, offers: 3, accepts: 2 },
    }),
    view: "implementation",
  },
  {
    name: "window-deal, 2 windows of 2",
    hardware: windowDeal({ width: 2, beats: 2, mmv: 2 }),
    claims: dealing({ width: 2, beats: 2, mmv: 2 }, { room: 1, offers: 3, accepts: 2 }),
  },
  {
    name: "window-deal, 3 windows of 3",
    hardware: windowDeal({ width: 1, beats: 3, mmv: 3 }),
    claims: dealing({ width: 1, beats: 3, mmv: 3 }, { room: 1, offers: 3, accepts: 2 }),
  },
  {
    name: "window-gather, 2 windows of 2",
    hardware: windowGather({ width: 1, beats: 2, mmv: 2 }),
    claims: gathering({ width: 1, beats: 2, mmv: 2 }, { room: 3, offers: 3, accepts: 4 }),
  },
  {
    name: "sliding-window 2x3, kernel 2x2",
    hardware: slidingWindow(map),
    claims: sliding(map, { room: 1, offers: 4, accepts: 8 }),
    depth: 12,
  },
  {
    name: "sliding-window 1x3, kernel 1x2",
    hardware: slidingWindow(row),
    claims: sliding(row, { room: 2, offers: 4, accepts: 6 }),
  },
  {
    name: "sliding-window 1x2, kernel 1x2, padded",
    hardware: slidingWindow(padded),
    claims: sliding(padded, { room: 3, offers: 4, accepts: 6 }),
  },
  {
    name: "max-pool 4x2, kernel 2x2",
    hardware: maxPool(pool),
    claims: pooling(pool, { room: 1, offers: 3, accepts: 2 }),
  },
  {
    name: "max-pool 2x4, kernel 2x2",
    hardware: maxPool(flatPool),
    claims: pooling(flatPool, { room: 1, offers: 3, accepts: 2 }),
  },
  ...(["plain", "implementation"] as const).flatMap((view): readonly Task[] => {
    const form = view === "plain" ? "" : ", cells";
    const technology = view === "plain" ? "portable" : "xilinx7";
    const limits = { room: 2, offers: 8, accepts: 10 };
    return [
      {
        name: `mvtu 4x4, PE 2, SIMD 2${form}`,
        hardware: mvtu({ ...folded, technology }),
        claims: thresholding(folded, limits),
        view,
        depth: 12,
      },
      {
        name: `mvtu 4x4, PE 4, SIMD 4${form}`,
        hardware: mvtu({ ...parallel, technology }),
        claims: thresholding(parallel, { ...limits, room: 4 }),
        view,
      },
      {
        name: `mvtu 4x2, PE 1, SIMD 2${form}`,
        hardware: mvtu({ ...tall, technology }),
        claims: thresholding(tall, limits),
        view,
      },
    ];
  }),
];
