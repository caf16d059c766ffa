import { expect, test } from "vitest";
import { asyncFifoCases } from "./cases.fixture.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await asyncFifoCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 49,
      },
    }
  `);
});
