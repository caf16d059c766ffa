import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { viewMacros, type View } from "../src/ir/index.ts";
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
  /** What the tool was shown of the design. */
  readonly view: View;
  readonly message: string;
}

/** A design as a tool reads it, and its position in the list of designs. */
interface Subject {
  readonly index: number;
  readonly design: EmittedDesign;
  readonly view: View;
}

/** Every design in its plain view, and those that hold implementations for synthesis as these too. */
function subjectsOf(designs: readonly EmittedDesign[]): readonly Subject[] {
  return designs.flatMap((design, index) => {
    const both = design.files.some(({ text }) => text.includes(ifSynthesis));
    return (both ? views : views.slice(0, 1)).map((view) => ({ index, design, view }));
  });
}

const views: readonly View[] = ["plain", "implementation"];

/** What opens an implementation in the RTL. */
const ifSynthesis = "`ifdef SYNTHESIS\n";

/** Everything that `verilator --lint-only -Wall` warns of; empty when all is clean. */
export async function verilatorLint(designs: readonly EmittedDesign[]): Promise<readonly Finding[]> {
  const { path } = await requireTool("verilator");
  return eachAlone(designs, "verilator", path, (top) => ["--lint-only", "-Wall", "--top-module", top]);
}

/** What keeps Icarus Verilog from reading a design. Its warnings are about its own limits and are left out. */
export async function icarusRead(designs: readonly EmittedDesign[]): Promise<readonly Finding[]> {
  const { path } = await requireTool("iverilog");
  return eachAlone(designs, "iverilog", path, (top) => ["-g2012", "-t", "null", "-s", top]);
}

async function eachAlone(
  designs: readonly EmittedDesign[],
  tool: Finding["tool"],
  command: string,
  flags: (top: string) => readonly string[],
): Promise<readonly Finding[]> {
  const found = await mapParallel(subjectsOf(designs), availableParallelism(), ({ index, design, view }) =>
    withTemporaryFolder(async (cwd) => {
      checkSources(design.files);
      await writeSources(cwd, design.files);
      const args = [
        ...flags(design.top),
        ...viewMacros[view].map((macro) => `-D${macro}`),
        ...compiledFiles(design.files).map(({ name }) => name),
      ];
      const outcome = await runTool({ command, args, cwd });
      if (outcome.exitCode === 0) return [];
      const messages = `${outcome.stderr}\n${outcome.stdout}`
        .split(tool === "verilator" ? /^(?=%(?:Warning|Error))/m : "\n")
        .map((message) => message.trim())
        .filter((message) => message !== "" && !message.startsWith("%Error: Exiting due to"));
      if (messages.length === 0) messages.push(`${command} ${ending(outcome)}`);
      return messages.map((message): Finding => ({ tool, design: index, top: design.top, view, message }));
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
  const batches = splitEvenly(subjectsOf(designs), availableParallelism());
  const all = await mapParallel(batches, availableParallelism(), (batch) =>
    withTemporaryFolder(async (folder) => {
      for (const subject of batch) await writeSources(join(folder, folderOf(subject)), yosysFiles(subject));
      const findings: Finding[] = [];
      // Yosys ends at the first error: what is left of the batch goes to another process.
      for (let rest = batch; rest.length > 0;) {
        const script = rest.flatMap(yosysCommands).join("\n");
        await writeFile(join(folder, "batch.ys"), script);
        const outcome = await runTool({ command: path, args: ["-q", "-s", "batch.ys"], cwd: folder });
        const log = outcome.stderr.split(/^@design .*$/m).slice(1);
        const found = rest.slice(0, Math.max(1, log.length)).map((subject, i) =>
          (log[i] ?? "")
            .split("\n")
            .filter((message) => message.trim() !== "")
            .map((message) => yosysFinding(subject, message)),
        );
        findings.push(...found.flat());
        if (outcome.exitCode === 0) break;
        const [last] = rest.slice(found.length - 1);
        if (last !== undefined && found.at(-1)?.length === 0)
          findings.push(yosysFinding(last, `yosys ${ending(outcome)}: ${errorLines(outcome)}`));
        rest = rest.slice(found.length);
      }
      return findings;
    }),
  );
  return all.flat();
}

function folderOf({ index, view }: Subject): string {
  return `${String(index)}_${view}`;
}

/** Yosys always defines SYNTHESIS: for the plain view, what stands under it is turned away. */
function yosysFiles({ design: { files }, view }: Subject): readonly SourceFile[] {
  if (view === "implementation") return files;
  return files.map(({ name, text }) => ({ name, text: text.replaceAll(ifSynthesis, "`ifdef NEVER\n") }));
}

function yosysFinding({ index, design: { top }, view }: Subject, message: string): Finding {
  return { tool: "yosys", design: index, top, view, message };
}

function yosysCommands(subject: Subject): readonly string[] {
  const { design, view } = subject;
  const names = compiledFiles(design.files).map(({ name }) => `${folderOf(subject)}/${name}`);
  const macros = viewMacros[view].map((macro) => `-D${macro} `).join("");
  return [
    `log -stderr @design ${folderOf(subject)}`,
    "design -reset",
    `read_verilog -sv ${macros}${names.join(" ")}`,
    `hierarchy -check -top ${design.top}`,
    "proc",
    "check -assert",
  ];
}
