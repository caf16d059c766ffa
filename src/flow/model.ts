import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../error.ts";
import { cnv, loadBnnPynq, loadNetwork, paddedCnv, type Network } from "../network/index.ts";

const models = fileURLToPath(new URL("../../models/", import.meta.url));

/** The models that come with Sluice, by their short names: `sfc` is `models/sfc-mnist.json`. */
export function bundledModels(): readonly string[] {
  return [...bundledFiles().keys()].sort();
}

function bundledFiles(): ReadonlyMap<string, string> {
  const files = readdirSync(models).filter((file) => file.endsWith(".json"));
  return new Map(files.map((file) => [file.replace(/[-.].*$/, ""), `${models}${file}`]));
}

/** Networks with random weights, to try a topology out before it is trained. */
const randomModels: Readonly<Record<string, (seed: number) => Network>> = {
  cnv: (seed) => cnv({ seed }),
  "padded-cnv-half": (seed) => paddedCnv({ width: 0.5, seed }),
  "padded-cnv-1": (seed) => paddedCnv({ width: 1, seed }),
  "padded-cnv-2": (seed) => paddedCnv({ width: 2, seed }),
};

/** What can be given as `random:NAME` or, for other weights than those of seed 1, `random:SEED:NAME`. */
export const randomModelNames: readonly string[] = Object.keys(randomModels);

const Random = /^random:(?:(\d{1,10}):)?(.*)$/;

/**
 * A network by the short name of a bundled model, the path of a model file, a BNN-PYNQ parameter folder, or
 * `random:NAME`.
 *
 * @throws SluiceError `unknown-model`, or what reading that file or folder throws.
 */
export function resolveModel(model: string): Network {
  const bundled = bundledFiles().get(model);
  if (bundled !== undefined) return loadNetwork(bundled);
  const [asked, seed = "1", name = ""] = Random.exec(model) ?? [];
  if (asked !== undefined) return randomModel(model, name, Number(seed));
  const entry = statSync(model, { throwIfNoEntry: false });
  if (entry === undefined) {
    throw new SluiceError("unknown-model", `there is no model "${model}"`, {
      hint: `give ${bundledModels().join(", ")}, a model file, a BNN-PYNQ folder or random:${randomModelNames[0] ?? ""}`,
    });
  }
  return entry.isDirectory() ? loadBnnPynq(model) : loadNetwork(model);
}

function randomModel(model: string, name: string, seed: number): Network {
  const make = Object.hasOwn(randomModels, name) ? randomModels[name] : undefined;
  if (make === undefined) {
    throw new SluiceError("unknown-model", `there is no random network "${name}"`, {
      where: model,
      hint: `give ${randomModelNames.map((known) => `random:${known}`).join(", ")}; random:7:${randomModelNames[0] ?? ""} has seed 7`,
    });
  }
  return { ...make(seed), provenance: { source: `random weights, seed ${seed}` } };
}

/** Bundled MNIST test images and their labels. */
export const bundledImages = {
  images: `${models}mnist-test-1000.images.idx3-ubyte.gz`,
  labels: `${models}mnist-test-1000.labels.idx1-ubyte.gz`,
} as const;
