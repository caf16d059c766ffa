import { SluiceError } from "../../../error.ts";
import type { BlockDesign } from "./design.ts";
import type { Accelerator } from "./index.ts";

/** Clock and width of XDMA's user side for PCI Express 3.0 x8 on UltraScale (PG195). */
const [userMHz, userBits] = [250, 256];

/**
 * PCI Express 3.0 x8: XDMA (PG195) with one channel in each direction as streams, and its AXI4-Lite master for the
 * accelerator's registers at address 0 of its BAR. The accelerator has a clock of its own, made from the user clock. The
 * link's parameters are those of the public shell of the board that board.json names.
 *
 * @throws SluiceError `bus-width-impossible`.
 */
export function xdmaDesign(accelerator: Accelerator, refclkHz: number): BlockDesign {
  const { vlnv, clockMHz, busWidth, registerBytes } = accelerator;
  if (busWidth !== userBits) {
    throw new SluiceError(
      "bus-width-impossible",
      `the streams of XDMA are ${userBits} bits wide here, those of the accelerator ${busWidth}`,
      { where: "--bus-width", hint: `build it with --interface axi --bus-width ${userBits}` },
    );
  }
  const converter = "xilinx.com:ip:axis_clock_converter";
  return {
    title: `PCI Express: XDMA, ${vlnv}`,
    cells: [
      { name: "refclk", vlnv: "xilinx.com:ip:util_ds_buf", config: { C_BUF_TYPE: "IBUFDSGTE" } },
      {
        ...{ name: "xdma", vlnv: "xilinx.com:ip:xdma" },
        config: {
          mode_selection: "Advanced",
          pl_link_cap_max_link_width: "X8",
          pl_link_cap_max_link_speed: "8.0_GT/s",
          axi_data_width: `${userBits}_bit`,
          axisten_freq: userMHz,
          xdma_axi_intf_mm: "AXI_Stream",
          xdma_rnum_chnl: 1,
          xdma_wnum_chnl: 1,
          axilite_master_en: "true",
          cfg_mgmt_if: "false",
        },
      },
      { name: "no_interrupt", vlnv: "xilinx.com:ip:xlconstant", config: { CONST_WIDTH: 1, CONST_VAL: 0 } },
      {
        ...{ name: "clock", vlnv: "xilinx.com:ip:clk_wiz" },
        config: {
          PRIM_SOURCE: "No_buffer",
          PRIM_IN_FREQ: userMHz,
          CLKOUT1_REQUESTED_OUT_FREQ: clockMHz,
          USE_RESET: "false",
        },
      },
      { name: "reset", vlnv: "xilinx.com:ip:proc_sys_reset", config: {} },
      { name: "frames", vlnv: converter, config: {} },
      { name: "results", vlnv: converter, config: {} },
      { name: "control", vlnv: "xilinx.com:ip:smartconnect", config: { NUM_SI: 1, NUM_MI: 1, NUM_CLKS: 2 } },
      { name: "accelerator", vlnv, config: {} },
    ],
    ports: [
      ...["pcie_refclk_p", "pcie_refclk_n"].map((name) => ({
        ...({ name, direction: "input", width: undefined, type: "clk", frequencyHz: refclkHz } as const),
      })),
      { name: "perst_n", direction: "input", width: undefined, type: "rst" },
    ],
    interfacePorts: [{ name: "pcie_mgt", vlnv: "xilinx.com:interface:pcie_7x_mgt_rtl:1.0", mode: "Master" }],
    links: [
      ["xdma/pcie_mgt", "pcie_mgt"],
      ["xdma/M_AXIS_H2C_0", "frames/S_AXIS"],
      ["frames/M_AXIS", "accelerator/s_axis"],
      ["accelerator/m_axis", "results/S_AXIS"],
      ["results/M_AXIS", "xdma/S_AXIS_C2H_0"],
      ["xdma/M_AXI_LITE", "control/S00_AXI"],
      ["control/M00_AXI", "accelerator/s_axi"],
    ],
    nets: [
      ["pcie_refclk_p", "refclk/IBUF_DS_P"],
      ["pcie_refclk_n", "refclk/IBUF_DS_N"],
      ["refclk/IBUF_DS_ODIV2", "xdma/sys_clk"],
      ["refclk/IBUF_OUT", "xdma/sys_clk_gt"],
      ["perst_n", "xdma/sys_rst_n"],
      ["no_interrupt/dout", "xdma/usr_irq_req"],
      ["xdma/axi_aclk", "clock/clk_in1", "frames/s_axis_aclk", "results/m_axis_aclk", "control/aclk"],
      [
        "xdma/axi_aresetn",
        ...["reset/ext_reset_in", "frames/s_axis_aresetn", "results/m_axis_aresetn", "control/aresetn"],
      ],
      ["clock/locked", "reset/dcm_locked"],
      [
        "clock/clk_out1",
        ...["reset/slowest_sync_clk", "frames/m_axis_aclk", "results/s_axis_aclk", "control/aclk1"],
        "accelerator/aclk",
      ],
      [
        "reset/peripheral_aresetn",
        ...["frames/m_axis_aresetn", "results/s_axis_aresetn", "accelerator/aresetn"],
      ],
    ],
    addresses: [
      { space: "xdma/M_AXI_LITE", segment: "accelerator/s_axi/registers", offset: 0, bytes: registerBytes },
    ],
  };
}
