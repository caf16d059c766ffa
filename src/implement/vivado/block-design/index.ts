import { SluiceError } from "../../../error.ts";
import type { Board } from "../../../plan/index.ts";
import { interfacesOf, streamOf } from "../../package/interfaces.ts";
import type { Port } from "../ports.ts";
import type { BlockDesign } from "./design.ts";
import { xdmaDesign } from "./xdma.ts";
import { zynq7Design } from "./zynq7.ts";

export { designScript, designTcl, designTop, repositoryFolder } from "./design.ts";
export type { BlockDesign } from "./design.ts";

/** The packaged accelerator that a block design is around. */
export interface Accelerator {
  /** `vendor:library:name:version` */
  readonly vlnv: string;
  readonly clockMHz: number;
  /** Bits of TDATA at both streams. */
  readonly busWidth: number;
  /** Bytes of addresses that its registers take. */
  readonly registerBytes: number;
}

/** Are these the ports of an accelerator with AXI interfaces? */
export function hasAxi(ports: readonly Port[]): boolean {
  return busWidthOf(ports) !== undefined;
}

function busWidthOf(ports: readonly Port[]): number | undefined {
  const buses = interfacesOf(ports);
  const input = streamOf(buses, "slave");
  if (input?.kind !== "axi-stream" || !buses.some(({ kind }) => kind === "axi-lite")) return undefined;
  return ports.find(({ name }) => name === input.ports["TDATA"])?.width;
}

/**
 * The whole design of a board around a packaged accelerator.
 *
 * @throws SluiceErrors `system-unknown` where the board's description does not say what stands around an accelerator,
 * `bus-width-impossible`.
 */
export function blockDesign(
  ports: readonly Port[],
  { vlnv, clockMHz, board }: { readonly vlnv: string; readonly clockMHz: number; readonly board: Board },
): BlockDesign {
  const addressBits = ports.find(({ name }) => name === "s_axi_awaddr")?.width ?? 0;
  const accelerator: Accelerator = {
    ...{ vlnv, clockMHz, busWidth: busWidthOf(ports) ?? 0 },
    registerBytes: Math.max(4096, 2 ** addressBits),
  };
  const { system } = board;
  switch (system?.kind) {
    case "zynq7":
      return zynq7Design(accelerator, system.preset);
    case "xdma": {
      const refclk = board.clocks.find(({ name }) => name === system.refclk);
      return xdmaDesign(accelerator, (refclk?.MHz ?? 0) * 1e6);
    }
    case undefined:
      throw new SluiceError(
        "system-unknown",
        `the description of the ${board.title} does not say what stands around an accelerator`,
        {
          where: board.folder,
          hint: 'give board.json a "system" (docs/boards.md); --ooc implements the accelerator for itself',
        },
      );
  }
}
