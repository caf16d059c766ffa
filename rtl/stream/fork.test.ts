import { expect, test } from "vitest";
import { forkCases } from "./cases.fixture.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await forkCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 9,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 42,
      },
    }
  `);
});
