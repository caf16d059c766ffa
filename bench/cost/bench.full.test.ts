import { execa } from "execa";
import { expect, test } from "vitest";
import type { Row } from "./report.ts";

const bench = (...args: readonly string[]) =>
  execa(process.execPath, ["--import", "tsx", "bench/cost.ts", ...args], { reject: false });

test("two units as JSON, by Yosys", async () => {
  const { stdout, exitCode } = await bench(
    "skid depth=2 width=64",
    "mvtu columns=64 rows=64 pe=4 simd=8",
    "--json",
  );
  const { tool, rows, missed, changed } = JSON.parse(stdout) as {
    readonly tool: string;
    readonly rows: readonly Row[];
    readonly missed: readonly string[];
    readonly changed: readonly string[];
  };
  expect(tool).toMatch(/^Yosys \d/);
  expect(rows.map(({ unit }) => unit)).toEqual(["mvtu", "skid"]);
  expect(rows[1]).toMatchObject({ estimate: { lut: 70 }, yosys: { lut: 70, ff: 130, bram36: 0 } });
  expect({ missed, changed, exitCode }).toEqual({ missed: [], changed: [], exitCode: 0 });
});

test("a name that no instance has", async () => {
  const { stderr, exitCode } = await bench("resnet");
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^error: nothing here has "resnet" in its name\n {2}hint: there are: mvtu, mvu, /);
});
