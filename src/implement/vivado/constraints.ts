import { SluiceError } from "../../error.ts";
import type { Board } from "../../plan/index.ts";
import { bitsOf, portPattern, type Port } from "./ports.ts";
import { tclComment, tclWord } from "./tcl.ts";

/** The clock of an accelerator, as all of Sluice names it, and as AXI does. */
const clockNames: readonly string[] = ["clk", "aclk"];

/** What the surroundings of a module take of a cycle before its inputs, and behind its outputs. */
const outsideShare = 0.3;

/**
 * Timing of a module for itself: its clock, and what its surroundings leave of a cycle at its ports. The reset is
 * synchronous, and timed as any other input.
 *
 * @throws SluiceError `clock-missing`.
 */
export function outOfContext(ports: readonly Port[], top: string, clockMHz: number): string {
  const clock = ports.find(({ name, direction }) => clockNames.includes(name) && direction === "input")?.name;
  if (clock === undefined) {
    throw new SluiceError("clock-missing", `the top module ${top} has no input ${clockNames.join(" or ")}`);
  }
  const period = 1000 / clockMHz;
  const delay = (period * outsideShare).toFixed(3);
  const lines = (direction: Port["direction"]): readonly string[] => {
    const patterns = ports
      .filter((port) => port.direction === direction && port.name !== clock)
      .map(portPattern);
    if (patterns.length === 0) return [];
    // Names of ports are letters, digits and underscores.
    const those = `[get_ports {${patterns.join(" ")}}]`;
    return [
      `set_${direction}_delay -clock [get_clocks ${clock}] -max ${delay} ${those}`,
      `set_${direction}_delay -clock [get_clocks ${clock}] -min 0.000 ${those}`,
    ];
  };
  const share = `${100 * outsideShare} %`;
  return `${[
    `# Timing of ${top} out of context at ${clockMHz} MHz. Written by Sluice.`,
    `create_clock -name ${clock} -period ${period.toFixed(3)} [get_ports ${clock}]`,
    "",
    `# Registers of other modules stand around it: ${share} of a cycle are theirs before its inputs and behind its outputs.`,
    ...lines("input"),
    ...lines("output"),
  ].join("\n")}\n`;
}

/**
 * Pins and clocks of a top module that is the whole design on a board.
 *
 * @throws SluiceError `pins-unknown` where the board's description does not say on which pin a port is, which is never
 * guessed; `clock-unknown` where it has no clock at these ports.
 */
export function fullDesign(ports: readonly Port[], top: string, board: Board): string {
  const bits = ports.flatMap(bitsOf);
  const unknown = bits.filter((bit) => !Object.hasOwn(board.ports, bit));
  if (unknown.length > 0) {
    const some = unknown.slice(0, 4).join(", ");
    throw new SluiceError(
      "pins-unknown",
      `the pins of ${unknown.length} of the ${bits.length} port bits of ${top} on the ${board.title} are not known: ${some}${unknown.length > 4 ? ", ..." : ""}`,
      {
        where: board.folder,
        hint: "build it with --interface axi for a full design, or give --ooc: the accelerator for itself (docs/boards.md)",
      },
    );
  }
  const clocks = board.clocks.filter((entry) => entry.ports.some((port) => bits.includes(port)));
  if (clocks.length === 0) {
    throw new SluiceError("clock-unknown", `no port of ${top} is a clock of the ${board.title}`, {
      where: board.folder,
      hint: "--ooc implements the accelerator for itself; clocks are in board.json (docs/boards.md)",
    });
  }
  const resets = board.resets.filter(({ port }) => bits.includes(port));
  return `${[
    `# Pins and clocks of ${top} on the ${tclComment(board.title)}. Written by Sluice from board.json.`,
    ...Object.entries(board.sources)
      .filter(([key]) => bits.some((bit) => board.ports[bit]?.source === key))
      .map(([key, source]) => `#   ${key}: ${tclComment(source)}`),
    ...bits.flatMap((bit) => pinLines(bit, board)),
    "",
    ...clocks.map(
      ({ name, MHz, ports: [port = name] }) =>
        `create_clock -name ${name} -period ${(1000 / MHz).toFixed(3)} [get_ports ${tclWord(port)}]`,
    ),
    ...(resets.length === 0 ? [] : ["", "# Resets of a board come at any time."]),
    ...resets.map(({ port }) => `set_false_path -from [get_ports ${tclWord(port)}]`),
  ].join("\n")}\n`;
}

/** The clock that a full design has of its board. */
export function boardClockMHz(ports: readonly Port[], board: Board): number | undefined {
  const names = ports.flatMap(bitsOf);
  return board.clocks.find((entry) => entry.ports.some((port) => names.includes(port)))?.MHz;
}

function pinLines(bit: string, { ports }: Board): readonly string[] {
  const port = ports[bit];
  if (port === undefined) return [];
  const at = `[get_ports ${tclWord(bit)}]`;
  return [
    `set_property PACKAGE_PIN ${port.pin} ${at} ; # ${port.source}`,
    ...(port.standard === undefined ? [] : [`set_property IOSTANDARD ${port.standard} ${at}`]),
  ];
}
