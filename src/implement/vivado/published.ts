/** What a paper reports of a design on a board. */
export interface Published {
  readonly design: string;
  readonly source: string;
  readonly clockMHz: number | null;
  readonly fps: number;
  readonly latencyUs: number;
  readonly lut: number | null;
  readonly bram36: number | null;
  /** Watts: of the chip, or of the whole board at the wall. */
  readonly chipW: number | null;
  readonly boardW: number | null;
}

const finn = "FINN (arXiv 1612.07119 and its poster), ZC706";

/** By the beginning of a model's name and its board. The topologies are the same, the foldings need not be. */
const published: readonly (Published & { readonly model: RegExp; readonly board: string })[] = [
  {
    ...{ model: /^sfc\b/, board: "zc706", design: "SFC-max", source: finn, clockMHz: 200 },
    ...{ fps: 12_361_000, latencyUs: 0.31, lut: 91_131, bram36: 4.5, chipW: 7.3, boardW: 21.2 },
  },
  {
    ...{ model: /^lfc\b/, board: "zc706", design: "LFC-max", source: finn, clockMHz: 200 },
    ...{ fps: 1_561_000, latencyUs: 2.44, lut: 82_988, bram36: 396, chipW: 8.8, boardW: 22.6 },
  },
  {
    ...{ model: /^cnv\b/, board: "zc706", design: "CNV-max", source: finn, clockMHz: 200 },
    ...{ fps: 21_900, latencyUs: 283, lut: 46_253, bram36: 186, chipW: 3.6, boardW: 11.7 },
  },
  {
    ...{ model: /^padded-cnv-2\b/, board: "adm-pcie-8k5", design: "padded CNV, 1.2 GOP per frame" },
    ...{ source: "Scaling BNNs on Reconfigurable Logic (arXiv 1701.03400), ADM-PCIE-8K5", clockMHz: null },
    ...{ fps: 12_000, latencyUs: 671, lut: null, bram36: null, chipW: null, boardW: 41 },
  },
];

export function publishedFor(model: string, board: string): Published | null {
  const found = published.find((entry) => entry.model.test(model) && entry.board === board);
  if (found === undefined) return null;
  const { design, source, clockMHz, fps, latencyUs, lut, bram36, chipW, boardW } = found;
  return { design, source, clockMHz, fps, latencyUs, lut, bram36, chipW, boardW };
}
