import { execa } from "execa";
import { expect, test } from "vitest";
import type { Row } from "./report.ts";

const bench = (...args: readonly string[]) =>
  execa(process.execPath, ["--import", "tsx", "bench/hardware/index.ts", ...args], { reject: false });

// Room for Yosys while other tests load the machine.
const patience = { timeout: 600_000 };

test("one circuit as JSON, nothing else on stdout; the second time as a table", patience, async () => {
  const { stdout, exitCode } = await bench("threshold channels=128 width=11 pe=1", "--json");
  expect(exitCode).toBe(0);
  const { tool, rows } = JSON.parse(stdout) as { tool: string; rows: Row[] };
  expect(tool).toMatch(/^Yosys \d/);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    circuit: "threshold",
    parameters: { channels: 128, width: 11, pe: 1 },
    cycles: 128,
    bram36: 0,
    baseline: { name: "FINN RTL threshold", lut: 107, lutPaired: 79, depthNs: null },
  });
  expect(rows[0]?.lut).toBeGreaterThan(10);
  expect(rows[0]?.lut).toBeLessThan(107);
  const shown = await bench("threshold channels=128 width=11 pe=1");
  expect(shown.stdout).toMatch(/│ threshold │ channels=128 width=11 pe=1 │ .* FINN RTL threshold \* │ 107 │/);
});

test("a name that no circuit has", async () => {
  const { stdout, stderr, exitCode } = await bench("resnet");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect(stderr).toMatch(
    /^error: nothing here has "resnet" in its name\n {2}hint: there are: xnor-popcount, popcount, /,
  );
  const { stdout: json } = await bench("resnet", "--json");
  expect(JSON.parse(json)).toMatchObject({ error: { code: "unknown-name" } });
});
