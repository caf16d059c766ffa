export type { AccumulatorBit, Net, Netlist, Term } from "./netlist.ts";
export { namesOfCells, place } from "./place.ts";
export { searchSum, usablePart, type Aims, type BuiltSum } from "./search.ts";
export type { Fabric, Technology } from "./technology.ts";
