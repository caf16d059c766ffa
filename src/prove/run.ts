import { popcount, xnorPopcount } from "../../rtl/index.ts";
import { mapParallel } from "../../sim/parallel.ts";
import { SluiceError } from "../error.ts";
import type { Property } from "./harness.ts";
import {
  proveBounded,
  proveIndependence,
  proveInductive,
  refute,
  type Limits,
  type Verdict,
} from "./prove.ts";
import { tasks } from "./subjects.ts";
import { proveSum, type Sum } from "./sums.ts";
import { breaking, subjectOf, sumTwin, twinDepth, twins } from "./twins.ts";

/** What is to be shown. */
export interface Job {
  readonly name: string;
  /** A proof has to hold; a broken twin has to be caught. */
  readonly kind: "proof" | "twin";
  readonly properties: readonly (Property | "independent" | "sum")[];
  /** Whether it is part of `npm test`. */
  readonly quick: boolean;
  readonly run: (limits: Limits) => Promise<Verdict>;
}

export interface Result extends Verdict {
  readonly name: string;
  readonly kind: Job["kind"];
  readonly properties: Job["properties"];
  /** A proof that holds, or a twin that is caught. */
  readonly passed: boolean;
}

const ofHarness = ["data", "cause", "room", "steady", "offers", "accepts"] as const;

/** Widths that z3 decides, and wider ones, of the operands of the beat and of constant weights. */
const sums: readonly Sum[] = [
  ...(
    [
      [8, 0, "z3"],
      [16, 0, "z3"],
      [32, 200, "bdd"],
    ] as const
  ).map(([width, clockMHz, engine]): Sum => ({
    name: `xnor-popcount of ${String(width)}${clockMHz === 0 ? "" : `, ${String(clockMHz)} MHz`}`,
    hardware: xnorPopcount({ width, technology: "xilinx7", clockMHz }),
    ...{ width, operands: ["x_payload_act", "x_payload_weight"], engine },
  })),
  ...(
    [
      [16, "z3"],
      [36, "bdd"],
      [64, "bdd"],
    ] as const
  ).map(([width, engine]): Sum => ({
    name: `popcount of ${String(width)}, constant weights`,
    hardware: popcount({
      width,
      technology: "xilinx7",
      weights: 0x9f35_102c_788e_0123n & ((1n << BigInt(width)) - 1n),
    }),
    ...{ width, operands: ["x_payload"], engine },
  })),
];

const quickOnes = ["register-slice", "skid-buffer", "fork to 3", "join of 2"];

export const jobs: readonly Job[] = [
  ...tasks.map((task): Job => {
    const { name, depth } = task;
    const prove = (limits: Limits): Promise<Verdict> =>
      depth === undefined ? proveInductive(task, limits) : proveBounded(task, depth, limits);
    return { name, kind: "proof", properties: ofHarness, quick: quickOnes.includes(name), run: prove };
  }),
  ...tasks.map((task): Job => ({
    ...{ name: task.name, kind: "proof", properties: ["independent"], quick: quickOnes.includes(task.name) },
    run: (limits) => proveIndependence(task, limits),
  })),
  ...sums.map((sum): Job => ({
    ...{ name: sum.name, kind: "proof", properties: ["sum"], quick: sum.width === 8 },
    run: (limits) => proveSum(sum, limits),
  })),
  ...twins.map((twin): Job => {
    const subject = subjectOf(twin);
    const edit = breaking(twin, subject.hardware.name);
    const { property } = twin;
    return {
      ...{
        name: `${twin.of}: ${twin.name}`,
        kind: "twin",
        properties: [property],
        quick: quickOnes.includes(twin.of),
      },
      run: (limits) =>
        property === "independent"
          ? proveIndependence(subject, limits, edit)
          : refute(subject, { properties: [property], edit, depth: twinDepth }, limits),
    };
  }),
  {
    ...{ name: `${sumTwin.sum.name}: ${sumTwin.name}`, kind: "twin", properties: ["sum"], quick: true },
    run: (limits) => proveSum(sumTwin.sum, limits, breaking(sumTwin, sumTwin.sum.hardware.name)),
  },
];

/** Runs jobs, some at a time, in their order. Only `interrupted` ends it: everything else that goes wrong is a result. */
export async function runJobs(
  chosen: readonly Job[],
  {
    workers,
    onResult,
    ...limits
  }: Limits & { readonly workers: number; readonly onResult?: (result: Result) => void },
): Promise<readonly Result[]> {
  return mapParallel(chosen, workers, async ({ name, kind, properties, run }) => {
    const verdict = await run(limits).catch(failure);
    const passed = verdict.status === (kind === "proof" ? "holds" : "fails");
    const result: Result = { name, kind, properties, passed, ...verdict };
    onResult?.(result);
    return result;
  });
}

function failure(error: unknown): Verdict {
  if (!(error instanceof SluiceError) || error.code === "interrupted" || error.code === "tool-missing")
    throw error;
  return { status: "unknown", reach: { kind: "bounded", depth: 0 }, cpu: 0, detail: error.message };
}
