import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SluiceError } from "../../src/error.ts";
import { ending, errorLines, runTool } from "../process.ts";
import { findTool, isExecutable, requireTool, type Tool } from "../tools.ts";

/** What it takes to make a model. */
export interface Toolchain {
  readonly verilator: string;
  /** Folder with Verilator's runtime sources. */
  readonly include: string;
  /** Compiles the models: clang++ where it is there, whose models run up to twice as fast. */
  readonly modelCompiler: Tool;
  /** Compiles Verilator's runtime: g++ where it is there, whose `$readmemh` is twice as fast as clang++'s. */
  readonly runtimeCompiler: Tool;
  /** Verilator and compilers, as they name themselves. */
  readonly versions: readonly string[];
}

/** @throws SluiceError `tool-missing`, `tool-too-old`, `tool-broken`, `verilator-broken`. */
export async function findToolchain(): Promise<Toolchain> {
  const [verilator, clang, gcc] = await Promise.all([
    requireTool("verilator"),
    findTool("clang++"),
    findTool("g++"),
  ]);
  const needed = clang.state === "ok" || gcc.state === "ok" ? undefined : "g++";
  if (needed !== undefined) await requireTool(needed);
  const modelCompiler = await requireTool(clang.state === "ok" ? "clang++" : "g++");
  const runtimeCompiler = await requireTool(gcc.state === "ok" ? "g++" : "clang++");
  return {
    ...(await locateVerilator(verilator)),
    modelCompiler,
    runtimeCompiler,
    versions: [verilator.versionLine, modelCompiler.versionLine, runtimeCompiler.versionLine],
  };
}

/**
 * `verilator` is a Perl script that takes 60 ms to start verilator_bin, which takes 7 ms: much, for a batch of small
 * designs. The binary is used where it lies beside the script and finds its files by itself.
 */
async function locateVerilator(script: Tool): Promise<{ verilator: string; include: string }> {
  const binary = join(dirname(script.path), "verilator_bin");
  const candidates = isExecutable(binary) ? [binary, script.path] : [script.path];
  for (const verilator of candidates) {
    const asked = await runTool({
      command: verilator,
      args: ["--getenv", "VERILATOR_ROOT"],
      cwd: tmpdir(),
    });
    const include = join(asked.stdout.trim(), "include");
    if (existsSync(join(include, "verilated.cpp"))) return { verilator, include };
    if (verilator === script.path) {
      throw new SluiceError(
        "verilator-broken",
        `verilator does not find its runtime files and ${ending(asked)}: ${errorLines(asked)}`,
        { where: script.path, hint: "install Verilator again, or set VERILATOR_ROOT" },
      );
    }
  }
  throw new Error("unreachable: the script was the last candidate");
}
