import { Command, Option } from "commander";
import {
  describePlace,
  implement,
  isRun,
  strategies,
  strategyNames,
  type Implementation,
  type PlacedPath,
  type Results,
  type StrategyName,
} from "../../implement/vivado/index.ts";
import { jsonOption, positiveNumber, refuseOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

interface Flags {
  readonly board?: string;
  readonly clock?: number;
  readonly strategy: StrategyName;
  readonly ooc: boolean;
  readonly out?: string;
  readonly timeout: number;
}

const strategyHelp = `
Strategies, as sets of directives of Vivado:
${Object.entries(strategies)
  .map(([name, { title }]) => `  ${name.padEnd(11)} ${title}`)
  .join("\n")}

Where there is no Vivado on the PATH, the folder is written, and the command that runs it elsewhere is printed.
No one has run these scripts on Vivado yet: they are tested with a stand-in for its commands (docs/boards.md).`;

export function implementCommand(session: Session): Command {
  const command = new Command("implement")
    .description("place and route an accelerator with Vivado, and compare its reports with the plan")
    .argument("<folder>", "a folder that build wrote, or that of an earlier run")
    .option("--board <name>", "board, or the path of a board's folder (default: what it was built for)")
    .option("--ooc", "out of context: the accelerator for itself, without pins", false)
    .addOption(
      new Option("--strategy <name>", "directives of the steps").choices(strategyNames).default("default"),
    )
    .option("--clock <MHz>", "clock to reach (default: what it was built for)", positiveNumber)
    .option("--out <folder>", "folder of the run (default: build/implement/ and a name by content)")
    .option("--timeout <seconds>", "time limit for Vivado", positiveNumber, 86_400)
    .addHelpText("after", strategyHelp)
    .addOption(jsonOption());
  return command.action(async (folder: string, flags: Flags) => {
    if (isRun(folder)) {
      refuseOptions(command, ["board", "ooc", "strategy", "clock", "out"], {
        why: "is not for the folder of a run",
        hint: `${folder} is a run; leave the option out, or give the folder of the build`,
      });
    }
    session.progress.update(`preparing ${folder}`);
    const { clock: clockMHz, timeout: timeoutSeconds, ...rest } = flags;
    const result = await implement({
      ...{ build: folder, clockMHz, timeoutSeconds, signal: session.signal, ...rest },
      onProgress: (message) => {
        session.progress.update(message);
      },
    });
    session.print(result, () => describe(result));
  });
}

function describe(result: Implementation): string {
  const { folder, run, ran, command, results } = result;
  const what = `${run.top} on ${run.part}${run.ooc ? ", out of context" : ""}, ${count(run.clockMHz)} MHz, strategy ${run.strategy}`;
  if (results === null) {
    return [
      `${what}: ready in ${folder}`,
      "There is no Vivado on the PATH. Where there is one, with a copy of that folder:",
      `  ${command}`,
      `Then, here or there: sluice implement ${folder}`,
    ].join("\n");
  }
  return [
    `${what}: ${ran ? "done" : "was done before"}, Vivado ${results.vivado}, in ${folder}`,
    comparison(result, results),
    timingText(results),
    ...results.timing.failing.slice(0, 5).map(pathText),
    rulesText(results),
  ].join("\n");
}

/** What the planner estimates, what Vivado reports, what a paper has of the same network, and what the board has. */
function comparison({ run, published }: Implementation, results: Results): string {
  const { planned, available } = run;
  const { lut, ff, bram36, dsp } = results.utilization;
  const { fmaxMHz } = results.timing;
  const clockMHz = Math.min(run.clockMHz, fmaxMHz ?? run.clockMHz);
  const fps = (MHz: number): number => Math.round((MHz * 1e6) / run.cyclesPerFrame);
  const latency = (MHz: number): number => Math.round((run.latencyCycles * 1000) / MHz);
  const paper = published === null ? null : { ...published, latencyNs: published.latencyUs * 1000 };
  const row = (
    name: string,
    plan: number | null,
    vivado: number | null,
    key: "lut" | "bram36" | "clockMHz" | "fps" | "latencyNs" | "chipW" | null,
    board: number | null,
  ): readonly (number | string)[] => [
    name,
    plan ?? "",
    vivado ?? "",
    ...(paper === null ? [] : [(key === null ? null : paper[key]) ?? ""]),
    board ?? "",
  ];
  return table(
    [
      row("LUT", Math.round(planned.lut), lut.used, "lut", available.lut),
      row("FF", Math.round(planned.ff), ff.used, null, available.ff),
      row("BRAM36", planned.bram36, bram36.used, "bram36", available.bram36),
      row("DSP", planned.dsp, dsp.used, null, available.dsp),
      row("MHz", run.clockMHz, fmaxMHz, "clockMHz", null),
      row("frames per second", fps(run.clockMHz), fps(clockMHz), "fps", null),
      row("latency in ns", latency(run.clockMHz), latency(clockMHz), "latencyNs", null),
      row("watts, chip", null, results.power.totalW, "chipW", null),
    ],
    ["", "planned", "Vivado", ...(published === null ? [] : [published.design]), "board has"],
  );
}

function timingText({ timing }: Results): string {
  const { met, wns, failingEndpoints, worst } = timing;
  if (wns === null) return "Nothing is constrained: there is no timing.";
  const slack = `worst slack ${wns.toFixed(3)} ns`;
  if (!met)
    return `Timing is not met: ${slack}, ${count(failingEndpoints ?? 0)} endpoints too late. The worst:`;
  return [`Timing is met: ${slack}.`, ...(worst === null ? [] : ["The slowest:", pathText(worst)])].join(
    "\n",
  );
}

function pathText({ from, to, slack, check, delay, logic, route, levels }: PlacedPath): string {
  const parts = `${delay.toFixed(2)} ns (${logic.toFixed(2)} logic in ${levels} levels, ${route.toFixed(2)} nets)`;
  return `  ${slack.toFixed(3)} ns, ${check}: ${describePlace(from)}\n    to ${describePlace(to)}: ${parts}`;
}

function rulesText({ designRules }: Results): string {
  if (designRules.found === 0) return "Design rules: nothing found.";
  const rules = designRules.rules.map(({ rule, severity, count: times }) => `${rule} (${severity}) ${times}`);
  return `Design rules: ${rules.join(", ")}`;
}
