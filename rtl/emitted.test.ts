import { expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../sim/lint.ts";
import { randomKind } from "../sim/random-values.ts";
import { emit } from "../src/emit/index.ts";
import { bits, elaborate, type Hardware, type Kind } from "../src/hdl/index.ts";
import { Random } from "../src/random.ts";
import { popcount } from "./arith/index.ts";
import {
  asyncFifo,
  fifo,
  fork,
  join,
  registerSlice,
  skidBuffer,
  synchronizer,
  widthConverter,
} from "./stream/index.ts";

const random = new Random(11);
const kinds: readonly Kind[] = [bits(1), bits(64), ...Array.from({ length: 4 }, () => randomKind(random))];

const designs = [
  ...kinds.flatMap((kind): Hardware[] => [
    registerSlice({ kind }),
    skidBuffer({ kind }),
    fifo({ kind, depth: 1 }),
    fifo({ kind, depth: 5, style: "shift" }),
    fifo({ kind, depth: 64, style: "shift" }),
    fifo({ kind, depth: 20 }),
    fifo({ kind, depth: 512, style: "block" }),
    fork({ kind, n: 3 }),
    join({ kinds: { a: kind, b: bits(3) } }),
    asyncFifo({ kind, depth: 2 }),
    asyncFifo({ kind, depth: 16, stages: 3 }),
  ]),
  ...[
    [1, 1],
    [1, 7],
    [7, 1],
    [8, 32],
    [32, 8],
    [49, 64],
    [10, 4],
  ].map(([from = 1, to = 1]) => widthConverter({ from, to })),
  synchronizer({ width: 4, stages: 3 }),
  popcount({ width: 1 }),
  popcount({ width: 64 }),
  popcount({ width: 100, stages: 4 }),
].map((hardware) => emit(elaborate(hardware)));

test("Verilator -Wall, Yosys and Icarus read the RTL of all stream and arithmetic generators without a word", async () => {
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
});
