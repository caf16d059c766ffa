import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { RegisterMap } from "../../rtl/axi/index.ts";
import type { JsValue } from "../../sim/beats.ts";
import { testDesign } from "../../sim/simulators.ts";
import type { TestDesign } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import { constructComponent } from "../generate/index.ts";
import { elaborate, type ClockSpec, type Hardware } from "../hdl/index.ts";
import type { Frames } from "./accelerator.ts";
import { stringifyExact } from "./json.ts";
import { referenceOf, type Reference } from "./references.ts";

const Parameters = z.record(z.string(), z.unknown());

/** What a test asks for: a generator of Sluice's, a component of the user's own, or a whole accelerator. */
export const DesignSpec = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("generator"), name: z.string(), parameters: Parameters }),
  z.strictObject({
    kind: z.literal("component"),
    /** Path of the TypeScript module, absolute. */
    module: z.string(),
    /** Name under which the module exports the component. */
    export: z.string(),
    /** What the component is called with. */
    parameters: Parameters,
    /** Name under which the module exports the software reference: a function of inputs and parameters. */
    reference: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal("accelerator"),
    model: z.string(),
    board: z.string(),
    fold: z.string(),
    interface: z.enum(["stream", "axi"]),
  }),
]);

export type DesignSpec = z.infer<typeof DesignSpec>;

/** A design with all that a test bench wants of it. */
export interface TestedDesign {
  readonly hardware: Hardware;
  readonly rtl: TestDesign;
  /** @throws SluiceError `no-reference` where there is none. */
  readonly reference: Reference;
  /** @throws SluiceError `no-frames` where the design is no accelerator. */
  readonly frames: Frames;
  /** Of an accelerator with AXI interfaces. */
  readonly registers?: RegisterMap;
}

/**
 * Makes the hardware that a test asks for.
 *
 * @throws SluiceErrors of the generator, the model and the elaboration; `module-unreadable`, `no-such-export`,
 * `not-a-component`.
 */
export async function makeDesign(spec: DesignSpec): Promise<TestedDesign> {
  const { frames, reset, ...made } = await construct(spec);
  const noFrames = (): never => {
    throw new SluiceError("no-frames", `${made.hardware.name} is no accelerator: there are no images for it`);
  };
  const design = elaborate(made.hardware, reset === undefined ? {} : { reset });
  return { ...made, rtl: testDesign(design), frames: frames ?? noFrames };
}

interface Constructed extends Pick<TestedDesign, "hardware" | "reference" | "registers"> {
  readonly frames?: Frames;
  readonly reset?: ClockSpec;
}

async function construct(spec: DesignSpec): Promise<Constructed> {
  if (spec.kind === "accelerator") {
    // Most tests do without the planner, which takes its time to load.
    const { acceleratorModel } = await import("./accelerator.ts");
    return acceleratorModel(spec);
  }
  if (spec.kind === "component") return loadComponent(spec);
  const parameters = Object.entries(spec.parameters).map(([name, value]) => `${name}=${textOf(value)}`);
  const { hardware, values } = await constructComponent({ generator: spec.name, parameters });
  return { hardware, reference: referenceOf(spec.name, values) };
}

/** A parameter as it is written on the command line. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : stringifyExact(value);
}

async function loadComponent(spec: DesignSpec & { readonly kind: "component" }): Promise<Constructed> {
  const path = resolve(spec.module);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(path).href)) as typeof exported;
  } catch (cause) {
    throw new SluiceError("module-unreadable", `the module cannot be loaded: ${String(cause)}`, {
      where: path,
      hint: "give the path of a TypeScript or JavaScript module, relative to the test",
      cause,
    });
  }
  const named = (name: string): ((...args: readonly unknown[]) => unknown) => {
    const found = exported[name];
    if (typeof found === "function") return found as ReturnType<typeof named>;
    throw new SluiceError("no-such-export", `the module exports no function "${name}"`, {
      where: path,
      hint: `its exports: ${Object.keys(exported).join(", ")}`,
    });
  };
  const hardware = named(spec.export)(spec.parameters);
  if (!isHardware(hardware)) {
    throw new SluiceError("not-a-component", `${spec.export} gives no hardware`, {
      where: path,
      hint: "name a component, or a function that gives one",
    });
  }
  if (spec.reference === null) return { hardware, reference: referenceOf(spec.export, spec.parameters) };
  const model = named(spec.reference);
  return { hardware, reference: (inputs) => model(inputs, spec.parameters) as Record<string, JsValue[]> };
}

function isHardware(value: unknown): value is Hardware {
  return typeof value === "object" && value !== null && "elaborateInto" in value;
}
