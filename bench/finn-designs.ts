/** FINN's six designs on the ZC706 at 200 MHz, placed and routed (arXiv 1612.07119, poster). */
export interface FinnDesign {
  readonly name: string;
  /** As `resolveModel` takes it: the same topology. */
  readonly model: string;
  /** Frames per second that it reached. */
  readonly fps: number;
  /** Cycles, from microseconds at 200 MHz. */
  readonly latencyCycles: number;
  readonly lut: number;
  readonly bram36: number;
}

export const finnDesigns: readonly FinnDesign[] = [
  { name: "SFC-max", model: "sfc", fps: 12_361_000, latencyCycles: 62, lut: 91_131, bram36: 4.5 },
  { name: "LFC-max", model: "lfc", fps: 1_561_000, latencyCycles: 488, lut: 82_988, bram36: 396 },
  { name: "CNV-max", model: "cnv", fps: 21_900, latencyCycles: 56_600, lut: 46_253, bram36: 186 },
  { name: "SFC-fix", model: "sfc", fps: 12_200, latencyCycles: 48_000, lut: 5_155, bram36: 16 },
  { name: "LFC-fix", model: "lfc", fps: 12_200, latencyCycles: 56_400, lut: 5_636, bram36: 114.5 },
  { name: "CNV-fix", model: "cnv", fps: 11_600, latencyCycles: 110_000, lut: 29_274, bram36: 152.5 },
];

/** What the fix designs were made for. */
export const fixedFps = 9_000;
