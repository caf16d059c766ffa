import { expect, test } from "vitest";
import { checkInert } from "./inert.ts";

const check = (text: string, name = "top.sv"): void => {
  checkInert([{ name, text }], "folder");
};

test.each([
  'module m; initial $system("touch x"); endmodule',
  'module m; initial $c("system(1);"); endmodule',
  'module m; initial $fopen("/tmp/x", "w"); endmodule',
  'module m; initial $writememh("/tmp/x", a); endmodule',
  'module m; initial $dumpfile("x"); endmodule',
  'import "DPI-C" function int system(string s);',
  'import /* a */ "DPI-C" function int system(string s);',
  'export "DPI-C" function f;',
  '`include "/etc/passwd"',
  "`systemc_header\n#include <x>\n`verilog",
  "`verilator_config\n",
  "`define s $system",
  '/* " */ initial $system("x"); /* " */',
  '// "\ninitial $system("x"); // "',
  'wire \\a" ; initial $system("x"); // " ',
  '$error("a\\"b"); $system("x");',
])("is no mere hardware: %s", (text) => {
  expect(() => {
    check(text);
  }).toThrow(expect.objectContaining({ code: "rtl-not-inert" }));
});

test.each([
  "module m; assign y = 5'($countones(x)); endmodule",
  '`ifndef SYNTHESIS\nalways @(posedge clk) assert (p) else $error("a: \\"$system\\"");\n`endif',
  'initial $readmemh("m.mem", m);',
  "// $system, `include and import in a comment",
])("computes, and no more: %s", (text) => {
  check(text);
});

test("memory files are not looked into", () => {
  check("$system", "m.mem");
});
