import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmittedDesign } from "./emit.ts";

/**
 * What Verilator, Yosys and Icarus have to say about emitted designs, each with all warnings on; empty when they take
 * everything without a word.
 */
export function lint(designs: readonly EmittedDesign[]): string {
  const folders = designs.map((design) => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-lint-"));
    for (const { name, text } of design.files) writeFileSync(join(folder, name), text);
    const sources = design.files.map(({ name }) => name).filter((name) => /\.s?v$/.test(name));
    return { folder, sources, top: design.top };
  });
  try {
    return folders
      .flatMap(({ folder, sources, top }) => [
        words("verilator", ["--lint-only", "-Wall", "--top-module", top, ...sources], folder),
        words("yosys", ["-q", "-p", yosysScript(sources, top)], folder),
        words("iverilog", ["-g2012", "-t", "null", "-s", top, ...sources], folder),
      ])
      .join("");
  } finally {
    for (const { folder } of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function yosysScript(sources: readonly string[], top: string): string {
  return `read_verilog -sv ${sources.join(" ")}; hierarchy -check -top ${top}; proc; check -assert`;
}

function words(tool: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr, error, status } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  if (error !== undefined) throw error;
  const lines = `${stdout}${stderr}`
    .split("\n")
    // Icarus 11 reacts to more signals than it must, and says so: the result is the same.
    .filter((line) => line !== "" && !line.includes("sorry: constant selects in always_* processes"));
  const text = lines.map((line) => `${tool}: ${line}\n`).join("");
  return status === 0 || text !== "" ? text : `${tool}: exit status ${String(status)}\n`;
}
