import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A folder of the test file's own for inputs, of which those that failed are kept. */
export function inputFolder(): () => string {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-hostile-"));
  });
  afterAll(async () => {
    for (const name of ["room", "here"]) await rm(join(folder, name), { recursive: true, force: true });
    await rmdir(folder).catch(() => undefined);
  });
  return () => folder;
}
