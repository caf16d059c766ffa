import type { SourceFile } from "../../sim/sources.ts";

/** Two counters of the ones in four bits, behind a table. */
export const smallDesign: readonly SourceFile[] = [
  {
    name: "ones.sv",
    text: `module ones (
    input  logic       clk,
    input  logic [3:0] x,
    output logic [2:0] y
);
  always_ff @(posedge clk) y <= 3'(x[0]) + 3'(x[1]) + 3'(x[2]) + 3'(x[3]);
endmodule : ones
`,
  },
  {
    name: "pair.sv",
    text: `module pair (
    input  logic       clk,
    input  logic [1:0] row,
    input  logic [3:0] x,
    output logic [3:0] y
);
  (* rom_style = "distributed" *)
  logic [7:0] masks [0:3];
  initial $readmemh("masks.mem", masks);
  logic [2:0] low, high;
  ones low_ones (.clk, .x(x & masks[row][3:0]), .y(low));
  ones high_ones (.clk, .x(x & masks[row][7:4]), .y(high));
  assign y = 4'(low) + 4'(high);
endmodule : pair
`,
  },
  { name: "masks.mem", text: "1b\n72\nc5\n8e\n" },
];
