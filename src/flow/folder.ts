import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SluiceError } from "../error.ts";

/**
 * Writes a whole output folder at once: all files go to a temporary folder beside it, which is renamed when complete,
 * so that a failure or an interrupt leaves the old folder as it was. An existing folder is replaced only when it is
 * empty or holds `marker`.
 *
 * @throws SluiceError `output-not-ours`, `output-not-writable`, `interrupted`.
 */
export async function writeFolder(
  dir: string,
  files: ReadonlyMap<string, string>,
  marker: string,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(dir);
  const present = await readdir(target).catch(() => undefined);
  if (present !== undefined && present.length > 0 && !present.includes(marker)) {
    throw new SluiceError("output-not-ours", "the output folder holds other files", {
      where: dir,
      hint: `choose an empty or a new folder; one with a ${marker} would be replaced`,
    });
  }
  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    const next = join(temporary, "next");
    for (const [name, text] of files) {
      signal?.throwIfAborted();
      await mkdir(dirname(join(next, name)), { recursive: true });
      await writeFile(join(next, name), text);
    }
    signal?.throwIfAborted();
    if (present !== undefined) await rename(target, join(temporary, "old"));
    await rename(next, target);
  } catch (cause) {
    if (signal?.aborted === true) throw new SluiceError("interrupted", "interrupted", { cause });
    const reason = cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, "") : String(cause);
    throw new SluiceError("output-not-writable", `cannot write the output folder: ${reason}`, {
      where: dir,
      hint: "choose another folder with --out, or make this one writable",
      cause,
    });
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** Writes one file at once: whoever reads it meanwhile has the old text or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
