import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assertionFiles, type EmittedAssertions } from "./assertions.ts";
import type { EmittedDesign } from "./emit.ts";
import { SluiceError } from "../error.ts";

/**
 * Writes all files of a design into `dir`, which is made where it is missing, and its assertions into `dir/assertions`.
 * Everything is written to a temporary folder inside `dir` first and moved only when it is complete.
 *
 * Throws SluiceError `output-not-writable`.
 */
export async function writeDesign(
  { files, maps }: EmittedDesign,
  dir: string,
  assertions?: EmittedAssertions,
): Promise<void> {
  const all = [...files, ...maps, ...(assertions === undefined ? [] : assertionFiles(assertions))];
  let temporary: string | undefined;
  try {
    await mkdir(dir, { recursive: true });
    temporary = await mkdtemp(join(dir, ".sluice-"));
    for (const { name, text } of all) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await writeFile(join(temporary, name), text);
    }
    for (const { name } of all) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await rename(join(temporary, name), join(dir, name));
    }
  } catch (cause) {
    throw new SluiceError("output-not-writable", `cannot write the design: ${reason(cause)}`, {
      where: dir,
      hint: "choose another output folder, or make this one writable",
      cause,
    });
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, "") : String(cause);
}
