import { expect, test } from "vitest";
import { popcount } from "../arith/index.ts";
import { uint } from "../../src/hdl/index.ts";
import { asyncFifo, fifo, fork, join, synchronizer, widthConverter, type FifoStyle } from "./index.ts";

const kind = uint(8);

test.each([
  ["fifo.depth", "parameter-out-of-range", () => fifo({ kind, depth: 0 })],
  ["fifo.depth", "parameter-out-of-range", () => fifo({ kind, depth: 65, style: "shift" })],
  ["fifo.style", "parameter-unknown-value", () => fifo({ kind, depth: 4, style: "ultra" as FifoStyle })],
  ["fork.n", "parameter-out-of-range", () => fork({ kind, n: 1 })],
  ["join.kinds", "parameter-out-of-range", () => join({ kinds: {} })],
  ["widthConverter.from", "parameter-out-of-range", () => widthConverter({ from: 0, to: 4 })],
  ["widthConverter.to", "parameter-out-of-range", () => widthConverter({ from: 4, to: 2.5 })],
  ["synchronizer.stages", "parameter-out-of-range", () => synchronizer({ stages: 1 })],
  ["asyncFifo.depth", "parameter-not-power-of-two", () => asyncFifo({ kind, depth: 6 })],
  ["asyncFifo.stages", "parameter-out-of-range", () => asyncFifo({ kind, depth: 8, stages: 9 })],
  ["popcount.width", "parameter-out-of-range", () => popcount({ width: 0 })],
  ["popcount.clockMHz", "parameter-out-of-range", () => popcount({ width: 8, clockMHz: -1 })],
])("%s is checked: %s", (where, code, make) => {
  expect(make).toThrow(expect.objectContaining({ name: "SluiceError", code, where }));
});
