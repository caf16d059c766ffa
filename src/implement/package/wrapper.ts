import type { Port } from "../vivado/ports.ts";

/**
 * A top level in Verilog 2001, as Vivado takes no SystemVerilog for the top of a packaged IP (UG1118, "Top-Level HDL
 * Requirements").
 */
export function verilogWrapper(name: string, top: string, ports: readonly Port[]): string {
  const lines = ports.map(({ name: port, direction, width }) => {
    const range = width === undefined ? "" : `[${width - 1}:0] `;
    return `    ${direction.padEnd(6)} wire ${range}${port}`;
  });
  const pins = ports.map(({ name: port }) => `      .${port}(${port})`);
  return `// ${top} for tools that take no SystemVerilog at the top of an IP. Written by Sluice.
module ${name} (
${lines.join(",\n")}
);

  ${top} accelerator (
${pins.join(",\n")}
  );

endmodule
`;
}
