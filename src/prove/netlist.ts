import { emit } from "../emit/index.ts";
import { elaborate, type Hardware } from "../hdl/index.ts";
import { cellModelMacro, viewOf, widthOf, type Module, type Port, type View } from "../ir/index.ts";
import { compiledFiles, type SourceFile } from "../../sim/sources.ts";
import { assumePrefix, harness, provePrefix, type Claims, type Property } from "./harness.ts";

/** A unit, what is claimed of it, and which of its forms is meant: `plain` where not given. */
export interface Subject {
  readonly name: string;
  readonly hardware: Hardware;
  readonly claims: Claims;
  readonly view?: View;
  /** Of a unit of several clocks: all of them are one, `clk`. */
  readonly clocks?: Readonly<Record<string, "clk">>;
}

/** Sources for Yosys, and the commands that make of them what solvers read. */
export interface ProofNetlist {
  readonly files: readonly SourceFile[];
  readonly commands: readonly string[];
  /** The part of them that makes registers and word-wide gates, flat. */
  readonly flat: readonly string[];
  /** Wires of the harness that a trace shows: `x_valid`, `unit_x_ready` and so on. */
  readonly traced: readonly string[];
}

/** What the commands leave: the transition system for smtbmc; for ABC as AIGER, with the names of its registers. */
export const outputs = { smt: "proof.smt2", aiger: "proof.aig", map: "proof.map" } as const;

/** The wire that is low in the first cycle, that of reset. */
export const bootedWire = "booted";

/**
 * The emitted RTL of a unit and of its harness, unchanged, under a top module that resets them in the first cycle, assumes
 * the stream rules of the surroundings and asserts the properties, or those named in `properties` only.
 *
 * What nothing drives, and what Verilog calls x, may be anything, in every cycle anew. Memories are registers of any
 * contents at first.
 */
export function proofNetlist(
  { hardware, claims, view = "plain", clocks }: Subject,
  properties?: readonly Property[],
  edit: (files: readonly SourceFile[]) => readonly SourceFile[] = (files) => files,
): ProofNetlist {
  const design = viewOf(elaborate(harness(hardware, claims, clocks)), view);
  const module = design.modules[design.top];
  if (module === undefined) throw new Error(`no module ${design.top}`);
  const emitted = edit(emit(design).files.filter(({ name }) => !name.endsWith(".map")));
  const wanted = (name: string): boolean =>
    properties === undefined || properties.some((property) => name.startsWith(`${provePrefix}${property}_`));
  const names = compiledFiles(emitted).map(({ name }) => name);
  const flat = [
    `read_verilog -sv -D${cellModelMacro} ${names.join(" ")}`,
    "read_verilog -formal -sv proof.sv",
    "hierarchy -check -top proof",
    "proc",
    "check -assert",
    "flatten",
    "opt -full",
    "memory_map",
    "opt -full",
    "dffunmap",
    "setundef -undriven -anyseq",
    "setundef -anyseq",
    "opt -full",
    "dffunmap",
    "opt_clean",
  ];
  return {
    files: [...emitted, { name: "proof.sv", text: topOf(module, wanted) }],
    traced: tracedOf(module),
    flat,
    commands: [
      ...flat,
      `write_smt2 -wires ${outputs.smt}`,
      "delete t:$assert t:$assume",
      "techmap",
      "opt -full",
      "dffunmap",
      "abc -g AND -fast",
      "opt_clean",
      "aigmap",
      `write_aiger -zinit -vmap ${outputs.map} ${outputs.aiger}`,
    ],
  };
}

/** That no valid and no payload depends on a ready in the same cycle: no path of gates leads from one to the other. */
export function independenceCommands({ flat, traced }: ProofNetlist): readonly string[] {
  const given = traced
    .filter((name) => /^unit_.*_(valid|payload)$/.test(name))
    .map((name) => `w:harness.${name}*`);
  return [
    ...flat,
    "simplemap",
    "splitnets -ports",
    "select -set readies i:*_ready",
    "select -assert-any @readies",
    ...given.flatMap((wires) => [
      `select -assert-any ${wires}`,
      `select -assert-none ${wires} %cie* @readies %i`,
    ]),
  ];
}

/** `bad` is the same as the assertions under the assumptions, for ABC, which knows neither. */
function topOf(module: Module, wanted: (name: string) => boolean): string {
  const inputs = module.ports.filter(({ direction, role }) => direction === "in" && role === "data");
  const results = module.ports.filter(({ direction }) => direction === "out").map(({ name }) => name);
  const assumed = results.filter((name) => name.startsWith(assumePrefix));
  const proved = results.filter((name) => name.startsWith(provePrefix) && wanted(name));
  const mark = inputs.find(({ name }) => name === "mark");
  if (mark === undefined || proved.length === 0) throw new Error(`${module.name} is no harness`);
  const ports = inputs.map((port) => `input ${rangeOf(port)}${port === mark ? "any_mark" : port.name}`);
  const allAssumed = assumed.join(" && ");
  return `module proof (input clk, ${ports.join(", ")}, output bad);
  reg ${bootedWire} = 0, void = 0;
  reg ${rangeOf(mark)}mark;
  wire rst = !${bootedWire};
  wire ${results.join(", ")};
  ${module.name} harness (.*);
  always @(posedge clk) begin
    ${bootedWire} <= 1;
    if (!${bootedWire}) mark <= any_mark;
    if (${bootedWire} && !(${allAssumed})) void <= 1;
  end
  assign bad = ${bootedWire} && !void && ${allAssumed} && !(${proved.join(" && ")});
\`ifdef FORMAL
  always @* if (${bootedWire}) begin
    assume (${allAssumed});
${proved.map((name) => `    ${name}_holds: assert (${name});`).join("\n")}
  end
\`endif
endmodule
`;
}

function rangeOf({ type }: Port): string {
  const width = widthOf(type);
  return width === 1 ? "" : `[${String(width - 1)}:0] `;
}

/** What moves at the streams, of inputs and of wires to the unit, in the harness's order. */
function tracedOf({ ports }: Module): readonly string[] {
  const names = ports.map(({ name }) => name);
  const sinks = names.flatMap((name) =>
    name.startsWith(assumePrefix) ? [name.slice(assumePrefix.length)] : [],
  );
  const steady = `${provePrefix}steady_`;
  const sources = names.flatMap((name) => (name.startsWith(steady) ? [name.slice(steady.length)] : []));
  return [
    ...sinks.flatMap((name) => [`${name}_valid`, `unit_${name}_ready`, `${name}_payload`]),
    ...sources.flatMap((name) => [`unit_${name}_valid`, `${name}_ready`, `unit_${name}_payload`]),
  ];
}
