import { test } from "vitest";
import { compareControl } from "../../rtl/nn/control.fixture.ts";
import { fifo, skidBuffer, widthConverter, widthConverterBuffer } from "../../rtl/stream/index.ts";
import { bits } from "../hdl/index.ts";
import { Random } from "../random.ts";
import { fifoTiming, skidTiming, widthConverterTiming } from "./unit-timings.ts";

test("the control models of buffers and converters are the handshakes of the hardware, tick by tick, under any stalls", () => {
  const random = new Random(5);
  for (let i = 0; i < 12; i++) {
    compareControl(skidBuffer({ kind: bits(1) }), skidTiming(), random);
    const depth = 2 + random.below(8);
    for (const style of ["shift", "distributed", "block"] as const)
      compareControl(
        fifo({ kind: bits(1), depth, style }),
        fifoTiming(depth, style === "block" ? 2 : 1),
        random,
      );
    const [from, to] = [1 + random.below(12), 1 + random.below(12)];
    const { chunk, limit } = widthConverterBuffer({ from, to });
    const inChunks = { from: from / chunk, to: to / chunk, limit };
    if (from !== to) compareControl(widthConverter({ from, to }), widthConverterTiming(inChunks), random);
  }
});
