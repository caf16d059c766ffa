/** The rivals' figures, as issue 4 has them, by Yosys 0.23 for 7 series unless said otherwise. */
import type { Baseline } from "./report.ts";

type Known = Partial<Omit<Baseline, "name" | "quoted">> & Pick<Baseline, "lut">;

function quoted(name: string, { depthNs = null, ...figures }: Known): Baseline {
  return { name, ...figures, depthNs, quoted: true };
}

function byKey<K extends string | number>(name: string, figures: Readonly<Record<K, Known>>) {
  return (key: K): Baseline => quoted(name, figures[key]);
}

/** `y = $countones(x ~^ w)`, combinational. Keys: bits. */
export const plainVariable = byKey("plain Verilog, combinational", {
  64: { lut: 136, lutPaired: 109, depthNs: 5.4 },
  128: { lut: 285, lutPaired: 229, depthNs: 7.1 },
  256: { lut: 574, lutPaired: 441, depthNs: 8.5 },
  512: { lut: 1180, lutPaired: 920, depthNs: 9.7 },
});

/** `y = $countones(x)`: constant weights are inverters, which LUTs take in. Keys: bits. */
export const plainConstant = byKey("plain Verilog, combinational", {
  64: { lut: 96, lutPaired: 76, depthNs: 4.9 },
  128: { lut: 209, lutPaired: 165, depthNs: 6.8 },
  256: { lut: 425, lutPaired: 336, depthNs: 7.5 },
  512: { lut: 855, lutPaired: 661, depthNs: 8.9 },
});

/** Instantiated LUT6_2 and CARRY4, nothing pipelined, nothing left to pair. Keys: bits. */
const firstTry = "first try in primitives";

export const firstTryVariable = byKey(firstTry, {
  64: { lut: 53, lutPaired: 53, depthNs: 8 },
  128: { lut: 107, lutPaired: 107, depthNs: 8 },
  256: { lut: 210, lutPaired: 210, depthNs: 10.5 },
  512: { lut: 421, lutPaired: 421, depthNs: 11 },
});

export const firstTryConstant = byKey(firstTry, {
  64: { lut: 38, lutPaired: 38, depthNs: 6 },
  128: { lut: 69, lutPaired: 69, depthNs: 8.5 },
  256: { lut: 144, lutPaired: 144, depthNs: 9.5 },
  512: { lut: 277, lutPaired: 277, depthNs: 10.7 },
});

/** Keys: SIMD of one PE with accumulator. */
export const firstTryPe = byKey(firstTry, {
  8: { lut: 22, depthNs: 3.7 },
  16: { lut: 29, depthNs: 4.7 },
  32: { lut: 44, depthNs: 6.7 },
  64: { lut: 72, depthNs: 7.9 },
});

const rtlFinn = "RTL-FINN (2201.11409)";

/** One XNOR PE with accumulator, without threshold. Keys: SIMD. */
export const rtlFinnPe = byKey(rtlFinn, {
  8: { lut: 34, lutPaired: 30, depthNs: 2.2 },
  16: { lut: 47, lutPaired: 43, depthNs: 3.2 },
  32: { lut: 89, lutPaired: 75, depthNs: 4.7 },
  64: { lut: 167, lutPaired: 131, depthNs: 6.1 },
});

/** Input buffer, control and PEs, without weight memory and threshold. Keys: PE x SIMD. */
export const rtlFinnCore = byKey(`${rtlFinn}, stream core`, {
  "4x32": { lut: 375, lutPaired: 272, depthNs: 5.8 },
  "8x32": { lut: 695, lutPaired: 514, depthNs: 5.9 },
  "16x64": { lut: 2416, lutPaired: 1809, depthNs: 6.9 },
  "32x64": { lut: 4856, lutPaired: 3598, depthNs: 6.9 },
});

/** Whole unit of the 1152 x 128 layer, weights in block RAM, without threshold. Keys: PE x SIMD. */
export const rtlFinnUnit = byKey(rtlFinn, {
  "16x64": { lut: 2695, lutPaired: 1702, ff: 739, bram36: 16, cycles: 144 },
  "32x64": { lut: 5478, lutPaired: 3492, ff: 1441, bram36: 32, cycles: 72 },
});

/** Keys: columns x rows. */
export const plainLayer = byKey("plain Verilog", {
  "64x64": { lut: 3063, lutPaired: 2173, depthNs: 6.3 },
  "128x128": { lut: 12709, lutPaired: 8865 },
  "256x256": { lut: 50859 },
});

export const firstTryLayer = byKey("first try in primitives, first level shared over rows", {
  "64x64": { lut: 1731, depthNs: 6.7 },
  "128x128": { lut: 6191 },
  "256x256": { lut: 23684 },
  "832x256": { lut: 75680, depthNs: 12.4 },
});

/** 3x3 windows of a 16 x 16 map of 64 channels. Keys: SIMD. */
export const finnWindow = byKey("FINN RTL sliding window", {
  64: { lut: 150, lutPaired: 120, lutram: 88, ff: 130, cycles: 1792 },
  32: { lut: 165, lutPaired: 133, ff: 73, bram36: 0.5, cycles: 3582 },
});

/** 128 channels of 11 bits. Keys: PE. */
export const finnThreshold = byKey("FINN RTL threshold", {
  1: { lut: 107, lutPaired: 79, ff: 41 },
  8: { lut: 172, lutPaired: 116, ff: 220 },
  32: { lut: 307, lutPaired: 222, ff: 512 },
});

/** 32 beats of 64 bits, in shift registers that synthesis infers. */
export const finnFifo = quoted("FINN FIFO", { lut: 93, lutPaired: 56, lutram: 64, ff: 74 });

/** Keys: from-to. */
export const finnWidthConverter = byKey("FINN width converter", {
  "64-8": { lut: 73, lutPaired: 65, ff: 86 },
  "8-64": { lut: 22, lutPaired: 12, ff: 77 },
  "64-32": { lut: 71, lutPaired: 52, ff: 132 },
  "32-64": { lut: 36, lutPaired: 18, ff: 99 },
});

/** The paper's own figures on the ZC706, by Vivado, placed and routed (arXiv 1612.07119, poster). */
export const finnNetwork = byKey("FINN (1612.07119), Vivado", {
  "SFC-max": { lut: 91_131, bram36: 4.5, cycles: 16 },
  "CNV-max": { lut: 46_253, bram36: 186, cycles: 9_130 },
});
