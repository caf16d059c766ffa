import type { BlockDesign } from "./design.ts";
import type { Accelerator } from "./index.ts";

/** Where the processors find what the design has; docs/boards.md tells drivers. */
export const zynq7Addresses = { dma: 0x4040_0000, accelerator: 0x43c0_0000 } as const;

const [kilobyte, gigabyte] = [2 ** 10, 2 ** 30];

/**
 * Zynq-7000: a DMA (PG021, without scatter and gather) between the memory of the processing system, over its first
 * high-performance port, and the accelerator's streams; registers of both over the first general-purpose port. All in
 * one clock of the processing system. As in the public designs of the ZC706 that board.json names.
 */
export function zynq7Design(accelerator: Accelerator, preset: string): BlockDesign {
  const { vlnv, clockMHz, busWidth, registerBytes } = accelerator;
  // The memory side is at least as wide as the stream (PG021), and the port has 64 bits.
  const memoryWidth = Math.max(64, busWidth);
  const gp0 = "ps/Data";
  return {
    title: `Zynq-7000: processing system, DMA, ${vlnv}`,
    cells: [
      {
        ...{ name: "ps", vlnv: "xilinx.com:ip:processing_system7", preset },
        config: {
          PCW_FPGA0_PERIPHERAL_FREQMHZ: clockMHz,
          PCW_USE_S_AXI_HP0: 1,
          PCW_USE_FABRIC_INTERRUPT: 1,
          PCW_IRQ_F2P_INTR: 1,
        },
      },
      { name: "reset", vlnv: "xilinx.com:ip:proc_sys_reset", config: {} },
      {
        ...{ name: "dma", vlnv: "xilinx.com:ip:axi_dma" },
        config: {
          c_include_sg: 0,
          c_sg_include_stscntrl_strm: 0,
          // Bytes of a transfer: up to 2^26.
          c_sg_length_width: 26,
          c_m_axi_mm2s_data_width: memoryWidth,
          c_m_axis_mm2s_tdata_width: busWidth,
          c_m_axi_s2mm_data_width: memoryWidth,
          c_s_axis_s2mm_tdata_width: busWidth,
          c_mm2s_burst_size: 16,
          c_s2mm_burst_size: 16,
        },
      },
      { name: "control", vlnv: "xilinx.com:ip:smartconnect", config: { NUM_SI: 1, NUM_MI: 2 } },
      { name: "memory", vlnv: "xilinx.com:ip:smartconnect", config: { NUM_SI: 2, NUM_MI: 1 } },
      { name: "interrupts", vlnv: "xilinx.com:ip:xlconcat", config: { NUM_PORTS: 2 } },
      { name: "accelerator", vlnv, config: {} },
    ],
    ports: [],
    interfacePorts: [
      { name: "DDR", vlnv: "xilinx.com:interface:ddrx_rtl:1.0", mode: "Master" },
      {
        ...{ name: "FIXED_IO", mode: "Master" },
        vlnv: "xilinx.com:display_processing_system7:fixedio_rtl:1.0",
      },
    ],
    links: [
      ["ps/DDR", "DDR"],
      ["ps/FIXED_IO", "FIXED_IO"],
      ["ps/M_AXI_GP0", "control/S00_AXI"],
      ["control/M00_AXI", "dma/S_AXI_LITE"],
      ["control/M01_AXI", "accelerator/s_axi"],
      ["dma/M_AXI_MM2S", "memory/S00_AXI"],
      ["dma/M_AXI_S2MM", "memory/S01_AXI"],
      ["memory/M00_AXI", "ps/S_AXI_HP0"],
      ["dma/M_AXIS_MM2S", "accelerator/s_axis"],
      ["accelerator/m_axis", "dma/S_AXIS_S2MM"],
    ],
    nets: [
      [
        "ps/FCLK_CLK0",
        ...["ps/M_AXI_GP0_ACLK", "ps/S_AXI_HP0_ACLK", "reset/slowest_sync_clk"],
        ...["dma/s_axi_lite_aclk", "dma/m_axi_mm2s_aclk", "dma/m_axi_s2mm_aclk"],
        ...["control/aclk", "memory/aclk", "accelerator/aclk"],
      ],
      ["ps/FCLK_RESET0_N", "reset/ext_reset_in"],
      [
        "reset/peripheral_aresetn",
        ...["dma/axi_resetn", "control/aresetn", "memory/aresetn", "accelerator/aresetn"],
      ],
      ["dma/mm2s_introut", "interrupts/In0"],
      ["dma/s2mm_introut", "interrupts/In1"],
      ["interrupts/dout", "ps/IRQ_F2P"],
    ],
    addresses: [
      { space: gp0, segment: "dma/S_AXI_LITE/Reg", offset: zynq7Addresses.dma, bytes: 64 * kilobyte },
      {
        ...{ space: gp0, segment: "accelerator/s_axi/registers" },
        ...{ offset: zynq7Addresses.accelerator, bytes: registerBytes },
      },
      ...["Data_MM2S", "Data_S2MM"].map((space) => ({
        ...{ space: `dma/${space}`, segment: "ps/S_AXI_HP0/HP0_DDR_LOWOCM", offset: 0, bytes: gigabyte },
      })),
    ],
  };
}
