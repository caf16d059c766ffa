import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { SluiceError } from "../error.ts";
import { quoted } from "../files.ts";
import { loadNetwork, type Layer, type Network } from "../network/index.ts";
import { loadFolding, plan } from "../plan/index.ts";
import { axiDesign } from "./axi.ts";
import { notWritable, replaceFile } from "./folder.ts";
import { targetOfBuild } from "./hardware.ts";
import { readManifest } from "./manifest.ts";
import { resolveModel } from "./model.ts";
import { weightWrites } from "./weight-writes.ts";

export interface WeightsOptions {
  /** A folder that `buildAccelerator` has written, with writable weights. */
  readonly dir: string;
  /** The network whose weights and thresholds are to be written: as for `buildAccelerator`. */
  readonly model: string;
  /** The file that becomes. */
  readonly out: string;
}

export interface WeightsResult {
  readonly model: string;
  readonly buildHash: string;
  /** Registers' worth of 32 bits. */
  readonly writes: number;
  readonly file: string;
}

/**
 * Writes the file from which the host's `load_weights` makes another network of the same shape of a build's accelerator.
 *
 * @throws SluiceErrors of the folder and the model, `weights-not-writable`, `model-of-other-shape`.
 */
export async function writeWeights({ dir, model, out }: WeightsOptions): Promise<WeightsResult> {
  const manifest = readManifest(dir);
  const { interface: ends, clockMHz } = manifest;
  if (ends.kind !== "axi" || ends.writable !== true) {
    throw new SluiceError("weights-not-writable", "the weights of this build are constants", {
      where: dir,
      hint: "build it with --interface axi --writable-weights",
    });
  }
  const network = resolveModel(model);
  checkSameShape(loadNetwork(join(dir, "model.json")), network);
  const planned = plan(network, loadFolding(join(dir, "folding.json")), targetOfBuild(manifest));
  const { registers } = axiDesign(planned, { ...ends, clockMHz });
  const writes = weightWrites(planned, registers);
  const { buildHash } = ends;
  const file = { format: "sluice-weights", version: 1, model: network.name, buildHash, writes };
  await replaceFile(out, `${JSON.stringify(file)}\n`).catch((cause: unknown) => {
    throw notWritable(out, cause);
  });
  return { model: network.name, buildHash, writes: writes.length, file: out };
}

/** Throws where more than weights and their thresholds differ. */
function checkSameShape(built: Network, other: Network): void {
  const differs = (what: string): never => {
    throw new SluiceError(
      "model-of-other-shape",
      `${quoted(other.name)} differs in ${what} from the build's model`,
      {
        where: other.name,
        hint: "only weights and the thresholds of layers with weights can be written; build another accelerator",
      },
    );
  };
  if (!isDeepStrictEqual(built.input, other.input)) differs("its input");
  if (!isDeepStrictEqual(built.readout, other.readout)) differs("its readout");
  if (built.layers.length !== other.layers.length) differs("the number of its layers");
  built.layers.forEach((layer, i) => {
    const twin = other.layers[i];
    if (twin === undefined || !isDeepStrictEqual(shapeOf(layer), shapeOf(twin)))
      differs(`layer ${layer.name}`);
  });
}

/** A layer without what can be written. */
function shapeOf(layer: Layer): object {
  if (!("weights" in layer)) return layer;
  const { weights, thresholds, ...rest } = layer;
  return { ...rest, rows: weights.rows, columns: weights.columns, thresholded: thresholds !== undefined };
}
