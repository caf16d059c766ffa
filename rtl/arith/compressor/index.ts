export { compress, leastLuts } from "./compress.ts";
export {
  buildInTime,
  Inputs,
  isInverted,
  Netlist,
  type AccumulatorBit,
  type Built,
  type Net,
  type Term,
} from "./netlist.ts";
export { flipFlopsOf, lastStage, namesOfCells, place } from "./place.ts";
export { searchSum, usablePart, usualChain, type Aims, type BuiltSum } from "./search.ts";
export type { Fabric, Technology } from "./technology.ts";
