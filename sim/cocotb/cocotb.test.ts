import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runPytest } from "../../src/cocotb/index.ts";

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
