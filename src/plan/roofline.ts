import { mvtuSignedUse, mvtuUse, type MatrixVectorParams } from "../../rtl/nn/index.ts";
import { operations } from "../network/index.ts";
import { targetOf } from "./board.ts";
import { matrixVectorCost } from "./cost/matrix-vector.ts";
import { usualBudget, type Device } from "./device.ts";
import type { Plan } from "./plan.ts";

/**
 * The roofline of the device for designs of this kind: operations per second against operations per byte that crosses
 * the device's boundary (Williams 2009; FINN, arXiv 1612.07119, section 3.1). Weights stay on the chip, so that bytes are
 * frames in and results out.
 */
export interface Roofline {
  readonly operationsPerFrame: number;
  /** Operations per byte in and out. */
  readonly intensity: number;
  /** Bytes per second in and out that the board can move; null where its description has none. */
  readonly ioBytesPerSecond: number | null;
  /** Tera-operations per second if the usable LUTs were all lanes. */
  readonly peakTops: { readonly binary: number; readonly byte: number };
  /** Part of the LUTs that counts as usable. */
  readonly lutFill: number;
  /** LUTs per operation per cycle that the peaks assume. */
  readonly lutPerOperation: { readonly binary: number; readonly byte: number };
  readonly achievedTops: number;
  /** Of the roof at this intensity. */
  readonly fractionOfRoof: number;
  readonly boundBy: "compute" | "io";
}

/** How far a design is from what the device could do. */
export function rooflineOf({ network, cyclesPerFrame, input, output }: Plan, device: Device): Roofline {
  const { board, clockMHz } = device;
  const lutFill = usualBudget.lut;
  const lutPerOperation = { binary: lutsPerOperation("bit", device), byte: lutsPerOperation("byte", device) };
  const topsOf = (luts: number): number => (board.resources.lut * lutFill * clockMHz) / luts / 1e6;
  const peakTops = { binary: topsOf(lutPerOperation.binary), byte: topsOf(lutPerOperation.byte) };
  const operationsPerFrame = operations(network);
  const bytes = (input.beats * input.width + output.beats * output.width) / 8;
  const intensity = operationsPerFrame / bytes;
  const ioBytesPerSecond = board.ioBytesPerSecond ?? null;
  const ioTops = ioBytesPerSecond === null ? Infinity : (intensity * ioBytesPerSecond) / 1e12;
  const achievedTops = (operationsPerFrame * clockMHz) / cyclesPerFrame / 1e6;
  return {
    operationsPerFrame,
    intensity,
    ioBytesPerSecond,
    peakTops,
    lutFill,
    lutPerOperation,
    achievedTops,
    fractionOfRoof: achievedTops / Math.min(peakTops.binary, ioTops),
    boundBy: ioTops < peakTops.binary ? "io" : "compute",
  };
}

/** Of a processing element of 64 synapses, which are two operations each; weights in block RAM. */
function lutsPerOperation(values: "bit" | "byte", { board, clockMHz }: Device): number {
  const simd = 64;
  const costWith = (pe: number): number => {
    const [rows, columns] = [16, 16 * simd];
    const wordsPerRow = columns / 32;
    const weights = { rows, columns, wordsPerRow, words: new Uint32Array(rows * wordsPerRow) };
    const params = { weights, pe, simd, memory: "block", ...targetOf({ ...board, clockMHz }) } as const;
    const thresholds = new Int32Array(rows).fill(columns / 2);
    const use = (values === "bit" ? mvtuUse : mvtuSignedUse)({ ...params, thresholds });
    return matrixVectorCost(params satisfies MatrixVectorParams, use).lut;
  };
  return (costWith(4) - costWith(2)) / 2 / (2 * simd);
}
