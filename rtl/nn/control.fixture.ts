import type { Trial } from "../../sim/cases.ts";
import { elaborate, type Hardware } from "../../src/hdl/index.ts";
import type { Design } from "../../src/ir/index.ts";
import { Random } from "../../src/random.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import type { UnitTiming } from "../unit-timing.ts";

/** Hardware, and the model of its control. */
export interface Controlled {
  readonly hardware: Hardware;
  readonly timing: UnitTiming;
}

/** Hardware of random parameters against the models of its control. `pick` has to give the same for the same random numbers. */
export const controlTrials =
  (seed: number, count: number, pick: (random: Random) => Controlled) => (): readonly Trial[] =>
    Array.from({ length: count }, (_, i) => {
      const at = 1000 * seed + i;
      return {
        design: elaborate(pick(new Random(at)).hardware),
        check: (design) => {
          const random = new Random(at);
          runControl(design, pick(random).timing, random);
        },
      };
    });

/** A control model against the handshakes of its hardware, tick by tick, under random stalls. */
export function compareControl(hardware: Hardware, control: UnitTiming, random: Random): void {
  runControl(elaborate(hardware), control, random);
}

/** @throws Error in the first tick in which the handshakes are not the model's. */
function runControl(design: Design, control: UnitTiming, random: Random): void {
  const simulator = createNativeSimulator(design);
  const bit = (port: string): boolean => simulator.peek(port)[0] === 1;
  const [feed, drain] = [1 + random.below(4), 1 + random.below(4)];
  simulator.reset(2);
  let offered = false;
  for (let tick = 0; tick < 400; tick++) {
    const behind = random.below(4) < drain;
    offered ||= random.below(4) < feed;
    simulator.poke("x_valid", Uint32Array.of(offered ? 1 : 0));
    simulator.poke("y_ready", Uint32Array.of(behind ? 1 : 0));
    const [ready, valid] = [bit("x_ready"), bit("y_valid")];
    const [modelReady, modelValid] = [control.ready(behind), control.valid()];
    if (ready !== modelReady || valid !== modelValid)
      throw new Error(
        `${design.top}, tick ${String(tick)}: ready ${String(ready)}, in the model ${String(modelReady)}; valid ${String(valid)}, in the model ${String(modelValid)}`,
      );
    control.edge(offered && ready, behind);
    if (ready) offered = false;
    simulator.step();
  }
  simulator.close();
}
