/** What the hardware bench measures, in the order of the table. To add a row, add it to one of these lists. */
import { fileURLToPath } from "node:url";
import { resolveModel } from "../../src/flow/index.ts";
import { loadBoard, plan, resolveFolding } from "../../src/plan/index.ts";
import { arithCircuits } from "./arith.ts";
import * as rivals from "./baselines.ts";
import { atMost, type Circuit } from "./circuit.ts";
import { layerCircuits } from "./layers.ts";
import type { Row } from "./report.ts";
import { unitCircuits } from "./units.ts";

interface NetworkCircuit {
  readonly name: "SFC-max" | "CNV-max";
  readonly model: string;
  /** Cycles per frame, or a folding of examples/foldings. */
  readonly fold: string;
  readonly limits: Row["limits"];
}

const networks: readonly NetworkCircuit[] = [
  { name: "SFC-max", model: "sfc", fold: "16", limits: { lut: 42_000, cycles: 16 } },
  {
    ...{ name: "CNV-max", model: "cnv", fold: "cnv-max.json" },
    limits: { lut: atMost(0.6, 46_253), bram36: 0.6 * 186, cycles: 9130 },
  },
];

function networkCircuit({ name, model, fold, limits }: NetworkCircuit): Circuit {
  return {
    circuit: name,
    parameters: { model, fold, board: "zc706" },
    build: () => {
      const network = resolveModel(model);
      const folding = fold.endsWith(".json")
        ? fileURLToPath(new URL(`../../examples/foldings/${fold}`, import.meta.url))
        : fold;
      const planned = plan(network, resolveFolding(folding, network, loadBoard("zc706")));
      return { hardware: planned.hardware, cycles: planned.cyclesPerFrame };
    },
    baselines: [rivals.finnNetwork(name)],
    limits,
    slow: true,
  };
}

export const circuits: readonly Circuit[] = [
  ...arithCircuits,
  ...layerCircuits,
  ...unitCircuits,
  ...networks.map(networkCircuit),
];
