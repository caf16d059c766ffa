import { expect, test } from "vitest";
import { skidBufferCases } from "./cases.fixture.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await skidBufferCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 35,
      },
    }
  `);
});
