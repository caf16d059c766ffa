import { expect, test } from "vitest";
import { jobs, runJobs } from "./index.ts";

test("all proofs hold and all broken twins are caught", async () => {
  const results = await runJobs(jobs, { workers: 2, seconds: 120 });
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  // As issue 7 asks: ten minutes on two cores.
  expect(results.reduce((sum, { cpu }) => sum + cpu, 0)).toBeLessThan(1200);
});
