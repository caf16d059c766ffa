/** The circuits as anyone would write them in SystemVerilog: rivals that are synthesised in the same run. */
import type { SourceFile } from "../../sim/sources.ts";
import { rowBits, type WeightMatrix } from "../../rtl/nn/weights.ts";

/** Number of synapses that agree, weights given from outside; combinational. */
export function plainXnorPopcount(width: number): readonly SourceFile[] {
  return [
    file(`module plain_xnor_popcount (
    input  logic [${width - 1}:0] x,
    input  logic [${width - 1}:0] w,
    output logic [${bitsUpTo(width) - 1}:0] y
);
  assign y = $countones(x ~^ w);
endmodule
`),
  ];
}

/** Number of ones; what constant weights add to it are inverters, which LUTs take in. Combinational. */
export function plainPopcount(width: number): readonly SourceFile[] {
  return [
    file(`module plain_popcount (
    input  logic [${width - 1}:0] x,
    output logic [${bitsUpTo(width) - 1}:0] y
);
  assign y = $countones(x);
endmodule
`),
  ];
}

/** Neurons with constant weights and thresholds, side by side; combinational. */
export function plainConstantLayer(
  weights: WeightMatrix,
  thresholds: ArrayLike<number>,
): readonly SourceFile[] {
  const { rows, columns } = weights;
  const neurons = Array.from({ length: rows }, (_, row) => {
    const literal = `${columns}'h${rowBits(weights, row).toString(16)}`;
    return `  assign y[${row}] = $countones(x ~^ ${literal}) >= ${thresholds[row] ?? 0};`;
  });
  return [
    file(`module plain_constant_layer (
    input  logic [${columns - 1}:0] x,
    output logic [${rows - 1}:0] y
);
${neurons.join("\n")}
endmodule
`),
  ];
}

function file(text: string): SourceFile {
  return { name: "plain.sv", text };
}

function bitsUpTo(value: number): number {
  return value.toString(2).length;
}
