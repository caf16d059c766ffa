import { widthOf, type Module, type Port } from "../src/ir/index.ts";
import type { Simulator } from "../src/simulate/simulator.ts";

/**
 * Values for a design's inputs, tick by tick, as plain vectors: for comparing simulators that share no interface.
 * Clocks run by themselves; a reset is an input like any other.
 */
export interface Stimulus {
  readonly ticks: number;
  /** By port: one value per tick, limbs as in Simulator. A port that is not given stays 0, a reset inactive. */
  readonly inputs: Readonly<Record<string, Uint32Array>>;
  /** As in SimulatorOptions. */
  readonly periods?: Readonly<Record<string, number>>;
}

/** By output port: one value per tick, taken when the logic has settled, before the clock edges at the tick's end. */
export type Samples = Readonly<Record<string, Uint32Array>>;

export function limbsOf(width: number): number {
  return Math.ceil(width / 32);
}

/** The inputs that a stimulus sets: all but clocks. */
export function drivenPorts(top: Module): readonly Port[] {
  return top.ports.filter((port) => port.direction === "in" && port.role !== "clock");
}

export function sampledPorts(top: Module): readonly Port[] {
  return top.ports.filter((port) => port.direction === "out");
}

/** The port's value in every tick of the stimulus. */
export function inputValues(top: Module, port: Port, stimulus: Stimulus): Uint32Array {
  const given = stimulus.inputs[port.name];
  if (given !== undefined) return given;
  const idleHigh = top.domains.some((domain) => domain.reset === port.name && domain.resetActive === "low");
  const size = limbsOf(widthOf(port.type));
  return new Uint32Array(size * stimulus.ticks).fill(Number(idleHigh));
}

/** Runs a stimulus on a freshly made simulator, whose periods must be the stimulus'. */
export function sampleSimulator(simulator: Simulator, stimulus: Stimulus): Samples {
  const { top } = simulator;
  const inputs = drivenPorts(top).map((port) => ({
    port: port.name,
    size: limbsOf(widthOf(port.type)),
    values: inputValues(top, port, stimulus),
  }));
  const outputs = sampledPorts(top).map((port) => {
    const size = limbsOf(widthOf(port.type));
    return { port: port.name, size, values: new Uint32Array(size * stimulus.ticks) };
  });
  for (let tick = 0; tick < stimulus.ticks; tick++) {
    for (const { port, size, values } of inputs) {
      simulator.poke(port, values.subarray(tick * size, (tick + 1) * size));
    }
    for (const { port, size, values } of outputs) values.set(simulator.peek(port), tick * size);
    simulator.step();
  }
  return Object.fromEntries(outputs.map(({ port, values }) => [port, values]));
}
