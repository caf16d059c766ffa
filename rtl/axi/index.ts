/** AXI interfaces: AXI4-Stream in and out of an accelerator, AXI4-Lite registers. */
export {
  axiAccelerator,
  axiLatency,
  axiReset,
  busWidths,
  registersOf,
  type AxiAcceleratorParams,
  type FrameBeats,
  type WatchedAccelerator,
} from "./axi-accelerator.ts";
export {
  acceleratorId,
  acceleratorRegisters,
  layerRegister,
  registerMapVersion,
  type AcceleratorFacts,
  type FrameBytes,
  type WritableLayer,
} from "./accelerator-registers.ts";
export {
  frameBeats,
  frameConverter,
  frameConverterTiming,
  type FrameConverterParams,
} from "./frame-converter.ts";
export type { Access, Field, Register, RegisterMap, Window } from "./register-map.ts";
export { registerSlave, registerSlaveLatency, type RegisterSlavePorts } from "./register-slave.ts";
export { registerHeader, registersFormat, registersJson, registersMarkdown } from "./register-texts.ts";
