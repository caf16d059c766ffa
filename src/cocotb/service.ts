/**
 * The TypeScript side of the cocotb bridge, as a process that serves Python: a request per line of standard input, an
 * answer per line of standard output, both JSON. It ends when its input does. The bridge starts one for a whole run of
 * tests; simulations use it through the pipes that they inherit.
 *
 *     {"id": "12.1", "method": "reference", "design": {...}, "inputs": {"x": [1, 2]}}
 *     {"id": "12.1", "result": {"y": [1, 2]}}
 *     {"id": "12.1", "error": {"code": "no-reference", "message": "...", "where": null, "hint": "..."}}
 */
import { createInterface } from "node:readline";
import { z } from "zod";
import type { JsValue } from "../../sim/beats.ts";
import { buildForCocotb } from "../../sim/cocotb/build.ts";
import { SluiceError } from "../error.ts";
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
      return tested.reference(request.inputs);
    case "frames":
      return tested.frames(request);
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
async function serve(line: string): Promise<object | undefined> {
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
    if (!request.success) throw new SluiceError("bad-request", z.prettifyError(request.error));
    return { id: given.data.id, result: await answer(request.data) };
  } catch (error) {
    return { id: given.data.id, error: describeError(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answered = await serve(line);
  if (answered !== undefined) process.stdout.write(`${stringifyExact(answered)}\n`);
}
