import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adder } from "../../rtl/xilinx/adder.fixture.ts";
import { emit } from "../emit/index.ts";
import { elaborate } from "../hdl/index.ts";
import { smallDesign } from "./synthesize.fixture.ts";
import { synthesize } from "./synthesize.ts";
import { rtlOfGenerator, rtlOfModel, targetKind } from "./target.ts";

let cache: string;
const before = process.env["SLUICE_CACHE"];

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "sluice-synth-"));
  process.env["SLUICE_CACHE"] = cache;
});

afterAll(async () => {
  if (before === undefined) delete process.env["SLUICE_CACHE"];
  else process.env["SLUICE_CACHE"] = before;
  await rm(cache, { recursive: true });
});

test.each(["xc7", "xcup"] as const)("the built-in Yosys, for %s", async (family) => {
  const files = smallDesign;
  const result = await synthesize({ files, family, tool: "builtin", timeoutSeconds: 1_000, workers: 1 });
  expect(result).toMatchObject({ top: "pair", hierarchy: "flat", ff: 6, bram36: 0 });
  expect(result.tool).toBe("Yosys 0.55.944 (built in, @yowasp/yosys)");
  expect(result.lut).toBeLessThan(30);
  expect(result.modules[0]?.memories).toMatchObject([{ name: "masks", became: "logic" }]);
  expect(result.modules[0]?.untimed).toEqual({ unknown: [], looping: 0 });
});

test("the built-in Yosys counts the cells of an implementation", async () => {
  const { files } = emit(elaborate(adder({ cells: "carry4" })));
  for (const hierarchy of ["flat", "modules"] as const) {
    const result = await synthesize({
      files,
      family: "xc7",
      tool: "builtin",
      hierarchy,
      timeoutSeconds: 1_000,
    });
    expect(result).toMatchObject({ lut: 4, lutPaired: 4, ff: 5, carry: 1 });
    expect(result.modules[0]?.cells).toMatchObject({ LUT6_2: 4, CARRY4: 1 });
  }
});

/** Plain XNOR-popcount, weights variable or constant, as one combinational module. */
function popcount(bits: number, weights: "variable" | "constant") {
  const port = weights === "variable" ? `, input logic [${bits - 1}:0] w` : "";
  const agreeing = weights === "variable" ? "x ~^ w" : "x";
  const width = bits.toString(2).length;
  return [
    {
      name: "plain.sv",
      text: `module plain (input logic [${bits - 1}:0] x${port}, output logic [${width - 1}:0] y);
  assign y = $countones(${agreeing});
endmodule
`,
    },
  ];
}

/** The baselines of issue 4, which were measured with Yosys 0.23. Constant weights are inverters that LUTs take in. */
test.each([
  [64, "variable", 136, 109, 5.4],
  [128, "variable", 285, 229, 7.1],
  [64, "constant", 96, 76, 4.9],
  [128, "constant", 209, 165, 6.8],
] as const)("plain popcount of %d, %s weights", async (bits, weights, lut, lutPaired, ns) => {
  const files = popcount(bits, weights);
  const result = await synthesize({ files, family: "xc7", tool: "native", timeoutSeconds: 1_000 });
  if (!result.tool.startsWith("Yosys 0.23")) return;
  expect(result).toMatchObject({ lut, lutPaired });
  expect(result.depthNs).toBeCloseTo(ns, 1);
});

test("targets: a model, a generator, or neither", async () => {
  expect(await targetKind("sfc")).toBe("model");
  expect(await targetKind("random:cnv")).toBe("model");
  expect(await targetKind("popcount")).toBe("generator");
  await expect(targetKind("resnet")).rejects.toMatchObject({
    code: "unknown-target",
    hint: expect.stringMatching(/lfc, sfc[^]*popcount/) as string,
  });
  const { top, files } = await rtlOfGenerator("popcount", ["width=8"]);
  expect(files.map(({ name }) => name)).toContain(`${String(top)}.sv`);
  expect(rtlOfModel("sfc", { board: "zc706", cycles: 1000 }).top).toBe("sfc_mnist");
});
