import type { Port } from "../ports.ts";
import { tclWord } from "../tcl.ts";

/** A block design of Vivado's IP integrator, as its Tcl commands build it. Plain data. */
export interface BlockDesign {
  /** What it is made of, for the script's first line. */
  readonly title: string;
  readonly cells: readonly Cell[];
  /** Ports that are pins of the board, and that the board's description knows. */
  readonly ports: readonly DesignPort[];
  /** Interfaces that leave the design at pins which an IP places by itself. */
  readonly interfacePorts: readonly InterfacePort[];
  /** Two ends each: `cell/interface`, or the name of an interface port. */
  readonly links: readonly (readonly [string, string])[];
  /** What is driven first, then what it drives: `cell/pin`, or the name of a port. */
  readonly nets: readonly (readonly [string, ...string[]])[];
  readonly addresses: readonly Address[];
}

export interface Cell {
  readonly name: string;
  /** Without a version it is the newest that the tool has, as these differ between versions of Vivado. */
  readonly vlnv: string;
  /** What is set first, as it changes other parameters. */
  readonly preset?: string;
  readonly config: Readonly<Record<string, string | number>>;
}

export interface DesignPort extends Port {
  readonly type: "clk" | "rst";
  readonly frequencyHz?: number;
}

export interface InterfacePort {
  readonly name: string;
  readonly vlnv: string;
  readonly mode: "Master" | "Slave";
}

export interface Address {
  /** `cell/space` */
  readonly space: string;
  /** `cell/interface/segment` */
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Name of the block design, and of the module around it that is the top. */
export const designName = "system";
export const designTop = `${designName}_wrapper`;

/** Name of the script in a run's folder, and of the IP repository that it needs. */
export const designScript = "block_design.tcl";
export const repositoryFolder = "ip";

/**
 * The Tcl of a block design: cells, connections, addresses, validation, output products, and the top module around it.
 * Commands are those of UG835 and UG994, the parameters those of the IPs' product guides.
 */
export function designTcl(design: BlockDesign): string {
  const { title, cells, ports, interfacePorts, links, nets, addresses } = design;
  const isPort = new Set([...ports, ...interfacePorts].map(({ name }) => name));
  const end = (name: string, kind: "" | "intf_"): string =>
    `[get_bd_${kind}${isPort.has(name) ? "ports" : "pins"} ${tclWord(name)}]`;
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
  return `# ${title}. Written by Sluice; no one has run it on Vivado yet.

create_bd_design -dir bd ${designName}

# Cells
${cells.map(cellTcl).join("\n")}

# Ports
${[
  ...ports.map(
    ({ name, type, direction, frequencyHz }) =>
      `create_bd_port -dir ${direction === "input" ? "I" : "O"} -type ${type}${frequencyHz === undefined ? "" : ` -freq_hz ${frequencyHz}`} ${name}`,
  ),
  ...ports
    .filter(({ type }) => type === "rst")
    .map(({ name }) => `set_property CONFIG.POLARITY ACTIVE_LOW [get_bd_ports ${name}]`),
  ...interfacePorts.map(({ name, vlnv, mode }) => `create_bd_intf_port -mode ${mode} -vlnv ${vlnv} ${name}`),
].join("\n")}

# Interfaces
${links.map(([a, b]) => `connect_bd_intf_net ${end(a, "intf_")} ${end(b, "intf_")}`).join("\n")}

# Clocks, resets, interrupts
${nets
  .map(
    ([from, ...to]) =>
      `connect_bd_net ${end(from, "")} \\\n  ${to.map((name) => end(name, "")).join(" \\\n  ")}`,
  )
  .join("\n")}

# Addresses
${addresses
  .map(
    ({ space, segment, offset, bytes }) =>
      `assign_bd_address -offset ${hex(offset)} -range ${hex(bytes)} -target_address_space [get_bd_addr_spaces ${space}] \\\n  [get_bd_addr_segs ${segment}]`,
  )
  .join("\n")}

validate_bd_design
save_bd_design

# All of it is synthesised together with the top module.
set_property SYNTH_CHECKPOINT_MODE None [get_files ${designName}.bd]
generate_target all [get_files ${designName}.bd]
read_verilog [make_wrapper -top [get_files ${designName}.bd]]
`;
}

function cellTcl({ name, vlnv, preset, config }: Cell): string {
  const entries = Object.entries(config);
  const cell = `[get_bd_cells ${name}]`;
  return [
    `create_bd_cell -type ip -vlnv ${tclWord(vlnv)} ${name}`,
    ...(preset === undefined ? [] : [`set_property CONFIG.preset ${preset} ${cell}`]),
    ...(entries.length === 0
      ? []
      : [
          `set_property -dict [list \\\n${entries
            .map(([key, value]) => `  CONFIG.${key} ${tclWord(String(value))} \\\n`)
            .join("")}] ${cell}`,
        ]),
  ].join("\n");
}
