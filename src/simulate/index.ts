export { createNativeSimulator } from "./native.ts";
export type { NativeSimulator } from "./native.ts";
export type {
  Simulator,
  SimulatorOptions,
  Stall,
  StreamResult,
  StreamRun,
  StreamTiming,
} from "./simulator.ts";
export { withStreamRules } from "./stream-rules.ts";
export { decode, encode, format } from "./values.ts";
export type { PlainValue } from "./values.ts";
export type { WaveformRequest } from "./waveform.ts";
