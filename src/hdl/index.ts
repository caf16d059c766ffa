/** What a hardware author imports. */
export { component, diagnose, DesignError, elaborate, external, formatDiagnostic } from "./component.ts";
export type { ComponentDefinition, ElaborateOptions, ExternalDefinition, Hardware } from "./component.ts";
export { cat, crossing, mux, pack, sum, tree, vecOf } from "./functions.ts";
export {
  bits,
  bitsFor,
  bitWidth,
  bool,
  enumeration,
  kindName,
  leavesOf,
  sint,
  struct,
  uint,
  vec,
} from "./kinds.ts";
export type {
  BitsKind,
  BoolKind,
  EnumKind,
  Kind,
  SIntKind,
  StructFields,
  StructKind,
  UIntKind,
  VecKind,
} from "./kinds.ts";
export type { Memory } from "./memory.ts";
export { instance, memory, reg, rom, wire } from "./module.ts";
export type { ClockSpec, Counter, ModuleBuilder, When } from "./module.ts";
export { input, isPortSpec, output, sink, source } from "./ports.ts";
export type {
  InputPort,
  Inside,
  OutputPort,
  Outside,
  PortRecord,
  PortSpec,
  SinkPort,
  SourcePort,
} from "./ports.ts";
export { Bits, Bool, Enum, SInt, Signal, UInt, valueOf, Vec } from "./signals.ts";
export type { AnyValue, Handle, Into } from "./signals.ts";
export { Consumer, Producer } from "./stream.ts";
