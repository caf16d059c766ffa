import { join } from "node:path";
import type { RegisterMap } from "../../rtl/axi/index.ts";
import type { TestDesign } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import { loadNetwork } from "../network/index.ts";
import { loadFolding, plan } from "../plan/index.ts";
import { axiDesign } from "./axi.ts";
import { targetOfBuild } from "./hardware.ts";
import { readManifest } from "./manifest.ts";
import { readRtl } from "./verify.ts";

/** The AXI top of a build: the RTL in its folder, and the interface that its model and folding give. */
export interface AxiBuild {
  readonly design: TestDesign;
  readonly registers: RegisterMap;
  /** Bits of TDATA. */
  readonly busWidth: number;
}

/** @throws SluiceError `not-an-axi-build`, and those of the folder. */
export function loadAxiBuild(dir: string): AxiBuild {
  const manifest = readManifest(dir);
  const { interface: ends, clockMHz } = manifest;
  if (ends.kind !== "axi") {
    throw new SluiceError("not-an-axi-build", "this accelerator has plain streams, no AXI interfaces", {
      where: dir,
      hint: "build it with --interface axi",
    });
  }
  const { busWidth, buildHash } = ends;
  const network = loadNetwork(join(dir, "model.json"));
  const planned = plan(network, loadFolding(join(dir, "folding.json")), targetOfBuild(manifest));
  const { registers, elaborate } = axiDesign(planned, { busWidth, clockMHz, buildHash });
  const { modules, top } = elaborate({ implementations: false });
  const module = modules[top];
  if (module === undefined) throw new Error(`no module ${top} in the design`);
  return { design: { top: { ...module, name: manifest.top }, files: readRtl(dir) }, registers, busWidth };
}
