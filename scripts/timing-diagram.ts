import wavedrom from "wavedrom";
import { movingSum } from "../examples/moving-sum.ts";
import { testbench } from "../sim/testbench.ts";
import type { WaveJson } from "../src/simulate/wavejson.ts";

/** A timing diagram as SVG, on white: WaveDrom draws in black. */
export function timingDiagramSvg(diagram: WaveJson): string {
  // Not indented: white space around a label would move it.
  const svg = wavedrom.onml.stringify(wavedrom.renderAny(0, diagram, wavedrom.waveSkin));
  return `${svg.replace("<svg ", '<svg style="background: #fff" ').trimEnd()}\n`;
}

/** The tutorial's moving sum, whose second result is not taken at once. */
export async function movingSumDiagram(): Promise<WaveJson> {
  const tb = await testbench(movingSum({ taps: 3 }));
  tb.watch();
  tb.x.push([1, 2, 3, 4, 5]);
  await tb.y.popMany(2);
  tb.step(2);
  await tb.y.popMany(3);
  const signals = ["x_valid", "x_ready", "x_payload", "y_valid", "y_ready", "y_payload"];
  const diagram = tb.timingDiagram({ signals });
  tb.close();
  return diagram;
}
