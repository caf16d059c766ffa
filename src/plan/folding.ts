import { z } from "zod";
import { SluiceError } from "../error.ts";
import { fileLimits, parseJson, problems, quoted, readText, reasonOf } from "../files.ts";
import {
  outputTensor,
  volume,
  weightSize,
  type Layer,
  type Network,
  type WeightedLayer,
} from "../network/index.ts";
import { divisorsOf } from "./divisors.ts";

const LayerFolding = z.object({
  pe: z.int().positive(),
  simd: z.int().positive(),
  mmv: z.int().positive().optional(),
  memory: z.enum(["block", "distributed"]).optional(),
  rows: z.int().positive().optional(),
});
const FoldingFile = z.object({
  format: z.literal("sluice-folding"),
  version: z.literal(1),
  layers: z.record(z.string(), LayerFolding),
});

/**
 * PE (rows per cycle), SIMD (columns per cycle) and, for a convolution, MMV (pixels side by side, 1 where not given)
 * of one layer; what its weights are kept in, where that is not what costs less (rtl/memory-shape.ts); and its rows where
 * there are dead ones behind the layer's own (`padNetwork`). A depthwise layer has PE channels and one column, SIMD = 1.
 */
export type LayerFolding = Readonly<z.infer<typeof LayerFolding>>;

/** The folding of every layer that has weights, by the layer's name. Others go with the beats that come in. */
export type Folding = Readonly<Record<string, LayerFolding>>;

/** Synapses computed per cycle. */
export const lanesOf = ({ pe, simd, mmv = 1 }: LayerFolding): number => pe * simd * mmv;

/** Whether a layer is folded at all. */
export const isFolded = (layer: Layer): layer is WeightedLayer => "weights" in layer;

const foldingForm =
  '{ "format": "sluice-folding", "version": 1, "layers": { "dense0": { "pe": 16, "simd": 49 }, ... } }';

/** Throws SluiceError `folding-invalid` for text that is not a folding file. */
export function parseFolding(text: string, where: string): Folding {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (cause) {
    throw new SluiceError("folding-invalid", `the folding file cannot be read: ${reasonOf(cause)}`, {
      where,
      hint: foldingForm,
      cause,
    });
  }
  const parsed = FoldingFile.safeParse(json);
  if (parsed.success) return parsed.data.layers;
  throw new SluiceError("folding-invalid", problems(parsed.error), {
    where,
    hint: foldingForm,
  });
}

/** Throws SluiceError `folding-unreadable` or `folding-invalid`. */
export function loadFolding(path: string): Folding {
  let text: string;
  try {
    text = readText(path, fileLimits.description);
  } catch (cause) {
    throw new SluiceError("folding-unreadable", `the folding file cannot be read: ${reasonOf(cause)}`, {
      where: path,
      hint: 'give "max", cycles per frame, or the path of a folding file',
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
export function checkFolding(network: Network, folding: Folding): void {
  const layers = network.layers.filter(isFolded);
  for (const name of Object.keys(folding)) {
    if (layers.some((layer) => layer.name === name)) continue;
    throw new SluiceError("folding-unknown-layer", `${network.name} folds no layer ${quoted(name)}`, {
      where: network.name,
      hint: `it folds ${layers.map((layer) => layer.name).join(", ")}`,
    });
  }
  for (const layer of layers) {
    const fold = folding[layer.name];
    if (fold === undefined) {
      throw new SluiceError("folding-incomplete", `the folding leaves out layer "${layer.name}"`, {
        where: layer.name,
        hint: "give pe and simd for every layer",
      });
    }
    const { rows, columns } = weightSize(layer);
    checkDivides(layer, "PE", fold.pe, rows, layer.kind === "depthwise" ? "channels" : "outputs");
    checkDivides(layer, "SIMD", fold.simd, layer.kind === "depthwise" ? 1 : columns, "inputs");
    checkDivides(layer, "MMV", fold.mmv ?? 1, layer.kind === "conv" ? pixelsOf(layer) : 1, "pixels");
  }
}

/** Output pixels of a layer: vectors that its unit computes for a frame. */
export function pixelsOf(layer: Layer): number {
  return volume({ ...outputTensor(layer), channels: 1 });
}

function checkDivides(layer: Layer, what: string, value: number, of: number, things: string): void {
  if (of % value === 0) return;
  throw new SluiceError(
    "folding-does-not-divide",
    `${what} = ${String(value)} does not divide the ${String(of)} ${things} of layer ${layer.name}`,
    { where: layer.name, hint: `${what} can be ${divisorsOf(of).join(", ")}` },
  );
}
