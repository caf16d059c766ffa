import { emit } from "../emit/index.ts";
import { elaborate, type Hardware } from "../hdl/index.ts";
import { cellModelMacro } from "../ir/index.ts";
import { compiledFiles, type SourceFile } from "../../sim/sources.ts";
import { outputs } from "./netlist.ts";
import { onBench, type Limits, type Verdict } from "./prove.ts";
import { readTrace } from "./trace.ts";

/** A count whose implementation for synthesis is compared with its plain sum. */
export interface Sum {
  readonly name: string;
  readonly hardware: Hardware;
  /** Bits of a beat, of each of `operands`. */
  readonly width: number;
  /** Ports of the payload. */
  readonly operands: readonly string[];
  /** z3 by bit-blasting and search; ABC by comparing decision diagrams, which for counts stay small at any width. */
  readonly engine: "z3" | "bdd";
}

/** Any register is a wire: what is left of a pipeline is the logic in it. */
const registersAsWires = ["$dff", "$dffe", "$sdff", "$sdffe", "$sdffce"]
  .map(
    (cell) => `module \\${cell} (CLK, EN, SRST, D, Q);
  parameter WIDTH = 1, CLK_POLARITY = 1, EN_POLARITY = 1, SRST_POLARITY = 1, SRST_VALUE = 0;
  input CLK, EN, SRST;
  input [WIDTH-1:0] D;
  output [WIDTH-1:0] Q;
  assign Q = D;
endmodule
`,
  )
  .join("\n");

/**
 * For all inputs, the implementation of cells counts what the plain module does. Pipelines are taken for the logic that
 * is in them; that their registers move together is part of the proofs of units.
 */
export function proveSum(
  { hardware, width, operands, engine }: Sum,
  limits: Limits,
  edit: (files: readonly SourceFile[]) => readonly SourceFile[] = (files) => files,
): Promise<Verdict> {
  const design = emit(elaborate(hardware));
  const files = design.files.filter(({ name }) => !name.endsWith(".map"));
  const names = compiledFiles(files).map(({ name }) => name);
  // Bit by bit of all operands: in any other order decision diagrams explode.
  const operandText = operands.map(
    (port, i) =>
      `.${port}({${Array.from({ length: width }, (_, bit) => `x[${String(bit * operands.length + i)}]`)
        .toReversed()
        .join(", ")}})`,
  );
  const pins = [".clk(1'b0)", ".rst(1'b0)", ".x_valid(1'b1)", ".y_ready(1'b1)", ...operandText].join(", ");
  const top = `module proof (input [${String(width * operands.length - 1)}:0] x, output bad);
  wire [31:0] sum, built;
  plain_view plain_view (${pins}, .y_payload(sum));
  built_view built_view (${pins}, .y_payload(built));
  assign bad = sum != built;
\`ifdef FORMAL
  always @* same_sum: assert (!bad);
\`endif
endmodule
`;
  const view = (name: string, read: string): readonly string[] => [
    "design -reset",
    read,
    `hierarchy -check -top ${design.top}`,
    ...["proc", "flatten", "opt -full", "techmap -autoproc -map registers.v", "opt -full", "check -assert"],
    `rename ${design.top} ${name}`,
    `design -stash ${name}`,
  ];
  const commands = [
    ...view("built_view", `read_verilog -sv -D${cellModelMacro} ${names.join(" ")}`),
    ...view("plain_view", `read_verilog -formal -sv ${design.top}.sv`),
    "design -copy-from built_view built_view",
    "design -copy-from plain_view plain_view",
    "read_verilog -formal -sv proof.sv",
    "hierarchy -top proof",
    ...["proc", "flatten", "opt -full"],
    `write_smt2 -wires ${outputs.smt}`,
    "delete t:$assert",
    ...["techmap", "abc -g AND -fast", "aigmap"],
    `write_aiger ${outputs.aiger}`,
  ];
  return onBench(limits, async (bench) => {
    const sources = [
      ...edit(files),
      { name: "proof.sv", text: top },
      { name: "registers.v", text: registersAsWires },
    ];
    await bench.synthesise(sources, commands);
    const verdict = (status: Verdict["status"]): Verdict => ({
      ...{ status, reach: { kind: "combinational" }, cpu: bench.cpu },
      ...(status === "fails" ? { detail: "the sums differ" } : {}),
    });
    if (engine === "z3") {
      const { status } = await bench.smtbmc(["-t", "1", "--dump-vcd", "trace.vcd"]);
      if (status !== "fails") return verdict(status);
      return { ...verdict(status), trace: readTrace(await bench.text("trace.vcd"), ["x", "sum", "built"]) };
    }
    const { stdout } = await bench.run("yosys-abc", [
      "-c",
      `read_aiger ${outputs.aiger}; collapse; strash; sat`,
    ]);
    return verdict(
      stdout.includes("UNSATISFIABLE") ? "holds" : stdout.includes("SATISFIABLE") ? "fails" : "unknown",
    );
  });
}
