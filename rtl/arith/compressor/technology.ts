/**
 * What sums are built of in synthesis: `portable` is plain SystemVerilog that any tool maps, `xilinx7` the LUT6_2 and
 * CARRY4 of 7 series, `ultrascale` the LUT6_2 and CARRY8 of UltraScale and UltraScale+, placed by hand.
 */
export type Technology = "portable" | Fabric;

/** Those whose cells are placed. */
export type Fabric = "xilinx7" | "ultrascale";
