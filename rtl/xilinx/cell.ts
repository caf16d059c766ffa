import { cellModelMacro } from "../../src/hdl/index.ts";

/** The file with the simulation model of a cell, for `external`; only simulations of implementations see what is in it. */
export function modelFile(cell: string, text: string): Readonly<Record<string, string>> {
  return {
    [`${cell}.sv`]: `// Simulation model of a Xilinx cell, by its data sheet. Synthesis knows the cell itself.
\`ifdef ${cellModelMacro}
${text.trim()}
\`endif
`,
  };
}

/** The same cell for the same parameters: a design of thousands of them has as many modules as there are parameters. */
export function once<Key, Cell>(make: (key: Key) => Cell): (key: Key) => Cell {
  const made = new Map<Key, Cell>();
  return (key) => {
    let cell = made.get(key);
    if (cell === undefined) made.set(key, (cell = make(key)));
    return cell;
  };
}
