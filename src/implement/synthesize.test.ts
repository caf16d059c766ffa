import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adder } from "../../rtl/xilinx/adder.fixture.ts";
import { emit } from "../emit/index.ts";
import { elaborate } from "../hdl/index.ts";
import { smallDesign } from "./synthesize.fixture.ts";
import { unitsOf } from "./survey.ts";
import { synthesize, type SynthesisOptions } from "./synthesize.ts";

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

const common = {
  files: smallDesign,
  family: "xc7",
  tool: "native",
  timeoutSeconds: 1_000,
  workers: 1,
} as const;

async function errorOf(options: Partial<SynthesisOptions>): Promise<unknown> {
  return synthesize({ ...common, ...options }).then(
    () => "no error",
    (error: unknown) => error,
  );
}

// Room for Yosys while other tests load the machine.
const patience = { timeout: 600_000 };

test(
  "a small design is flattened, counted and timed; the second time it is in the cache",
  patience,
  async () => {
    const result = await synthesize(common);
    expect(result).toMatchObject({ family: "xc7", top: "pair", hierarchy: "flat", ff: 6, bram36: 0, dsp: 0 });
    expect(result.tool).toMatch(/^Yosys \d/);
    expect(result.lut).toBeGreaterThan(5);
    expect(result.lut).toBeLessThan(30);
    expect(result.lutPaired).toBeLessThan(result.lut);
    expect(result.depthNs).toBeGreaterThan(1);
    const [pair] = result.modules;
    expect(pair).toMatchObject({ module: "pair", instances: 1, untimed: { unknown: [], looping: 0 } });
    expect(pair?.memories).toEqual([
      { name: "masks", words: 4, width: 8, style: "distributed", became: "logic" },
    ]);
    const said: string[] = [];
    const again = await synthesize({ ...common, onProgress: (message) => said.push(message) });
    expect(again).toEqual(result);
    expect(said).toEqual(["reading the RTL"]);
  },
);

test("module by module: each once, summed over instances, timed through the parts", patience, async () => {
  const { hierarchy, modules, ...sum } = await synthesize({ ...common, hierarchy: "modules" });
  expect(hierarchy).toBe("modules");
  expect(modules.map(({ module, instances }) => [module, instances])).toEqual([
    ["ones", 2],
    ["pair", 1],
  ]);
  const [ones, pair] = modules;
  expect(ones?.ff).toBe(3);
  expect(pair?.ff).toBe(0);
  expect(sum.ff).toBe(6);
  expect(sum.lut).toBe(2 * (ones?.lut ?? NaN) + (pair?.lut ?? NaN));
  // From row through the table to the registers in a part.
  expect(sum.depthNs).toBe(pair?.depthNs);
  expect(sum.depthNs).toBeGreaterThan(ones?.depthNs ?? NaN);
});

test("a part with a memory file", patience, async () => {
  const outer = {
    name: "outer.sv",
    text: `module outer (
    input  logic       clk,
    input  logic [1:0] row,
    input  logic [3:0] x,
    output logic [3:0] y
);
  pair inner (.clk, .row, .x, .y);
endmodule : outer
`,
  };
  const { modules } = await synthesize({ ...common, files: [...smallDesign, outer], hierarchy: "modules" });
  expect(modules.map(({ module }) => module)).toEqual(["ones", "pair", "outer"]);
});

test("parts up to a size are flattened, larger modules are without them", () => {
  const memories = {};
  const survey = {
    modules: {
      lane: { size: 10, instances: {}, memories },
      unit: { size: 20, instances: { a: "lane", b: "lane" }, memories },
      both: { size: 5, instances: { a: "unit", b: "unit", c: "lane" }, memories },
    },
  };
  expect(unitsOf(survey, "both", 1000)).toEqual([{ name: "both", isFlat: true, instances: 1, size: 95 }]);
  expect(unitsOf(survey, "both", 40)).toEqual([
    { name: "unit", isFlat: true, instances: 2, size: 40 },
    { name: "lane", isFlat: true, instances: 1, size: 10 },
    { name: "both", isFlat: false, instances: 1, size: 5 },
  ]);
  expect(unitsOf(survey, "both", 0)).toEqual([
    { name: "lane", isFlat: true, instances: 5, size: 10 },
    { name: "unit", isFlat: false, instances: 2, size: 20 },
    { name: "both", isFlat: false, instances: 1, size: 5 },
  ]);
});

