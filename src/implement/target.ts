import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryFolder } from "../../sim/process.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { emit } from "../emit/index.ts";
import { SluiceError } from "../error.ts";
import { fileLimits, readLooseText, reasonOf } from "../files.ts";
import { bundledModels, planHardware, resolveModel, type HardwareRequest } from "../flow/index.ts";
import { generateComponent, loadCatalog } from "../generate/index.ts";
import { elaborate } from "../hdl/index.ts";
import { loadBoard } from "../plan/index.ts";
import type { Family } from "./synthesize.ts";

export type TargetKind = "folder" | "generator" | "model";

/** RTL to synthesise. */
export interface Rtl {
  readonly files: readonly SourceFile[];
  /** Undefined for a folder: the module that is part of no other. */
  readonly top: string | undefined;
}

/**
 * What a target is: a folder with SystemVerilog, as `build` and `generate` write it; a generator by name; else a model.
 */
export async function targetKind(target: string): Promise<TargetKind> {
  if (bundledModels().includes(target) || target.startsWith("random:")) return "model";
  const entry = statSync(target, { throwIfNoEntry: false });
  if (entry?.isDirectory() === true && rtlFolder(target) !== undefined) return "folder";
  if (entry !== undefined) return "model";
  const generators = (await loadCatalog()).map(({ name }) => name);
  if (generators.includes(target)) return "generator";
  throw new SluiceError("unknown-target", `there is no model, folder or generator "${target}"`, {
    hint: [
      `models: ${bundledModels().join(", ")}, a model file, a BNN-PYNQ folder, random:NAME`,
      `generators: ${generators.join(", ")}`,
    ].join("\n"),
  });
}

/** Where in a folder its SystemVerilog is: there, or in `rtl`, where `build` puts it. */
function rtlFolder(folder: string): string | undefined {
  return [folder, join(folder, "rtl")].find((place) => {
    const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder && readdirSync(place).some((name) => /\.s?v$/.test(name));
  });
}

export function rtlOfFolder(folder: string): Rtl {
  const place = rtlFolder(folder);
  if (place === undefined)
    throw new SluiceError("no-rtl", "the folder holds no SystemVerilog", { where: folder });
  const names = readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !entry.name.endsWith(".map"))
    .map(({ name }) => name)
    .sort();
  return {
    files: names.map((name) => ({ name, text: sourceText(join(place, name)) })),
    top: undefined,
  };
}

function sourceText(path: string): string {
  try {
    return readLooseText(path, fileLimits.text);
  } catch (cause) {
    throw new SluiceError("rtl-unreadable", `a file of the RTL cannot be read: ${reasonOf(cause)}`, {
      where: path,
      hint: "check the file",
      cause,
    });
  }
}

export async function rtlOfGenerator(generator: string, parameters: readonly string[]): Promise<Rtl> {
  return withTemporaryFolder(async (out) => {
    const { top } = await generateComponent({ generator, parameters, out });
    return { ...rtlOfFolder(out), top };
  });
}

export function rtlOfModel(model: string, request: HardwareRequest): Rtl {
  const { planned } = planHardware(resolveModel(model), request);
  const { files, top } = emit(elaborate(planned.hardware));
  return { files, top };
}

/** The family of a board's part: UltraScale counts as UltraScale+, whose LUTs, carry chains and block RAMs it has. */
export function familyOf(board: string): Family {
  return loadBoard(board).part.startsWith("xc7") ? "xc7" : "xcup";
}
