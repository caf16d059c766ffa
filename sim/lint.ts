import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { mapParallel, splitEvenly } from "./parallel.ts";
import { ending, errorLines, runTool, withTemporaryFolder } from "./process.ts";
import { checkSources, compiledFiles, writeSources, type SourceFile } from "./sources.ts";
import { requireTool } from "./tools.ts";

/** What `emit` gives: SystemVerilog and memory files, and the name of the top module. */
export interface EmittedDesign {
  readonly top: string;
  readonly files: readonly SourceFile[];
}

/** A warning or error of a tool about a design. */
export interface Finding {
  readonly tool: "verilator" | "yosys" | "iverilog";
  /** Position in the list of designs that was given. */
  readonly design: number;
  readonly top: string;
  readonly message: string;
}

/** Everything that `verilator --lint-only -Wall` warns of; empty when all is clean. */
export async function verilatorLint(designs: readonly EmittedDesign[]): Promise<readonly Finding[]> {
  const { path } = await requireTool("verilator");
  return eachAlone(designs, "verilator", path, ({ top }) => ["--lint-only", "-Wall", "--top-module", top]);
}

/** What keeps Icarus Verilog from reading a design. Its warnings are about its own limits and are left out. */
export async function icarusRead(designs: readonly EmittedDesign[]): Promise<readonly Finding[]> {
  const { path } = await requireTool("iverilog");
  return eachAlone(designs, "iverilog", path, ({ top }) => ["-g2012", "-t", "null", "-s", top]);
}

async function eachAlone(
  designs: readonly EmittedDesign[],
  tool: Finding["tool"],
  command: string,
  flags: (design: EmittedDesign) => readonly string[],
): Promise<readonly Finding[]> {
  const found = await mapParallel([...designs.entries()], availableParallelism(), ([index, design]) =>
    withTemporaryFolder(async (cwd) => {
      checkSources(design.files);
      await writeSources(cwd, design.files);
      const args = [...flags(design), ...compiledFiles(design.files).map(({ name }) => name)];
      const outcome = await runTool({ command, args, cwd });
      if (outcome.exitCode === 0) return [];
      const messages = `${outcome.stderr}\n${outcome.stdout}`
        .split(tool === "verilator" ? /^(?=%(?:Warning|Error))/m : "\n")
        .map((message) => message.trim())
        .filter((message) => message !== "" && !message.startsWith("%Error: Exiting due to"));
      if (messages.length === 0) messages.push(`${command} ${ending(outcome)}`);
      return messages.map((message): Finding => ({ tool, design: index, top: design.top, message }));
    }),
  );
  return found.flat();
}

/**
 * Everything that Yosys warns of when it reads a design, elaborates it, turns processes into registers (an inferred
 * latch is an error) and checks the netlist for loops, undriven signals and several drivers.
 */
export async function yosysRead(designs: readonly EmittedDesign[]): Promise<readonly Finding[]> {
  const { path } = await requireTool("yosys");
  for (const { files } of designs) checkSources(files);
  const batches = splitEvenly([...designs.entries()], availableParallelism());
  const found = await mapParallel(batches, availableParallelism(), (batch) =>
    withTemporaryFolder(async (folder) => {
      for (const [index, { files }] of batch) await writeSources(join(folder, String(index)), files);
      const findings: Finding[] = [];
      // Yosys ends at the first error: what is left of the batch goes to another process.
      for (let rest = batch; rest.length > 0;) {
        const script = rest.flatMap(([index, design]) => yosysCommands(index, design)).join("\n");
        await writeFile(join(folder, "batch.ys"), script);
        const outcome = await runTool({ command: path, args: ["-q", "-s", "batch.ys"], cwd: folder });
        const log = outcome.stderr.split(/^@design (?=\d+$)/m).slice(1);
        for (const [i, text] of log.entries()) {
          const [index, { top }] = rest[i] ?? [0, { top: "?" }];
          for (const message of text.split("\n").slice(1)) {
            if (message.trim() !== "") findings.push({ tool: "yosys", design: index, top, message });
          }
        }
        if (outcome.exitCode === 0) break;
        const [index, { top }] = rest[Math.max(0, log.length - 1)] ?? [0, { top: "?" }];
        if (!findings.some(({ design }) => design === index)) {
          const message = `yosys ${ending(outcome)}: ${errorLines(outcome)}`;
          findings.push({ tool: "yosys", design: index, top, message });
        }
        rest = rest.slice(Math.max(1, log.length));
      }
      return findings;
    }),
  );
  return found.flat();
}

function yosysCommands(index: number, { top, files }: EmittedDesign): readonly string[] {
  const names = compiledFiles(files).map(({ name }) => `${String(index)}/${name}`);
  return [
    `log -stderr @design ${String(index)}`,
    "design -reset",
    `read_verilog -sv ${names.join(" ")}`,
    `hierarchy -check -top ${top}`,
    "proc",
    "check -assert",
  ];
}
