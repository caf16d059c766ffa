import { expect, test } from "vitest";
import { describePlace, placeOf } from "./place.ts";

const stages = [
  { name: "conv2_window", unit: "sliding-window" },
  { name: "conv2", unit: "mvtu" },
  { name: "conv2_buffer", unit: "fifo" },
  { name: "label_select", unit: "label-select" },
];

test.each([
  ["conv2/elements/element_3/sum_reg[2]/C", "conv2 (mvtu), elements/element_3/sum_reg[2]/C", "conv2"],
  [
    "conv2_window/rows_reg_0_15_0_5/RAMA/CLK",
    "conv2_window (sliding-window), rows_reg_0_15_0_5/RAMA/CLK",
    "conv2",
  ],
  // What `-flatten_hierarchy rebuilt` leaves at the top.
  ["conv2_buffer_i_3/O", "conv2_buffer (fifo), conv2_buffer_i_3/O", "conv2"],
  ["label_select/best_reg[0]/D", "label_select (label-select), best_reg[0]/D", null],
  // In a block design, and with AXI around the accelerator.
  ["system_i/accelerator/inst/accelerator/core/conv2/fold_reg[0]/D", "conv2 (mvtu), fold_reg[0]/D", "conv2"],
  ["x_payload[7]", "port x_payload[7]", null],
  ["conv2", "conv2 (mvtu), ", "conv2"],
  ["clk_IBUF_BUFG_inst/O", "clk_IBUF_BUFG_inst/O (outside of the stages)", null],
])("%s", (pin, text, layer) => {
  const place = placeOf(pin, stages);
  expect(describePlace(place)).toBe(text);
  expect(place.layer).toBe(layer);
});
