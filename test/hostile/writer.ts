import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export const marker = "manifest.json";

/** What a writer says whose last folder could not be written. */
export interface Said {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** What is in the folder around. */
  readonly beside: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** A folder of 60 files, each of which says which content it belongs to. */
export function contentOf(version: number): Map<string, string> {
  const names = Array.from({ length: 60 }, (_, i) => `${i % 2 === 0 ? "rtl" : "xdc"}/file${i}.sv`);
  return new Map([marker, ...names].map((name) => [name, `${version}\n`.repeat(500)]));
}

/** All files of a folder by their paths in it. */
export async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string): Promise<[string, string]> => [
    path.slice(folder.length + 1),
    await readFile(path, "utf8"),
  ];
  return new Map((await Promise.all(paths.map(read))).sort(([a], [b]) => (a < b ? -1 : 1)));
}
