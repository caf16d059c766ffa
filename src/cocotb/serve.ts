/** Answers to the requests of `service.ts`. */
import { z } from "zod";
import { codecOf, type JsValue } from "../../sim/beats.ts";
import { buildForCocotb } from "../../sim/cocotb/build.ts";
import { SluiceError } from "../error.ts";
import { problems } from "../files.ts";
import type { Kind } from "../hdl/index.ts";
import { mapPorts } from "../hdl/ports.ts";
import { DesignSpec, makeDesign, type TestedDesign } from "./design.ts";
import { parseExact, stringifyExact } from "./json.ts";
import { describePorts } from "./ports.ts";

const id = z.string();
const design = DesignSpec;

const Request = z.discriminatedUnion("method", [
  z.strictObject({
    ...{ method: z.literal("build"), id, design },
    simulator: z.enum(["verilator", "icarus"]),
    internals: z.boolean(),
    cocotb: z.strictObject({ libraries: z.string(), verilatorMain: z.string() }),
  }),
  z.strictObject({
    ...{ method: z.literal("reference"), id, design },
    inputs: z.record(z.string(), z.array(z.custom<JsValue>(() => true))),
  }),
  z.strictObject({
    ...{ method: z.literal("frames"), id, design },
    first: z.int().nonnegative(),
    count: z.int().positive(),
  }),
]);

type Request = z.infer<typeof Request>;

async function answer(request: Request): Promise<unknown> {
  const tested = await designOf(request.design);
  switch (request.method) {
    case "build":
      return { ...(await buildForCocotb(tested.rtl, request)), ...describePorts(tested) };
    case "reference":
      checkBeats(tested, request.inputs);
      return tested.reference(request.inputs);
    case "frames":
      return tested.frames(request);
  }
}

/** Throws SluiceError `value-out-of-range`, `no-such-stream`. */
function checkBeats({ hardware }: TestedDesign, inputs: Readonly<Record<string, readonly JsValue[]>>): void {
  const sinks = new Map<string, Kind>();
  mapPorts(hardware.ports, (name, { port, kind }) => {
    if (port === "sink") sinks.set(name, kind);
  });
  for (const [name, beats] of Object.entries(inputs)) {
    const kind = sinks.get(name);
    if (kind === undefined) {
      throw new SluiceError("no-such-stream", `${hardware.name} takes no stream ${JSON.stringify(name)}`, {
        hint: `it takes ${[...sinks.keys()].join(", ")}`,
      });
    }
    codecOf(kind, name).encode(beats);
  }
}

/** Designs are asked for again and again: to build them, and for every expected value. */
const designs = new Map<string, Promise<TestedDesign>>();

function designOf(spec: DesignSpec): Promise<TestedDesign> {
  const key = stringifyExact(spec);
  const made = designs.get(key) ?? makeDesign(spec);
  designs.set(key, made);
  return made;
}

function describeError(error: unknown): object {
  const { code, message, where, hint } =
    error instanceof SluiceError
      ? error
      : { code: "internal-error", message: String(error), where: undefined, hint: undefined };
  return { code, message, where: where ?? null, hint: hint ?? null };
}

/** The answer to a line; undefined for what is no request at all, such as one cut short by the end of its sender. */
export async function serve(line: string): Promise<object | undefined> {
  let asked: unknown;
  try {
    asked = parseExact(line);
  } catch {
    return undefined;
  }
  const given = z.object({ id }).safeParse(asked);
  if (!given.success) return undefined;
  try {
    const request = Request.safeParse(asked);
    if (!request.success) throw new SluiceError("bad-request", problems(request.error));
    return { id: given.data.id, result: await answer(request.data) };
  } catch (error) {
    return { id: given.data.id, error: describeError(error) };
  }
}
