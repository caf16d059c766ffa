import { shellWord } from "../vivado/tcl.ts";
import { completeFile, vivadoCommand } from "../vivado/index.ts";
import { resultFile } from "../synthesis-run.ts";
import type { SweepTool } from "./description.ts";

/** Slurm's default for the most tasks of an array (MaxArraySize is 1001). */
const mostTasks = 1000;

/** Threads that Vivado takes on Linux (UG904); our own accounting takes one for each part that Yosys works on. */
const threads: Readonly<Record<SweepTool, number>> = { vivado: 8, yosys: 1 };

/** What is in a run's folder when, and only when, it is complete. */
const doneFiles: Readonly<Record<SweepTool, string>> = { vivado: completeFile, yosys: resultFile };

/** Does one run; every way to do a sweep elsewhere than in `sluice` comes to this. */
export const runScriptFile = "run.sh";

/** How Sluice is started. */
export const launcherFile = "sluice";

export interface SweepScripts {
  readonly tool: SweepTool;
  readonly runs: readonly string[];
  /** Command and arguments that start Sluice on this machine. */
  readonly launcher: readonly string[];
  readonly timeoutSeconds: number;
}

/**
 * The files by which a sweep is done elsewhere: one command for each run, a job array for Slurm, a Snakefile. There is
 * no text of a user in them but in `sluice`; runs are named by `[\w.-]` only, and paths are relative to the sweep's folder.
 */
export function sweepScripts(scripts: SweepScripts): ReadonlyMap<string, string> {
  const { tool, runs, launcher } = scripts;
  return new Map([
    ["runs.txt", runs.map((run) => `${run}\n`).join("")],
    [runScriptFile, runScript(scripts)],
    ["sweep.sbatch", slurmScript(tool, runs.length)],
    ["Snakefile", snakefile(tool, runs.length)],
    ...(tool === "yosys" ? [[launcherFile, launcherScript(launcher)] as const] : []),
  ]);
}

function runScript({ tool, timeoutSeconds }: SweepScripts): string {
  const way =
    tool === "vivado"
      ? `# Vivado goes on behind the last checkpoint; "${completeFile}" appears at the end.
cd -- "runs/$1"
if [ -e ${completeFile} ]; then exit 0; fi
exec ${vivadoCommand}
`
      : `# Sluice counts with Yosys; "${resultFile}" appears, complete, at the end.
exec "\${SLUICE:-./${launcherFile}}" synth "runs/$1" --workers "\${2:-1}" --timeout ${timeoutSeconds} --json
`;
  return `#!/bin/sh
# One run of this sweep, to its end: sh run.sh NAME${tool === "yosys" ? " [processes]" : ""}. Names are in runs.txt. What is done is not
# done again. Written by Sluice.
set -eu
cd -- "$(dirname -- "$0")"
${way}`;
}

function slurmScript(tool: SweepTool, runs: number): string {
  const tasks = Math.min(runs, mostTasks);
  return `#!/bin/bash
# ${runs} runs as a job array. Written by Sluice.
#
#     sbatch sweep.sbatch        in the folder of the sweep, which all nodes see
#
# Time, memory, partition and account are options of sbatch; so is how many run at a time: --array=1-${tasks}%4.
# Submitted again, only what is not done is done.
#SBATCH --job-name=sluice-sweep
#SBATCH --array=1-${tasks}
#SBATCH --cpus-per-task=${threads[tool]}
#SBATCH --output=/dev/null
#SBATCH --requeue

# Slurm itself would take a % in the folder's path for a pattern.
exec >> "logs/slurm-$SLURM_ARRAY_TASK_ID.log" 2>&1 || exit

# Each task does every ${tasks}th line of runs.txt, from its own number on: an array has ${mostTasks} tasks at the most.
status=0
for name in $(awk -v tasks=${tasks} -v task="$SLURM_ARRAY_TASK_ID" 'NR % tasks == task % tasks' runs.txt); do
  sh ${runScriptFile} "$name" "\${SLURM_CPUS_PER_TASK:-1}" >> "logs/$name.log" 2>&1 || status=$?
done
exit $status
`;
}

function snakefile(tool: SweepTool, runs: number): string {
  const done = `runs/{run}/${doneFiles[tool]}`;
  return `# ${runs} runs as a workflow. Written by Sluice.
#
#     snakemake --cores 8        in the folder of the sweep
#
# After a kill that Snakemake had no time for: snakemake --unlock.

import os

workdir: workflow.basedir

# What is done is kept, whoever did it: Snakemake would delete results of which it has not seen the end.
with open("runs.txt") as names:
    RUNS = [run for run in names.read().split() if not os.path.exists(f"${done}")]

wildcard_constraints:
    run=r"[\\w.-]+",

rule all:
    input:
        expand("${done}", run=RUNS),

rule run:
    input:
        "runs/{run}/run.json",
    output:
        "${done}",
    log:
        "logs/{run}.log",
    threads: ${threads[tool]}
    shell:
        "sh ${runScriptFile} {wildcards.run} {threads} >> {log} 2>&1"
`;
}

function launcherScript(launcher: readonly string[]): string {
  return `#!/bin/sh
# How Sluice was started where this sweep was written. Elsewhere: SLUICE=/path/of/sluice in the environment.
exec ${launcher.map(shellWord).join(" ")} "$@"
`;
}
