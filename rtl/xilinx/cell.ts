/**
 * The macro that our simulation models of cells stand under. Synthesis has cells of these names of its own, and the plain
 * simulation has none: with `SYNTHESIS` and this macro defined, a simulator runs the implementations for synthesis.
 */
const modelMacro = "SLUICE_CELL_MODELS";

/** The file with the simulation model of a cell, for `external`. */
export function modelFile(cell: string, text: string): Readonly<Record<string, string>> {
  return {
    [`${cell}.sv`]: `// Simulation model of a Xilinx cell, by its data sheet. Synthesis knows the cell itself.
\`ifdef ${modelMacro}
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
