import { stringify } from "yaml";
import type { Vlnv } from "./interfaces.ts";
import type { ComponentFiles } from "./component-xml.ts";

export interface Core {
  readonly vlnv: Vlnv;
  readonly description: string;
  readonly top: string;
  readonly testbenchTop: string;
  readonly part: string;
  readonly files: ComponentFiles;
}

/** Warnings are errors: there are none, and no waivers. */
const lintOptions = ["-Wall"];

/**
 * Turned off is a faulty optimisation of Verilator 5.006, as in Sluice's own simulations (docs/portable-subset.md).
 */
const verilatorOptions = {
  ...{ tool: "verilator", mode: "binary", verilator_options: ["-fno-dfg-peephole"] },
};

/** Of the test bench: see its first lines. */
const stalls = {
  stalls: {
    datatype: "int",
    default: 1,
    description: "0 stalls nothing, and holds every result to its predicted cycle",
    paramtype: "plusarg",
  },
} as const;

/** One line for each text, and nothing that refers to another place. */
const yamlOptions = { lineWidth: 0, aliasDuplicateObjects: false };

const bareName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** A core description for FuseSoC (CAPI2): lint and simulation with Verilator, synthesis with Vivado. */
export function coreFile({ vlnv, description, top, testbenchTop, part, files }: Core): string {
  // The SystemVerilog names memory files without a folder: they lie where the tool runs.
  const memories = (paths: readonly string[]): object[] =>
    paths.map((path) => ({ [path]: { copyto: bareName(path), file_type: "mem" } }));
  const hardware = ["rtl"];
  return `CAPI=2:\n${stringify(
    {
      name: vlnvText(vlnv),
      description,
      filesets: {
        rtl: {
          files: [
            ...files.rtl,
            { [files.wrapper]: { file_type: "verilogSource" } },
            ...memories(files.memories),
          ],
          file_type: "systemVerilogSource",
        },
        testbench: {
          files: [files.testbench, ...memories(files.testbenchMemories)],
          file_type: "systemVerilogSource",
        },
      },
      parameters: stalls,
      targets: {
        default: { filesets: hardware, toplevel: top },
        lint: {
          description: "Verilator's lint, every warning an error",
          ...{ flow: "lint", flow_options: { tool: "verilator", verilator_options: lintOptions } },
          ...{ filesets: hardware, toplevel: top },
        },
        sim: {
          description: "frames of the model, compared with the software reference",
          ...{ flow: "sim", flow_options: verilatorOptions },
          ...{ filesets: [...hardware, "testbench"], parameters: ["stalls"], toplevel: testbenchTop },
        },
        synth: {
          description: "synthesis with Vivado",
          ...{ flow: "vivado", flow_options: { part, pnr: "none" } },
          ...{ filesets: hardware, toplevel: top },
        },
      },
    },
    yamlOptions,
  )}`;
}

/** The simulation for Edalize without FuseSoC (EDAM), to be run in a folder in the package. */
export function edamFile({ vlnv, testbenchTop, files }: Core): string {
  const up = (path: string): string => `../${path}`;
  const typed = (paths: readonly string[], type: string): object[] =>
    paths.map((path) => ({ name: up(path), file_type: type }));
  const memories = [...files.memories, ...files.testbenchMemories];
  return stringify(
    {
      version: "0.2.1",
      name: vlnvText(vlnv).replaceAll(/[:.]/g, "_"),
      toplevel: testbenchTop,
      files: [
        ...typed([...files.rtl, files.testbench], "systemVerilogSource"),
        ...typed([files.wrapper], "verilogSource"),
        ...typed(memories, "mem"),
      ],
      flow_options: verilatorOptions,
      parameters: stalls,
      // The SystemVerilog names memory files without a folder.
      hooks: { pre_build: [{ name: "memories", cmd: ["cp", ...memories.map(up), "."] }] },
    },
    yamlOptions,
  );
}

function vlnvText({ vendor, library, name, version }: Vlnv): string {
  return [vendor, library, name, version].join(":");
}
