/** What the hardware bench measures, in the order of the table. To add a row, add it to one of these lists. */
import { fileURLToPath } from "node:url";
import { planHardware, resolveModel } from "../../src/flow/index.ts";
import { arithCircuits } from "./arith.ts";
import * as rivals from "./baselines.ts";
import { atMost, type Circuit } from "./circuit.ts";
import { layerCircuits } from "./layers.ts";
import type { Row } from "./report.ts";
import { unitCircuits } from "./units.ts";

interface NetworkCircuit {
  readonly circuit: string;
  /** FINN's. */
  readonly rival: "SFC-max" | "CNV-max";
  readonly model: string;
  /** Of examples/foldings. */
  readonly fold: string;
  readonly limits: Row["limits"];
}

const networks: readonly NetworkCircuit[] = [
  {
    ...{ circuit: "SFC-max", rival: "SFC-max", model: "sfc", fold: "sfc-max.json" },
    limits: { lut: 42_000, cycles: 16 },
  },
  {
    ...{ circuit: "SFC-frame-per-cycle", rival: "SFC-max", model: "sfc" },
    fold: "sfc-one-frame-per-cycle.json",
    limits: { lut: 125_000, cycles: 1 },
  },
  {
    ...{ circuit: "CNV-max", rival: "CNV-max", model: "cnv", fold: "cnv-max.json" },
    limits: { lut: atMost(0.6, 46_253), bram36: 0.6 * 186, cycles: 9130 },
  },
];

function networkCircuit({ circuit, rival, model, fold, limits }: NetworkCircuit): Circuit {
  return {
    circuit,
    parameters: { model, fold, board: "zc706" },
    build: () => {
      const folding = fileURLToPath(new URL(`../../examples/foldings/${fold}`, import.meta.url));
      const { planned } = planHardware(resolveModel(model), { board: "zc706", fold: folding });
      return { hardware: planned.hardware, cycles: planned.cyclesPerFrame };
    },
    baselines: [rivals.finnNetwork(rival)],
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
