/** What Yosys' `json` writes, as far as it is read here. A bit is the number of a net, or a constant. */
export type Bit = number | "0" | "1" | "x" | "z";

export interface Port {
  readonly direction: "input" | "output" | "inout";
  readonly bits: readonly Bit[];
}

export interface Cell {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly port_directions?: Readonly<Record<string, "input" | "output" | "inout">>;
  readonly connections: Readonly<Record<string, readonly Bit[]>>;
}

export interface Memory {
  readonly width: number;
  readonly size: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NetlistModule {
  readonly ports: Readonly<Record<string, Port>>;
  readonly cells: Readonly<Record<string, Cell>>;
  /** Names of nets. Those with `hide_name` are Yosys' own, the others are signals of the RTL. */
  readonly netnames: Readonly<Record<string, { readonly hide_name: 0 | 1; readonly bits: readonly Bit[] }>>;
  readonly memories?: Readonly<Record<string, Memory>>;
}

export interface Netlist {
  readonly modules: Readonly<Record<string, NetlistModule>>;
}

/** The number of a parameter that Yosys writes as a number, or as a text of bits. */
export function parameter(cell: Cell, name: string): number {
  const value = cell.parameters?.[name];
  if (value === undefined) return 0;
  return typeof value === "number" ? value : Number.parseInt(value, 2);
}
