import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { runTool } from "../../sim/process.ts";
import { requireTool } from "../../sim/tools.ts";
import { cacheFolder } from "../../sim/verilator/index.ts";
import { SluiceError } from "../error.ts";

const script = fileURLToPath(new URL("../../sim/cocotb/environment.py", import.meta.url));

/**
 * The Python with cocotb and the bridge in it; made in the cache, from PyPI, where it is not there yet.
 *
 * @throws SluiceError `python-environment`, `interrupted`, and those of `requireTool`.
 */
export async function bridgePython(abort?: AbortSignal): Promise<string> {
  const { path } = await requireTool("python3");
  const made = await runTool({ command: path, args: [script, cacheFolder()], cwd: tmpdir(), abort });
  if (made.exitCode === 0) return made.stdout.trim();
  const [, reason = made.stderr] = /^sluice: ((?!making)[^]*)/m.exec(made.stderr) ?? [];
  throw new SluiceError(
    "python-environment",
    `the Python environment of cocotb cannot be made: ${reason.trim()}`,
    {
      where: cacheFolder(),
      hint: "it takes python3 with venv, and PyPI the first time: check the network, or pip's settings",
    },
  );
}
