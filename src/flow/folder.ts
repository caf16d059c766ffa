import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SluiceError } from "../error.ts";
import { exchange, lock } from "./system-calls.ts";

/** How long a build waits for another one that writes beside it. */
const waitMs = 60_000;

/**
 * Writes a whole output folder at once: all files go to a temporary folder beside it, and the two are exchanged when it
 * is complete, so that a failure, an interrupt or a kill leaves the old folder or the new one. An existing folder is
 * replaced only when it is empty or holds `marker`. Processes that write into the same parent folder do it one after the
 * other; what killed ones have left is removed.
 *
 * @throws SluiceError `output-not-ours`, `output-not-writable`, `output-busy`, `interrupted`.
 */
export async function writeFolder(
  dir: string,
  files: ReadonlyMap<string, string>,
  marker: string,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(dir);
  // Looked at first, so that nothing is made beside a folder that is not ours.
  await checkOurs(target, dir, marker);
  try {
    await mkdir(dirname(target), { recursive: true });
    await whileLocked(dirname(target), signal, async (isAlone) => {
      if (isAlone) await removeLeftovers(target, marker);
      await replaceFolder(target, files, { isOld: await checkOurs(target, dir, marker), signal });
    });
  } catch (cause) {
    if (signal?.aborted === true) throw new SluiceError("interrupted", "interrupted", { cause });
    throw cause instanceof SluiceError ? cause : notWritable(dir, cause);
  }
}

/** Is there a folder to replace? */
async function checkOurs(target: string, dir: string, marker: string): Promise<boolean> {
  const present: readonly string[] | undefined = await readdir(target).catch(() => undefined);
  if (present === undefined || present.length === 0 || present.includes(marker)) return present !== undefined;
  throw new SluiceError("output-not-ours", "the output folder holds other files", {
    where: dir,
    hint: `choose an empty or a new folder; one with a ${marker} would be replaced`,
  });
}

/** Runs `work`, alone among all that write into this folder, where the file system has locks. */
async function whileLocked(
  folder: string,
  signal: AbortSignal | undefined,
  work: (isAlone: boolean) => Promise<void>,
): Promise<void> {
  // A lock of the kernel's, on the folder itself: there is no lock file to be left by a process that is killed.
  const handle = await open(folder);
  try {
    const end = Date.now() + waitMs;
    let state = lock(handle.fd);
    while (state === "busy") {
      if (Date.now() > end) {
        throw new SluiceError("output-busy", "another process has been writing here for a minute", {
          where: folder,
          hint: "wait for it, end it, or choose another folder with --out",
        });
      }
      await setTimeout(20, undefined, { signal });
      state = lock(handle.fd);
    }
    await work(state === "held");
  } finally {
    await handle.close();
  }
}

const temporaryPrefix = (target: string): string => `.${basename(target)}.sluice-`;

/** Within a temporary folder. */
const parts = { next: "next", old: "old" } as const;

/** Temporary folders of this target that killed processes have left. */
async function removeLeftovers(target: string, marker: string): Promise<void> {
  const prefix = temporaryPrefix(target);
  for (const entry of await readdir(dirname(target), { withFileTypes: true })) {
    const isLeftover =
      entry.isDirectory() && entry.name.startsWith(prefix) && /^\w{6}$/.test(entry.name.slice(prefix.length));
    if (!isLeftover) continue;
    const leftover = join(dirname(target), entry.name);
    // Where folders cannot be exchanged, a kill may have come when the old one had gone and the new one had not come.
    const old = join(leftover, parts.old);
    if (existsSync(join(old, marker)) && !existsSync(target)) await rename(old, target);
    await rm(leftover, { recursive: true, force: true });
  }
}

async function replaceFolder(
  target: string,
  files: ReadonlyMap<string, string>,
  { isOld, signal }: { readonly isOld: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const temporary = await mkdtemp(join(dirname(target), temporaryPrefix(target)));
  try {
    const next = join(temporary, parts.next);
    for (const [name, text] of files) {
      signal?.throwIfAborted();
      await mkdir(dirname(join(next, name)), { recursive: true });
      await writeFile(join(next, name), text);
    }
    signal?.throwIfAborted();
    if (isOld && exchange(next, target)) return;
    if (isOld) await rename(target, join(temporary, parts.old));
    await rename(next, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The error of output that cannot be written, for what the operating system says. */
export function notWritable(dir: string, cause: unknown): SluiceError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const isFull = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  const reason = cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, "") : String(cause);
  return new SluiceError("output-not-writable", `cannot write the output folder: ${reason}`, {
    where: dir,
    hint: isFull
      ? "make room there, or choose a folder elsewhere with --out"
      : "choose another folder with --out, or make this one writable",
    cause,
  });
}

/** Writes one file at once: whoever reads it meanwhile has the old text or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    // Made anew: a link that someone has put there is not followed.
    await rm(part, { force: true });
    await writeFile(part, text, { flag: "wx" });
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    throw cause;
  }
}
