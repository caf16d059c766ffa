import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withTemporaryFolder } from "../../sim/process.ts";

test("the tests of all generators run every emitted line, and 95 % of the branches", async () => {
  const script = fileURLToPath(new URL("../../scripts/coverage.ts", import.meta.url));
  await withTemporaryFolder((out) => {
    const args = ["--import", "tsx", script, "--json", "--out", out];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
    const { problems, generators } = JSON.parse(stdout) as {
      readonly problems: readonly string[];
      readonly generators: readonly { readonly lines: { readonly total: number } }[];
    };
    expect(problems).toEqual([]);
    expect(generators.length).toBeGreaterThan(20);
    return Promise.resolve();
  });
});
