import { noBits, subtractBits, containsRange, type BitSet } from "./bits.ts";
import type { Facts, Finding } from "./facts.ts";
import { partName, type Signal } from "./signals.ts";
import type { Unrolled } from "./unroll.ts";
import type { AssignStmt, SourceLocation } from "../ir/index.ts";

/** Bits of wires, outputs, inputs of instances and registers that nothing drives; memories without contents. */
export function checkUndriven(facts: Facts): readonly Finding[] {
  return [...signals(facts), ...memories(facts)];
}

function signals({ signals: table, cover, read }: Facts): readonly Finding[] {
  return table.all.flatMap((signal) => {
    const { role, width } = signal;
    if (role === "input" || role === "instance-output") return [];
    const driven = cover.maybe.get(signal) ?? noBits;
    if (driven.length === 2 && driven[0] === 0 && driven[1] === width) return [];
    // Neither driven nor read is one mistake, and `unread` tells it.
    if (driven.length === 0 && !read.signals.has(signal) && (role === "wire" || role === "reg")) return [];
    return missingParts(signal, subtractBits([0, width], driven)).map((path) => finding(signal, path));
  });
}

function finding(signal: Signal, path: string): Finding {
  const { role, reset, loc } = signal;
  if (role === "reg" && reset)
    return {
      code: "constant-register",
      path,
      message: `register ${path} has no .next: it keeps its reset value for ever`,
      hint: "drive it with .next, or use a constant",
      loc,
    };
  const hints = {
    wire: "drive it with .set, or remove it",
    output: "drive it with .set",
    "instance-input": "every input of an instance needs a value: a constant will do",
    reg: "drive it with .next, or remove it",
    input: "",
    "instance-output": "",
  };
  return { code: "undriven", path, message: `nothing drives ${path}`, hint: hints[role], loc };
}

/** Names of the parts of a signal, at most four. */
export function missingParts(signal: Signal, bits: BitSet): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < Math.min(bits.length, 8); i += 2)
    names.push(partName(signal, bits[i] ?? 0, bits[i + 1] ?? signal.width));
  return names;
}

function memories({ module, body, read }: Facts): readonly Finding[] {
  const written = new Set(
    body.effects.flatMap(({ stmt }) => (stmt.kind === "memwrite" ? [stmt.memory] : [])),
  );
  return module.memories.flatMap(({ name, init, loc }): Finding[] => {
    if (init !== undefined || written.has(name) || !read.memories.has(name)) return [];
    return [
      {
        code: "undriven",
        path: name,
        message: `memory ${name} is never written and has no contents`,
        hint: "write it, give it init, or declare a ROM with m.roms",
        loc,
      },
    ];
  });
}

/** Assignments that a later one always overrides: of two drivers, the first is without effect. */
export function checkDeadAssignments({ body, covers }: Facts): readonly Finding[] {
  /** How many copies of a statement, whose loops are unrolled, are overridden, and by what. */
  const dead = new Map<AssignStmt, { copies: number; readonly over: SourceLocation }>();
  const visit = (nodes: readonly Unrolled[], later: Later): void => {
    for (const node of nodes.toReversed()) {
      if (node.kind === "effect") continue;
      const { loc } = node.stmt;
      if (node.kind === "assign") {
        const { stmt, signal, lo, hi, dynamic } = node;
        const over = later.covering(signal, lo, hi);
        const known = dead.get(stmt);
        if (known !== undefined && over !== undefined) known.copies++;
        else if (over !== undefined) dead.set(stmt, { copies: 1, over });
        if (!dynamic) later.add(signal, [lo, hi], loc);
        continue;
      }
      for (const arm of node.arms) visit(arm.body, new Later(later));
      for (const [signal, bits] of covers.of(node).always) later.add(signal, bits, loc);
    }
  };
  visit(body.tree, new Later());

  return [...dead].flatMap(([stmt, { copies, over }]): Finding[] => {
    const all = body.assignments.filter((assignment) => assignment.stmt === stmt);
    const [path = "", ...others] = new Set(all.map(({ signal, lo, hi }) => partName(signal, lo, hi)));
    // In a loop that always drives the same bits, only the last round counts.
    if (copies < all.length && others.length > 0) return [];
    return [
      {
        code: "dead-assignment",
        path,
        message: `this value of ${path} is always overridden, by ${over.file}:${String(over.line)}`,
        hint: "keep one driver; a default goes first and is overridden under a condition",
        loc: stmt.loc,
      },
    ];
  });
}

/** Bits that are driven in any case after the statement at hand; looked up outwards. */
class Later {
  private readonly own = new Map<Signal, Driven>();
  private readonly outer: Later | undefined;

  constructor(outer?: Later) {
    this.outer = outer;
  }

  add(signal: Signal, bits: BitSet, loc: SourceLocation): void {
    const driven = this.own.get(signal);
    if (driven === undefined) this.own.set(signal, { pieces: [{ bits, loc }], all: undefined });
    else {
      driven.pieces.push({ bits, loc });
      // One that is driven in many pieces is mostly driven bit by bit: few questions get past the bits of all.
      if (driven.all === undefined) {
        driven.all = new Uint8Array(signal.width);
        for (const piece of driven.pieces) fill(driven.all, piece.bits);
      } else fill(driven.all, bits);
    }
  }

  covering(signal: Signal, lo: number, hi: number): SourceLocation | undefined {
    const { pieces = [], all } = this.own.get(signal) ?? {};
    const hit =
      all !== undefined && (all[lo] === 0 || all[hi - 1] === 0)
        ? undefined
        : pieces.find(({ bits }) => containsRange(bits, lo, hi));
    return hit?.loc ?? this.outer?.covering(signal, lo, hi);
  }
}

interface Driven {
  readonly pieces: { readonly bits: BitSet; readonly loc: SourceLocation }[];
  /** A flag for each bit, once there are several pieces. */
  all: Uint8Array | undefined;
}

function fill(flags: Uint8Array, bits: BitSet): void {
  for (let i = 0; i < bits.length; i += 2) flags.fill(1, bits[i], bits[i + 1]);
}
