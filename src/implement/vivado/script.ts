import { designScript, repositoryFolder } from "./block-design/index.ts";
import type { Strategy } from "./strategies.ts";
import { tclComment, tclWord } from "./tcl.ts";

export interface Script {
  readonly top: string;
  readonly part: string;
  readonly strategy: Strategy;
  readonly ooc: boolean;
  /** Files in the run's folder; `null` where a block design brings its own. */
  readonly files: { readonly sources: readonly string[]; readonly memories: readonly string[] } | null;
  readonly constraints: readonly string[];
}

/** Name of the script in a run's folder. */
export const scriptFile = "run.tcl";

/** What the script leaves at its very end. */
export const completeFile = "reports/complete";

/** The reports of a run that is complete. */
export const reportFiles = {
  utilization: "reports/utilization.rpt",
  timing: "reports/timing_summary.rpt",
  power: "reports/power.rpt",
  drc: "reports/drc.rpt",
} as const;

/** What the script says when it begins a step: `SLUICE: place`. */
export const stepMark = /^SLUICE: (.*)$/gm;

/**
 * The non-project Tcl of one run: read, synthesise, optimise, place, optimise, route, report, and the bitstream of a
 * full design. Each step ends with a checkpoint, which appears under its name when it is complete; a script that starts
 * over goes on behind the last.
 *
 * All options are in UG835's pages from 2020.2 to 2024.1. Three messages become errors: Vivado would go on with a memory
 * without contents, or with a constraint that holds for nothing.
 */
export function runScript({ top, part, strategy, ooc, files, constraints }: Script): string {
  const directive = (name: string | null | undefined): string =>
    name === undefined || name === null ? "" : ` -directive ${name}`;
  const steps: Readonly<Record<string, readonly string[]>> = {
    synth: [
      `create_project -in_memory -part ${tclWord(part)}`,
      "# Could not open a $readmem file; no ports matched; a property of nothing.",
      "foreach id {{Synth 8-4445} {Vivado 12-584} {Common 17-55}} {",
      "  set_msg_config -id $id -new_severity ERROR",
      "}",
      ...(files === null
        ? [
            "# What a run left that was stopped here.",
            "file delete -force bd",
            `set_property ip_repo_paths ${repositoryFolder} [current_project]`,
            "update_ip_catalog",
            `source ${designScript}`,
          ]
        : [
            ...files.sources.map((file) => `read_verilog -sv ${tclWord(file)}`),
            ...files.memories.map((file) => `read_mem ${tclWord(file)}`),
          ]),
      ...constraints.map((file) => `read_xdc ${ooc ? "-mode out_of_context " : ""}${tclWord(file)}`),
      "# Simulation models and cells tell themselves apart by SYNTHESIS.",
      `synth_design -top ${tclWord(top)} -part ${tclWord(part)}${ooc ? " -mode out_of_context" : ""} \\`,
      `  -flatten_hierarchy rebuilt -verilog_define SYNTHESIS=1${directive(strategy.synth)}`,
      "report_utilization -file reports/utilization_synth.rpt",
    ],
    opt: [`opt_design${directive(strategy.opt)}`],
    place: [`place_design${directive(strategy.place)}`],
    ...(strategy.physOpt === null ? {} : { phys_opt: [`phys_opt_design${directive(strategy.physOpt)}`] }),
    route: [`route_design${directive(strategy.route)}`],
  };
  return `# ${tclComment(top)} on ${tclComment(part)}${ooc ? ", out of context" : ""}: Vivado in non-project mode. Written by Sluice.
#
#     vivado -mode batch -source ${scriptFile}
#
# A run that was stopped goes on behind its last checkpoint.

cd [file dirname [file normalize [info script]]]
file mkdir checkpoints reports

set steps {${Object.keys(steps).join(" ")}}

${Object.entries(steps)
  .map(([name, lines]) => `proc step_${name} {} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`)
  .join("\n")}
set done -1
for {set i 0} {$i < [llength $steps]} {incr i} {
  if {[file exists checkpoints/[lindex $steps $i].dcp]} {
    set done $i
  }
}
if {$done >= 0} {
  puts "SLUICE: opening the checkpoint of [lindex $steps $done]"
  open_checkpoint checkpoints/[lindex $steps $done].dcp
}
foreach step [lrange $steps [expr {$done + 1}] end] {
  puts "SLUICE: $step"
  step_$step
  # Under another name until it is complete.
  write_checkpoint -force checkpoints/unfinished.dcp
  file rename -force checkpoints/unfinished.dcp checkpoints/$step.dcp
}

puts "SLUICE: reports"
report_utilization -file ${reportFiles.utilization}
report_utilization -hierarchical -hierarchical_depth 3 -file reports/utilization_hierarchical.rpt
report_timing_summary -delay_type min_max -max_paths 10 -file ${reportFiles.timing}
report_power -file ${reportFiles.power}
report_drc -file ${reportFiles.drc}
${
  ooc
    ? ""
    : `
puts "SLUICE: bitstream"
write_bitstream -force ${tclWord(`${top}.bit`)}
`
}
close [open ${completeFile} w]
puts "SLUICE: complete"
`;
}
