import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../error.ts";
import { loadBnnPynq, loadNetwork, type Network } from "../network/index.ts";

const models = fileURLToPath(new URL("../../models/", import.meta.url));
const suffix = "-mnist.json";

/** The models that come with Sluice, by their short names. */
export function bundledModels(): readonly string[] {
  return readdirSync(models)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .sort();
}

/**
 * A network by the short name of a bundled model, the path of a model file, or a BNN-PYNQ parameter folder.
 *
 * @throws SluiceError `unknown-model`, or what reading that file or folder throws.
 */
export function resolveModel(model: string): Network {
  if (bundledModels().includes(model)) return loadNetwork(`${models}${model}${suffix}`);
  const entry = statSync(model, { throwIfNoEntry: false });
  if (entry === undefined) {
    throw new SluiceError("unknown-model", `there is no model "${model}"`, {
      hint: `give ${bundledModels().join(", ")}, a model file or a BNN-PYNQ folder`,
    });
  }
  return entry.isDirectory() ? loadBnnPynq(model) : loadNetwork(model);
}

/** Bundled MNIST test images and their labels. */
export const bundledImages = {
  images: `${models}mnist-test-1000.images.idx3-ubyte.gz`,
  labels: `${models}mnist-test-1000.labels.idx1-ubyte.gz`,
} as const;
