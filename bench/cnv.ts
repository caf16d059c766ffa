/** CNV as the benches take it: the bundled network and images, at its fastest folding on the ZC706 and at FINN's. */
import { fileURLToPath } from "node:url";
import { loadImages, planHardware, resolveModel, type Images } from "../src/flow/index.ts";
import { encode, type BitMatrix, type ByteMatrix, type Network } from "../src/network/index.ts";
import { loadFolding, type Folding } from "../src/plan/index.ts";

export const foldings = ["max", "BNN-PYNQ"] as const;
export type FoldingName = (typeof foldings)[number];

/** `name` is what `--fold` takes, or BNN-PYNQ: what FINN's overlay has, 32,768 cycles per frame. */
export function foldingOf(network: Network, name: string): Folding {
  if (name !== "BNN-PYNQ") return planHardware(network, { board: "zc706", fold: name }).planned.folding;
  const file = new URL("../examples/foldings/cnv-bnn-pynq.json", import.meta.url);
  // FINN's last layer has 16 outputs, of which it uses 10: PE = 4 there, 5 here.
  return { ...loadFolding(fileURLToPath(file)), dense8: { pe: 5, simd: 1 } };
}

export interface Cnv {
  readonly network: Network;
  readonly images: Images;
  readonly inputs: BitMatrix | ByteMatrix;
}

export function loadCnv(frames?: number): Cnv {
  const network = resolveModel("cnv");
  const images = loadImages(network, { frames });
  return { network, images, inputs: encode(images.pixels, network.input) };
}
