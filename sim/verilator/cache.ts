import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../../src/error.ts";
import { withTemporaryFolder } from "../process.ts";

/**
 * Where compiled models are kept: `SLUICE_CACHE`; `.cache/verilator` of a checkout of Sluice; the user's cache folder
 * where Sluice is installed as a package. Nothing removes them.
 */
export function cacheFolder(): string {
  const chosen = process.env["SLUICE_CACHE"];
  if (chosen !== undefined && chosen !== "") return resolve(chosen);
  const here = dirname(fileURLToPath(import.meta.url));
  if (here.split(sep).includes("node_modules")) {
    const users = process.env["XDG_CACHE_HOME"];
    return join(
      users === undefined || users === "" ? join(homedir(), ".cache") : users,
      "sluice",
      "verilator",
    );
  }
  let root = here;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  return join(root, ".cache", "verilator");
}

export interface CacheEntry {
  readonly folder: string;
  /** It was there before. */
  readonly hit: boolean;
}

/**
 * The cache's folder for `key`, filled by `build` where it is not there yet. It appears complete or not at all; of
 * two processes that build the same key at once, one is used by both. What a failed build left is kept beside it.
 *
 * @throws SluiceError `cache-not-writable`, and what `build` throws, with the kept folder as `where`.
 */
export async function cached(key: string, build: (folder: string) => Promise<void>): Promise<CacheEntry> {
  const root = cacheFolder();
  const folder = join(root, key);
  if (existsSync(folder)) return { folder, hit: true };
  try {
    await mkdir(root, { recursive: true });
    await withTemporaryFolder(async (temporary) => {
      try {
        await build(temporary);
      } catch (error) {
        throw await keepFailure(error, temporary, join(root, `failed-${key}`));
      }
      await rename(temporary, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error;
      });
    }, root);
  } catch (error) {
    if (error instanceof SluiceError || !isSystemError(error)) throw error;
    throw new SluiceError("cache-not-writable", `cannot write to the build cache: ${error.message}`, {
      where: root,
      hint: "make room there, or set SLUICE_CACHE to another folder",
      cause: error,
    });
  }
  return { folder, hit: false };
}

/** Moves what the build left to `kept`; the error to throw. */
async function keepFailure(error: unknown, temporary: string, kept: string): Promise<unknown> {
  if (!(error instanceof SluiceError) || error.code === "interrupted") return error;
  await rm(kept, { recursive: true, force: true });
  await rename(temporary, kept);
  if (error.where !== undefined) return error;
  return new SluiceError(error.code, error.message, { where: kept, hint: error.hint, cause: error });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
