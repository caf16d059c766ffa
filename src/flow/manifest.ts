import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SluiceError } from "../error.ts";

/** Name of the manifest in a build folder. */
export const manifestFile = "manifest.json";

const Manifest = z.object({
  format: z.literal("sluice-build"),
  version: z.literal(1),
  model: z.string(),
  board: z.string(),
  clockMHz: z.number().positive(),
  /** Name of the top module. */
  top: z.string(),
  predicted: z.object({
    cyclesPerFrame: z.int().positive(),
    latencyCycles: z.int().positive(),
    lanes: z.int().positive(),
  }),
  stages: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      pe: z.int().positive().optional(),
      simd: z.int().positive().optional(),
      mmv: z.int().positive().optional(),
      cycles: z.int().nonnegative(),
      depth: z.int().nonnegative(),
      /** Where a matrix-vector unit keeps its weights. */
      weights: z
        .object({
          words: z.int().positive(),
          width: z.int().positive(),
          style: z.enum(["block", "distributed", "constant"]),
          bram36: z.number().nonnegative(),
          weightBits: z.int().positive(),
        })
        .optional(),
    }),
  ),
  /** sha256 of every other file, by its path in the folder; not of the report, which `verify` adds to. */
  files: z.record(z.string(), z.string()),
});

/** What a build folder holds: written by `buildAccelerator`, read by `verifyBuild`. */
export type Manifest = Readonly<z.infer<typeof Manifest>>;

export function serializeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Files of a build folder that are missing or differ from what was written. */
export function changedFiles(dir: string, { files }: Manifest): readonly string[] {
  return Object.entries(files).flatMap(([name, hash]) => {
    try {
      return sha256(readFileSync(join(dir, name), "utf8")) === hash ? [] : [name];
    } catch {
      return [name];
    }
  });
}

/** Throws SluiceError `not-a-build` or `manifest-invalid`. */
export function readManifest(dir: string): Manifest {
  const where = join(dir, manifestFile);
  let text: string;
  try {
    text = readFileSync(where, "utf8");
  } catch (cause) {
    throw new SluiceError("not-a-build", "there is no manifest.json in this folder", {
      where: dir,
      hint: "give a folder that `sluice build` has written",
      cause,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SluiceError("manifest-invalid", "the manifest is not JSON", {
      where,
      hint: "build again",
      cause,
    });
  }
  const parsed = Manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new SluiceError("manifest-invalid", z.prettifyError(parsed.error), { where, hint: "build again" });
}
