/** What a hardware author imports. */
export { component, diagnose, DesignError, elaborate, external, formatDiagnostic } from "./component.ts";
export type {
  BitsParameter,
  ComponentDefinition,
  ElaborateOptions,
  ExternalDefinition,
  Hardware,
} from "./component.ts";
export { cellModelMacro } from "../ir/index.ts";
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
export type { ModuleBuilder } from "./module.ts";
export { instance, memory, reg, rom, wire } from "./specs.ts";
export type { ClockSpec, Counter } from "./specs.ts";
export type { PropertyOptions, When } from "./statements.ts";
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
export { valueOf } from "./convert.ts";
export type { Handle, Into } from "./handles.ts";
export { Bits, Bool, Enum, SInt, Signal, UInt, Vec } from "./signals.ts";
export type { AnyValue } from "./signals.ts";
export { Consumer, Producer } from "./stream.ts";
