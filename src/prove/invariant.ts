import { bootedWire } from "./netlist.ts";

/** What smtbmc is given to assert besides the properties, from ABC's dump of an invariant. */
export interface Invariant {
  readonly constraint: string;
  readonly clauses: number;
}

/**
 * The invariant that ABC's `pdr -d -e` dumps, in terms of the SMT model. `pla`: a row per state that is never reached, a
 * column per register. `map`: names of registers by column, from `write_aiger -vmap`; the last column, which has none, is
 * high after the first cycle. `smt`: the SMT model, for the widths of wires.
 */
export function readInvariant(pla: string, map: string, smt: string): Invariant {
  const registers = registersOf(map, widthsOf(smt));
  const clauses = pla
    .split("\n")
    .filter((line) => /^[01-]+ 1$/.test(line))
    .flatMap((line) => clauseOf(line.split(" ")[0] ?? "", registers));
  return {
    clauses: clauses.length,
    // Of one line: smtbmc reads no longer ones.
    constraint: `always\nassert (=> [${bootedWire}] (and true ${clauses.join(" ")}))\n`,
  };
}

/** None where the state is only that of the first cycle. */
function clauseOf(row: string, registers: ReadonlyMap<number, string>): readonly string[] {
  const literals: string[] = [];
  for (const [column, value] of Array.from(row).entries()) {
    if (value === "-") continue;
    const register = registers.get(column);
    if (register === undefined) {
      if (value === "0") return [];
      continue;
    }
    literals.push(value === "1" ? register : `(not ${register})`);
  }
  return [`(not (and true ${literals.join(" ")}))`];
}

/** A register's bit as smtbmc has it, by column. */
function registersOf(map: string, widths: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  const registers = new Map<number, string>();
  for (const [, kind = "", column = "", bit = "", name = ""] of map.matchAll(/^(\w+) (\d+) (\d+) (\S+)$/gm)) {
    const width = widths.get(name);
    if (!kind.endsWith("latch") || width === undefined) continue;
    const at = `((_ extract ${bit} ${bit}) [${name}])`;
    const wire = width === 1 ? `[${name}]` : `(= ${at} #b1)`;
    registers.set(Number(column), kind === "invlatch" ? `(not ${wire})` : wire);
  }
  return registers;
}

/** Wires that the SMT model has by name, and their bits. */
function widthsOf(smt: string): ReadonlyMap<string, number> {
  const found = smt.matchAll(/^; yosys-smt2-(?:wire|register|input|output) (\S+) (\d+)/gm);
  return new Map([...found].map(([, name = "", width = ""]) => [name, Number(width)]));
}
