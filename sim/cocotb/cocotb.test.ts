import { tmpdir } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bridgePython, runPytest } from "../../src/cocotb/index.ts";
import { Random } from "../../src/random.ts";
import { StallPattern } from "../../src/simulate/streams.ts";
import { runTool } from "../process.ts";

// pytest runs once, for all of them, before vitest gets to know what there is.
const results = await runPytest({ path: fileURLToPath(new URL("tests", import.meta.url)) });

describe.each([...Map.groupBy(results, ({ file }) => basename(file))])("%s", (_, own) => {
  test.each(own)("$name", ({ status, failure }) => {
    expect({ status, failure }).toEqual({ status: "passed", failure: null });
  });
});

test("cocotb ran generators and a whole accelerator, in both simulators", () => {
  const cocotb = results.filter(({ runner }) => runner === "cocotb").map(({ name }) => name);
  expect(cocotb.length).toBeGreaterThan(15);
  expect(cocotb.filter((name) => name.includes("[icarus]")).length).toBeGreaterThan(2);
  expect(cocotb).toContain("test_sfc > classifies_digits");
});

test("random numbers and stalls are the same as in TypeScript", async () => {
  const script = `
from sluice_cocotb.random_numbers import Random, StallPattern
random, stalls = Random(5), StallPattern(0.3, 7)
print([str(random.bits(90)), random.below(1000), random.float()])
print("".join(str(int(stalls.draw())) for _ in range(200)))
`;
  const args = ["-c", script];
  const { stdout } = await runTool({ command: await bridgePython(), args, cwd: tmpdir() });
  const [random, stalls] = [new Random(5), new StallPattern({ probability: 0.3, seed: 7 })];
  const numbers = `['${random.bits(90)}', ${random.below(1000)}, ${random.float()}]`;
  const stalled = Array.from({ length: 200 }, () => Number(stalls.draw())).join("");
  expect(stdout.split("\n")).toEqual([numbers, stalled]);
});
