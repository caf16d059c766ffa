import { expect, test } from "vitest";
import { clocks, fields, fifo, rom } from "./designs.fixture.ts";
import { icarusRead, verilatorLint, yosysRead, type EmittedDesign } from "./lint.ts";

const clean: readonly EmittedDesign[] = [fifo(70), fields, clocks].map(({ top, files }) => ({
  top: top.name,
  files,
}));

function oneFile(top: string, body: string): EmittedDesign {
  const text = `module ${top} (
    input logic [3:0] a,
    output logic [2:0] y
);
${body}
endmodule
`;
  return { top, files: [{ name: `${top}.sv`, text }] };
}

const latch = oneFile("latch", "  always_comb if (a[0]) y = a[3:1];");
const loop = oneFile("loop", "  logic b;\n  assign b = !b;\n  assign y = {a[1:0], b} ^ a[3:1];");
const width = oneFile("width", "  assign y = a;");
const broken = oneFile("broken", "  assign y = a[;");

test("clean designs, also with a memory file, give no findings", async () => {
  const withRom = [...clean, { top: "rom", files: rom.files }];
  expect(await verilatorLint(clean)).toEqual([]);
  expect(await yosysRead(withRom)).toEqual([]);
  expect(await icarusRead(withRom)).toEqual([]);
});

test("Verilator's findings carry the design and the tool's words", async () => {
  const findings = await verilatorLint([width, ...clean, latch]);
  expect([...new Set(findings.map(({ design, top }) => `${String(design)} ${top}`))]).toEqual([
    "0 width",
    "4 latch",
  ]);
  expect(findings[0]?.message).toMatch(/^%Warning-WIDTH\w*: width\.sv:5:/);
  expect(findings.at(-1)?.message).toMatch(/^%Warning-LATCH: latch\.sv:5:/);
});

test("Yosys goes on after a design that it rejects", async () => {
  const findings = await yosysRead([latch, ...clean, loop, broken, ...clean]);
  const tops = [...new Set(findings.map(({ design, top }) => `${String(design)} ${top}`))];
  expect(tops.sort()).toEqual(["0 latch", "4 loop", "5 broken"]);
  expect(findings.map(({ message }) => message).join("\n")).toMatch(/Latch inferred/);
});

test("Icarus names the line that it cannot read", async () => {
  expect(await icarusRead([broken])).toMatchObject([
    { design: 0, top: "broken", message: "broken.sv:5: syntax error" },
    { message: expect.stringContaining("error") as string },
  ]);
});
