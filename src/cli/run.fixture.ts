import { execa, type Options } from "execa";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("./bin.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

/** Starts `sluice` as a process of its own. */
export function startSluice(args: readonly string[], options: Pick<Options, "env" | "cwd"> = {}) {
  return execa(process.execPath, ["--import", tsx, bin, ...args], {
    ...options,
    reject: false,
    stdin: "ignore",
  });
}

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Without what tells of progress: errors only. */
  readonly errors: string;
}

/** Runs `sluice` to its end. */
export async function sluice(
  args: readonly string[],
  options: Pick<Options, "env" | "cwd"> = {},
): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await startSluice(args, options);
  const [, errors = ""] = /^(error:[^]*|interrupted)$/m.exec(stderr) ?? [];
  return { exitCode, stdout: stdout, errors };
}
