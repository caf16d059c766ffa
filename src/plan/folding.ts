import { readFileSync } from "node:fs";
import { z } from "zod";
import { foldOf } from "../../rtl/nn/index.ts";
import { SluiceError } from "../error.ts";
import type { DenseLayer, DenseNetwork, Network } from "../network/index.ts";
import type { Board } from "./board.ts";
import { denseNetwork } from "./dense.ts";

const LayerFolding = z.object({ pe: z.int().positive(), simd: z.int().positive() });
const FoldingFile = z.object({
  format: z.literal("sluice-folding"),
  version: z.literal(1),
  layers: z.record(z.string(), LayerFolding),
});

/** PE (rows per cycle) and SIMD (columns per cycle) of one layer. */
export type LayerFolding = Readonly<z.infer<typeof LayerFolding>>;

/** PE and SIMD of every layer, by the layer's name. */
export type Folding = Readonly<Record<string, LayerFolding>>;

/** Throws SluiceError `folding-invalid` for text that is not a folding file. */
export function parseFolding(text: string, where: string): Folding {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SluiceError("folding-invalid", "the folding file is not JSON", { where, cause });
  }
  const parsed = FoldingFile.safeParse(json);
  if (parsed.success) return parsed.data.layers;
  throw new SluiceError("folding-invalid", z.prettifyError(parsed.error), {
    where,
    hint: '{ "format": "sluice-folding", "version": 1, "layers": { "dense0": { "pe": 16, "simd": 49 }, ... } }',
  });
}

/** Throws SluiceError `folding-unreadable` or `folding-invalid`. */
export function loadFolding(path: string): Folding {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new SluiceError("folding-unreadable", "the folding file cannot be read", {
      where: path,
      hint: 'give "max" or the path of a folding file',
      cause,
    });
  }
  return parseFolding(text, path);
}

/** Canonical text of a folding file. */
export function serializeFolding(folding: Folding): string {
  return `${JSON.stringify({ format: "sluice-folding", version: 1, layers: folding }, null, 2)}\n`;
}

/** Throws SluiceError `folding-incomplete`, `folding-unknown-layer` or `folding-does-not-divide`. */
export function checkFolding(network: DenseNetwork, folding: Folding): void {
  for (const name of Object.keys(folding)) {
    if (network.layers.some((layer) => layer.name === name)) continue;
    throw new SluiceError("folding-unknown-layer", `${network.name} has no layer "${name}"`, {
      where: name,
      hint: `its layers are ${network.layers.map((layer) => layer.name).join(", ")}`,
    });
  }
  for (const layer of network.layers) {
    const fold = folding[layer.name];
    if (fold === undefined) {
      throw new SluiceError("folding-incomplete", `the folding leaves out layer "${layer.name}"`, {
        where: layer.name,
        hint: "give pe and simd for every layer",
      });
    }
    checkDivides(layer, "PE", fold.pe, layer.outputs, "outputs");
    checkDivides(layer, "SIMD", fold.simd, layer.inputs, "inputs");
  }
}

function checkDivides(layer: DenseLayer, what: string, value: number, of: number, things: string): void {
  if (of % value === 0) return;
  throw new SluiceError(
    "folding-does-not-divide",
    `${what} = ${String(value)} does not divide the ${String(of)} ${things} of layer ${layer.name}`,
    { where: layer.name, hint: `${what} can be ${divisors(of).join(", ")}` },
  );
}

export function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

/** Part of the LUTs that a folding may be estimated to need: above it, designs rarely route (FINN-R, arXiv 1809.04570, section 6). */
const lutFill = 0.7;

/**
 * LUTs of a lane (one synapse per cycle): XNOR, popcount tree and accumulator, and its weight where that stays in a
 * LUT. FINN's SFC-max takes 91,131 LUTs (1612.07119) for 20,992 lanes at 16 cycles per frame, 4.3 per lane.
 */
const lutPerLane = { logic: 3.3, weight: 1 };
const bram36Bits = 36;

interface Cost {
  readonly lut: number;
  readonly bram36: number;
}

function costOf(layer: DenseLayer, { pe, simd }: LayerFolding): Cost {
  const { sf, nf } = foldOf(layer.weights, pe, simd);
  const lanes = pe * simd;
  // A memory of at most 64 words is LUTs; a deeper one is block RAM, 36 bits wide at 1,024 words, 72 at 512.
  if (sf * nf <= 64) return { lut: lanes * (lutPerLane.logic + lutPerLane.weight), bram36: 0 };
  const width = sf * nf <= 512 ? 2 * bram36Bits : bram36Bits;
  return { lut: lanes * lutPerLane.logic, bram36: Math.ceil(lanes / width) * Math.ceil((sf * nf) / 1024) };
}

/**
 * The fastest folding whose estimated LUTs stay under 70 % of the board's and whose block RAMs fit: the smallest
 * cycles per frame T such that every layer, folded to at most T cycles with the fewest lanes, fits together. Layers
 * alternate between one neuron group (SF beats in, one wide beat out) and one beat per vector (one wide beat in, NF
 * groups out), which makes neighbouring streams equally wide and lets each layer start on its neighbour's first beat.
 */
export function maxFolding(network: Network, board: Board): Folding {
  const dense = denseNetwork(network);
  const candidates = [...new Set(dense.layers.flatMap((l) => divisors(l.inputs * l.outputs)))].sort(
    (a, b) => a - b,
  );
  for (const cycles of candidates) {
    const folding = foldingFor(dense, cycles);
    if (folding === undefined) continue;
    const costs = dense.layers.map((layer) => costOf(layer, folding[layer.name] ?? { pe: 1, simd: 1 }));
    const lut = costs.reduce((sum, cost) => sum + cost.lut, 0);
    const bram36 = costs.reduce((sum, cost) => sum + cost.bram36, 0);
    if (lut <= lutFill * board.resources.lut && bram36 <= board.resources.bram36) return folding;
  }
  throw new SluiceError("board-too-small", `${network.name} does not fit ${board.title} at any folding`, {
    where: board.name,
    hint: "choose a larger board",
  });
}

/** The folding of fewest lanes in which each layer takes at most `cycles`, or undefined. */
function foldingFor(network: DenseNetwork, cycles: number): Folding | undefined {
  const folding: Record<string, LayerFolding> = {};
  let width: number | undefined;
  for (const [i, layer] of network.layers.entries()) {
    const options = divisors(layer.outputs).flatMap((pe) =>
      divisors(layer.inputs).flatMap((simd) =>
        (layer.inputs / simd) * (layer.outputs / pe) <= cycles ? [{ pe, simd }] : [],
      ),
    );
    const wholeRow = i % 2 === 1;
    const best = least(options, [
      ({ pe, simd }) => pe * simd,
      // The input as wide as the output before it: no width converter.
      ({ simd }) => (width === undefined || simd === width ? 0 : 1),
      ({ pe, simd }) => (wholeRow ? layer.inputs - simd : layer.outputs - pe),
    ]);
    if (best === undefined) return undefined;
    folding[layer.name] = best;
    width = best.pe;
  }
  return folding;
}

/** The item with the smallest first key, among those the smallest second key, and so on. */
function least<T>(items: readonly T[], keys: readonly ((item: T) => number)[]): T | undefined {
  return items.reduce<T | undefined>((best, item) => {
    if (best === undefined) return item;
    for (const key of keys) if (key(item) !== key(best)) return key(item) < key(best) ? item : best;
    return best;
  }, undefined);
}