test("a ROM of whole block RAMs, over which Yosys 0.23 crashes without help", patience, async () => {
  const files = [
    {
      name: "table.sv",
      text: `module table_of_words (
    input  logic        clk,
    input  logic [9:0]  row,
    output logic [35:0] word
);
  (* rom_style = "block" *)
  logic [35:0] words [0:1023];
  initial $readmemh("words.mem", words);
  always_ff @(posedge clk) word <= words[row];
endmodule : table_of_words
`,
    },
    {
      name: "words.mem",
      text: Array.from({ length: 1024 }, (_, i) => `${(i * 0x9e3779b).toString(16)}\n`).join(""),
    },
  ];
  expect(await synthesize({ ...common, files })).toMatchObject({ bram36: 1, lut: 0, ff: 0 });
});

test.each([
  ["carry4", "xc7", "modules", "CARRY4"],
  ["carry8", "xcup", "flat", "CARRY8"],
] as const)(
  "the cells of an implementation are counted as they stand: %s",
  patience,
  async (cells, family, hierarchy, carry) => {
    const { files } = emit(elaborate(adder({ cells })));
    const result = await synthesize({ ...common, files, family, hierarchy });
    expect(result).toMatchObject({ lut: 4, lutPaired: 4, ff: 5, carry: 1 });
    expect(result.modules[0]).toMatchObject({
      cells: { LUT6_2: 4, [carry]: 1 },
      untimed: { unknown: [], looping: 0 },
    });
  },
);

test("RTL that Yosys cannot read: what it says, and where", async () => {
  const files = [
    { name: "broken.sv", text: "module broken (\n  input logic a\n);\n  assign = a;\nendmodule\n" },
  ];
  expect(await errorOf({ files })).toMatchObject({
    code: "rtl-unreadable",
    message: expect.stringContaining("syntax error") as string,
    where: "broken.sv:4",
  });
});

test("a memory file that is missing", async () => {
  const files = smallDesign.filter(({ name }) => name !== "masks.mem");
  expect(await errorOf({ files })).toMatchObject({ code: "memory-file-missing", where: "pair.sv" });
});

test("no RTL at all, and two tops", async () => {
  expect(await errorOf({ files: [] })).toMatchObject({ code: "no-rtl" });
  const other = {
    name: "other.sv",
    text: "module other (input logic a, output logic y);\n  assign y = a;\nendmodule\n",
  };
  expect(await errorOf({ files: [...smallDesign, other] })).toMatchObject({
    code: "top-ambiguous",
    hint: expect.stringMatching(/^--top (other|pair)$/) as string,
  });
});

test("a time limit ends Yosys, says what it was at, and leaves nothing behind", async () => {
  const entries = await readdir(cache);
  const files = [
    { name: "a.sv", text: "module a (input logic x, output logic y);\n  assign y = !x;\nendmodule\n" },
  ];
  expect(await errorOf({ files, timeoutSeconds: 0.01 })).toMatchObject({
    code: "synthesis-timeout",
    message: expect.stringMatching(/^not done after 0.01 s: /) as string,
    where: "--timeout",
  });
  expect(await readdir(cache)).toEqual(entries);
});

test("an interrupt is no timeout", async () => {
  const controller = new AbortController();
  controller.abort();
  const files = [
    { name: "b.sv", text: "module b (input logic x, output logic y);\n  assign y = !x;\nendmodule\n" },
  ];
  expect(await errorOf({ files, signal: controller.signal })).toMatchObject({ code: "interrupted" });
});
