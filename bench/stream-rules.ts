/**
 * What checking the rules of all streams costs a simulation of SFC at 128 cycles per frame:
 *
 *     npx tsx bench/stream-rules.ts
 *
 * Ticks per CPU second with and without, run in turns; medians. Off is without the files, as they were never there.
 */
import { simulatorsOf } from "../sim/simulators.ts";
import { loadImages, planHardware, resolveModel } from "../src/flow/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { encode } from "../src/network/index.ts";
import { encodeFrames } from "../src/plan/index.ts";
import type { Simulator } from "../src/simulate/simulator.ts";
import { median, now, report, row, since, type Row } from "./measure.ts";

const rounds = 5;

const network = resolveModel("sfc");
const { planned } = planHardware(network, { board: "zc706", fps: 1e6 });
const design = elaborate(planned.hardware, { implementations: false });

async function measure(kind: Simulator["kind"], frames: number): Promise<Row> {
  const { pixels } = loadImages(network, { frames });
  const beats = encodeFrames(encode(pixels, network.input), planned.input);
  const [off] = await simulatorsOf([design], kind);
  const [on] = await simulatorsOf([design], kind, { streamRules: true });
  if (on === undefined || off === undefined) throw new Error("no simulators");
  const rates = { on: [] as number[], off: [] as number[] };
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, begin] of [
      ["off", off],
      ["on", on],
    ] as const) {
      const simulator = begin();
      simulator.reset();
      const start = now();
      const { ticks } = simulator.run({
        inputs: { x: { beats } },
        outputs: { y: { count: frames * planned.output.beats } },
      });
      const rate = ticks / since(start).cpu;
      if (round > 0) rates[name].push(rate);
      simulator.close();
    }
  }
  return row({
    bench: "stream-rules",
    what: `SFC, all streams checked, ${kind}`,
    unit: "ticks per CPU s",
    better: "higher",
    sluice: median(rates.on),
    rival: { name: "not checked", value: median(rates.off) },
  });
}

report([await measure("verilator", 1000), await measure("native", 40)]);
