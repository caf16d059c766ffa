/**
 * FINN's six designs, asked of the planner at the frame rates that FINN reached, beside its figures; and the fix designs
 * at the rate that was asked for there. Estimates against what Vivado placed and routed: bench:hardware and synth have
 * what Yosys makes of them.
 */
import { planHardware, resolveModel } from "../src/flow/index.ts";
import { costOfPlan } from "../src/plan/index.ts";
import { finnDesigns, fixedFps, type FinnDesign } from "./finn-designs.ts";
import { report, row, type Row } from "./measure.ts";

function rowsOf({ name, model, latencyCycles, lut, bram36 }: FinnDesign, fps: number): readonly Row[] {
  const network = resolveModel(model);
  const started = process.cpuUsage();
  const { planned } = planHardware(network, { board: "zc706", fps });
  const seconds = process.cpuUsage(started).user / 1e6;
  const cost = costOfPlan(planned);
  const figure = { bench: "finn", better: "lower" } as const;
  const against = (what: string, unit: string, sluice: number, value: number): Row =>
    row({
      ...{ ...figure, what: `${name} at ${String(fps)} frames per s: ${what}`, unit, sluice },
      rival: { name: "FINN", value },
      goal: { ratioAtLeast: 1 },
    });
  return [
    against(
      `latency, ${String(planned.cyclesPerFrame)} cycles per frame`,
      "cycles",
      planned.latencyCycles,
      latencyCycles,
    ),
    against("estimated LUTs", "LUT", Math.round(cost.lut), lut),
    against("estimated block RAMs", "BRAM36", cost.bram36, bram36),
    row({
      ...figure,
      what: `${name}: fold, schedule, buffers`,
      unit: "CPU s",
      sluice: seconds,
      goal: { atMost: 1 },
    }),
  ];
}

report([
  ...finnDesigns.flatMap((design) => rowsOf(design, design.fps)),
  ...finnDesigns.slice(3).flatMap((design) => rowsOf(design, fixedFps)),
]);
