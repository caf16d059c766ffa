import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ending, errorLines, runTool } from "../../sim/process.ts";
import { findTool, requireTool } from "../../sim/tools.ts";
import { SluiceError } from "../error.ts";
import { endOfLog } from "./log.ts";

/** Which Yosys: the one on the PATH, the built-in one, or the former where there is one. */
export type YosysChoice = "auto" | "native" | "builtin";

/** A Yosys, ready to run. */
export interface Yosys {
  readonly kind: "native" | "builtin";
  /** With its version, to print and to tell results apart. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
}

const script = "run.ys";
const log = "yosys.log";

/** @throws SluiceErrors of `requireTool` where the native one is asked for. */
export async function chooseYosys(choice: YosysChoice): Promise<Yosys> {
  const isNative = choice === "native" || (choice === "auto" && (await findTool("yosys")).state === "ok");
  if (isNative) {
    const { path, versionLine } = await requireTool("yosys");
    return {
      kind: "native",
      label: versionLine.split(", ")[0] ?? versionLine,
      command: path,
      args: ["-q", "-L", log, "-s", script],
    };
  }
  const { version } = await import("@yowasp/yosys");
  const runner = fileURLToPath(
    new URL(`./yowasp${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
  );
  return {
    kind: "builtin",
    label: `Yosys ${version} (built in, @yowasp/yosys)`,
    command: process.execPath,
    args: [runner, script, log],
  };
}

export interface YosysRun {
  /** Holds the sources; gets the script, the log and what the script writes. */
  readonly folder: string;
  readonly commands: readonly string[];
  readonly abort?: AbortSignal | undefined;
  /** Told the name of each pass. */
  readonly onPass?: ((pass: string) => void) | undefined;
}

/** How often the log is looked at, for the pass that is under way. */
const lookMs = 500;

/**
 * Runs a script; gives the log.
 *
 * @throws SluiceError `yosys-failed` with what Yosys says, and where in the RTL it says so; `interrupted`.
 */
export async function runScript(
  yosys: Yosys,
  { folder, commands, abort, onPass }: YosysRun,
): Promise<string> {
  await writeFile(join(folder, script), `${commands.join("\n")}\n`);
  const logFile = join(folder, log);
  const timer = setInterval(() => {
    const pass = lastPass(logFile);
    if (pass !== undefined) onPass?.(pass);
  }, lookMs);
  try {
    const { command, args } = yosys;
    const outcome = await runTool({ command, args, cwd: folder, abort });
    const text = existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
    if (outcome.exitCode === 0) return text;
    const [, place, message] = /^(?:(\S+:\d+): )?ERROR: (.*)$/m.exec(text) ?? [];
    const other = yosys.kind === "native" ? "builtin" : "native";
    throw new SluiceError(
      "yosys-failed",
      message === undefined
        ? `${yosys.label} ${ending(outcome)}: ${errorLines(outcome)}`
        : `Yosys: ${message}`,
      // Without a place, the cache says where it has kept the log.
      { where: place, hint: `its whole log is in ${log}; another Yosys may do better: --tool ${other}` },
    );
  } finally {
    clearInterval(timer);
  }
}

function lastPass(file: string): string | undefined {
  return [...endOfLog(file).matchAll(/^[\d.]+ Executing ([A-Z]\w+)/gm)].at(-1)?.[1];
}
