import { expect } from "vitest";
import { elaborate, type Hardware } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import type { UnitTiming } from "../unit-timing.ts";

/** A control model against the handshakes of its hardware, tick by tick, under random stalls. */
export function compareControl(hardware: Hardware, control: UnitTiming, random: Random): void {
  const simulator = createNativeSimulator(elaborate(hardware));
  const bit = (port: string): boolean => simulator.peek(port)[0] === 1;
  const [feed, drain] = [1 + random.below(4), 1 + random.below(4)];
  simulator.reset(2);
  let offered = false;
  for (let tick = 0; tick < 400; tick++) {
    const behind = random.below(4) < drain;
    offered ||= random.below(4) < feed;
    simulator.poke("x_valid", Uint32Array.of(offered ? 1 : 0));
    simulator.poke("y_ready", Uint32Array.of(behind ? 1 : 0));
    const seen = { ready: bit("x_ready"), valid: bit("y_valid") };
    expect(seen, `${hardware.name}, tick ${String(tick)}`).toEqual({
      ready: control.ready(behind),
      valid: control.valid(),
    });
    control.edge(offered && seen.ready, behind);
    if (seen.ready) offered = false;
    simulator.step();
  }
  simulator.close();
}
