import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the tests of all generators reach their goals, and every survivor has a reason", () => {
  const script = fileURLToPath(new URL("../../scripts/mutate.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", script, "--json"], { encoding: "utf8" });
  const summary = JSON.parse(stdout) as { readonly problems: readonly string[]; readonly mutants: number };
  expect(summary.problems).toEqual([]);
  expect(summary.mutants).toBeGreaterThan(3000);
});
