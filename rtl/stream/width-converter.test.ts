import { expect, test } from "vitest";
import { widthConverter } from "./width-converter.ts";
import { laneConverterCases, widthConverterCases } from "./cases.fixture.ts";

test("lanes side by side: 200 random cases in both simulators", async () => {
  const coverage = await laneConverterCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 50,
      },
    }
  `);
});

test("no lanes", () => {
  expect(() => widthConverter({ from: 2, to: 4, lanes: 0 })).toThrow(
    "widthConverter.lanes must be a whole number from 1 to 65536, not 0",
  );
});

test("200 random cases in both simulators", async () => {
  const coverage = await widthConverterCases.check();
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
