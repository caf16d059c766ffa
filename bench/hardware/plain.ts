/** The circuits as anyone would write them in SystemVerilog: rivals that are synthesised in the same run. */
import type { SourceFile } from "../../sim/sources.ts";
import { rowBits, type WeightMatrix } from "../../rtl/nn/weights.ts";

/** Bits of act that equal those of weight, counted behind a register that stalls; as our `xnorPopcount`. */
export function plainXnorPopcount(width: number): readonly SourceFile[] {
  const bits = `logic [${width - 1}:0]`;
  const inputs = [`    input  ${bits} x_act,`, `    input  ${bits} x_weight,`];
  return [counter({ width, name: "plain_xnor_popcount", inputs, agreeing: "x_act ~^ x_weight" })];
}

/** The same with constant weights. */
export function plainPopcount(width: number, weights: bigint): readonly SourceFile[] {
  const inputs = [`    input  logic [${width - 1}:0] x_payload,`];
  const agreeing = `x_payload ~^ ${width}'h${weights.toString(16)}`;
  return [counter({ width, name: "plain_popcount", inputs, agreeing })];
}

interface Counter {
  readonly width: number;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly agreeing: string;
}

function counter({ width, name, inputs, agreeing }: Counter): SourceFile {
  return file(`module ${name} (
    input  logic clk,
    input  logic rst,
    input  logic x_valid,
    output logic x_ready,
${inputs.join("\n")}
    output logic y_valid,
    input  logic y_ready,
    output logic [${bitsUpTo(width) - 1}:0] y_payload
);
  assign x_ready = !y_valid || y_ready;
  always_ff @(posedge clk) begin
    if (rst) y_valid <= 1'b0;
    else if (x_ready) y_valid <= x_valid;
    if (x_valid && x_ready) y_payload <= $countones(${agreeing});
  end
endmodule
`);
}

export interface PlainElement {
  readonly simd: number;
  /** Synapses of a vector, over all its beats. */
  readonly columns: number;
}

/** A processing element: XNOR, count, accumulator, and a threshold that is compared with; as `processingElements` of one. */
export function plainElement({ simd, columns }: PlainElement): readonly SourceFile[] {
  const [operand, total] = [`[${simd - 1}:0]`, `[${bitsUpTo(columns) - 1}:0]`];
  return [
    file(`module plain_element (
    input  logic clk,
    input  logic rst,
    input  logic advance,
    input  logic valid,
    input  logic first,
    input  logic last,
    input  logic ${operand} act,
    input  logic ${operand} weight,
    input  logic ${total} threshold,
    output logic done,
    output logic fire
);
  logic ${total} acc, sum;
  logic complete;
  assign sum = (first ? ${bitsUpTo(columns)}'d0 : acc) + $countones(act ~^ weight);
  always_ff @(posedge clk) begin
    if (rst) {complete, done} <= 2'b0;
    else if (advance) {complete, done} <= {valid && last, complete};
    if (advance && valid) acc <= sum;
    if (advance) fire <= acc >= threshold;
  end
endmodule
`),
  ];
}

/**
 * Neurons with constant weights and thresholds, side by side; combinational. In loops, from which Yosys shares first
 * sums over rows: half the LUTs that `$countones` takes.
 */
export function plainConstantLayer(
  weights: WeightMatrix,
  thresholds: ArrayLike<number>,
): readonly SourceFile[] {
  const { rows, columns } = weights;
  const sum = `[${bitsUpTo(columns) - 1}:0]`;
  const neurons = Array.from({ length: rows }, (_, row) => {
    const literal = `${columns}'h${rowBits(weights, row).toString(16)}`;
    return `  logic [${columns - 1}:0] agree_${row};
  logic ${sum} sum_${row};
  assign agree_${row} = x ~^ ${literal};
  always_comb begin
    sum_${row} = 0;
    for (int i = 0; i < ${columns}; i = i + 1) sum_${row} = sum_${row} + ${bitsUpTo(columns)}'(agree_${row}[i]);
  end
  assign y[${row}] = sum_${row} >= ${bitsUpTo(columns)}'d${thresholds[row] ?? 0};`;
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
