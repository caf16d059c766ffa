import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { z } from "zod";
import { SluiceError } from "../error.ts";
import { fileLimits, problems, quoted, readBytes, readJson, reasonOf } from "../files.ts";

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
  /** What the top has at its ports: the accelerator's streams, or AXI around them. */
  interface: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("stream") }),
      z.object({
        kind: z.literal("axi"),
        /** Name of the module inside that is the accelerator. */
        accelerator: z.string(),
        /** Bits of TDATA. */
        busWidth: z.int().positive(),
        /** What registers `build_hash_high` and `build_hash_low` read, as 16 hexadecimal digits. */
        buildHash: z.string(),
        /** Weights and thresholds can be written at run time. */
        writable: z.literal(true).optional(),
      }),
    ])
    .default({ kind: "stream" }),
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

export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Files of a build folder that are missing or differ from what was written. */
export function changedFiles(dir: string, { files }: Manifest): readonly string[] {
  return Object.entries(files).flatMap(([name, hash]) => {
    try {
      return sha256(readBytes(join(dir, name), fileLimits.text)) === hash ? [] : [name];
    } catch {
      return [name];
    }
  });
}

/** Files of a build are in its folder, and its modules have names that are safe to write into RTL and scripts. */
function checkNames({ files, top, interface: ends }: Manifest, where: string): void {
  for (const module of [top, ...(ends.kind === "axi" ? [ends.accelerator] : [])]) {
    if (/^[A-Za-z_]\w*$/.test(module)) continue;
    throw new SluiceError("top-invalid", `no module can be called ${quoted(module)}`, {
      where,
      hint: "build again",
    });
  }
  const wrong = Object.keys(files).find(
    (name) => isAbsolute(name) || normalize(name) !== name || /^\.\.(\/|$)|[\u0000-\u001f\u007f]/.test(name),
  );
  if (wrong === undefined) return;
  throw new SluiceError("file-name-invalid", `no file of a build can be called ${quoted(wrong)}`, {
    where,
    hint: "build again",
  });
}

/** Throws SluiceError `not-a-build`, `manifest-invalid`, `top-invalid` or `file-name-invalid`. */
export function readManifest(dir: string): Manifest {
  const where = join(dir, manifestFile);
  if (!existsSync(where)) {
    throw new SluiceError("not-a-build", "there is no manifest.json in this folder", {
      where: dir,
      hint: "give a folder that `sluice build` has written",
    });
  }
  let json: unknown;
  try {
    json = readJson(where);
  } catch (cause) {
    throw new SluiceError("manifest-invalid", `the manifest cannot be read: ${reasonOf(cause)}`, {
      where,
      hint: "build again",
      cause,
    });
  }
  const parsed = Manifest.safeParse(json);
  if (parsed.success) {
    checkNames(parsed.data, where);
    return parsed.data;
  }
  throw new SluiceError("manifest-invalid", problems(parsed.error), { where, hint: "build again" });
}
