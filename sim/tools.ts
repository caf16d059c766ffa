import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";
import { SluiceError } from "../src/error.ts";
import { runTool } from "./process.ts";

interface Requirement {
  readonly minimum: string;
  readonly purpose: string;
  readonly versionArgs: readonly string[];
  /** Package in Debian, Ubuntu and Homebrew. */
  readonly packages: { readonly debian: string; readonly homebrew: string };
}

const gnuArgs = ["--version"];

/** The external programs that Sluice runs, in the order in which `sluice doctor` lists them. */
const requirements = {
  verilator: {
    minimum: "5.006",
    purpose: "fast simulation and lint of emitted SystemVerilog",
    versionArgs: gnuArgs,
    packages: { debian: "verilator", homebrew: "verilator" },
  },
  "g++": {
    minimum: "10",
    purpose: "compiles Verilator models and its runtime",
    versionArgs: gnuArgs,
    packages: { debian: "g++", homebrew: "gcc" },
  },
  "clang++": {
    minimum: "11",
    purpose: "compiles Verilator models that run up to twice as fast as g++'s",
    versionArgs: gnuArgs,
    packages: { debian: "clang", homebrew: "llvm" },
  },
  make: {
    minimum: "4.0",
    purpose: "cocotb test benches",
    versionArgs: gnuArgs,
    packages: { debian: "make", homebrew: "make" },
  },
  iverilog: {
    minimum: "11.0",
    purpose: "second opinion on emitted SystemVerilog",
    versionArgs: ["-V"],
    packages: { debian: "iverilog", homebrew: "icarus-verilog" },
  },
  vvp: {
    minimum: "11.0",
    purpose: "runs what iverilog compiles",
    versionArgs: ["-V"],
    packages: { debian: "iverilog", homebrew: "icarus-verilog" },
  },
  yosys: {
    minimum: "0.23",
    purpose: "checks that emitted SystemVerilog can be synthesised",
    versionArgs: ["-V"],
    packages: { debian: "yosys", homebrew: "yosys" },
  },
  python3: {
    minimum: "3.9",
    purpose: "training and cocotb test benches",
    versionArgs: gnuArgs,
    packages: { debian: "python3", homebrew: "python" },
  },
} satisfies Record<string, Requirement>;

export type ToolName = keyof typeof requirements;

export const toolNames = Object.keys(requirements) as readonly ToolName[];

export interface ToolStatus {
  readonly name: ToolName;
  /** `broken`: it is there but does not tell its version. */
  readonly state: "ok" | "missing" | "too-old" | "broken";
  readonly path: string | undefined;
  /** As the tool prints it, e.g. `5.006`. */
  readonly version: string | undefined;
  /** The tool's whole version line: distinguishes builds of the same version. */
  readonly versionLine: string | undefined;
  readonly minimum: string;
  readonly purpose: string;
  /** How to install it. */
  readonly install: string;
}

/** A tool that is there and new enough. */
export interface Tool {
  readonly path: string;
  readonly version: string;
  readonly versionLine: string;
}

/** Looks for a tool on the PATH and asks it for its version. */
export async function findTool(name: ToolName): Promise<ToolStatus> {
  const { minimum, purpose, versionArgs, packages } = requirements[name];
  const install = `Debian, Ubuntu: apt-get install ${packages.debian}; macOS: brew install ${packages.homebrew}`;
  const found = { name, minimum, purpose, install };
  const path = findOnPath(name);
  if (path === undefined) {
    return { ...found, state: "missing", path, version: undefined, versionLine: undefined };
  }
  const versionLine = await versionLineOf(path, versionArgs);
  const version = /\d+(?:\.\d+)+/.exec(versionLine)?.[0];
  const state = version === undefined ? "broken" : olderThan(version, minimum) ? "too-old" : "ok";
  return { ...found, state, path, version, versionLine };
}

/**
 * The tool, ready to run.
 *
 * @throws SluiceError `tool-missing`, `tool-too-old`, `tool-broken`, each saying what to install.
 */
export async function requireTool(name: ToolName): Promise<Tool> {
  const { state, path, version, versionLine, minimum, purpose, install } = await findTool(name);
  if (path === undefined) {
    throw new SluiceError("tool-missing", `${name} is not on the PATH (needed: ${purpose})`, {
      hint: install,
    });
  }
  if (version === undefined || versionLine === undefined) {
    throw new SluiceError("tool-broken", `${name} does not tell its version`, { where: path, hint: install });
  }
  if (state === "too-old") {
    throw new SluiceError("tool-too-old", `${name} ${version} is too old: ${minimum} or newer is needed`, {
      where: path,
      hint: install,
    });
  }
  return { path, version, versionLine };
}

/** Path of an executable file called `command` in the first folder of PATH that has one. */
export function findOnPath(command: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Compares versions part by part: 5.006 is 5.6, and older than 5.30. */
export function olderThan(version: string, minimum: string): boolean {
  const parts = (text: string): number[] => text.split(".").map(Number);
  const have = parts(version);
  const want = parts(minimum);
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const versionLines = new Map<string, Promise<string>>();

/** Asked once per process and file. */
async function versionLineOf(path: string, args: readonly string[]): Promise<string> {
  const { mtimeMs, size } = statSync(path);
  const key = `${path} ${String(mtimeMs)} ${String(size)}`;
  const known = versionLines.get(key);
  if (known !== undefined) return known;
  const asked = runTool({ command: path, args, cwd: tmpdir() }).then(
    ({ stdout, stderr }) => (stdout.trim() === "" ? stderr : stdout).trim().split("\n")[0] ?? "",
    () => "",
  );
  versionLines.set(key, asked);
  return asked;
}
