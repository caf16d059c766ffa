import { noBits, subtractBits, containsRange, type BitSet } from "./bits.ts";
import type { Facts, Finding } from "./facts.ts";
import { partName, type Signal } from "./signals.ts";

/** Bits of wires, outputs, inputs of instances and registers that nothing drives; memories without contents. */
export function checkUndriven(facts: Facts): readonly Finding[] {
  return [...signals(facts), ...memories(facts)];
}

function signals({ signals: table, cover, read }: Facts): readonly Finding[] {
  return table.all.flatMap((signal) => {
    const { role, width } = signal;
    if (role === "input" || role === "instance-output") return [];
    const driven = cover.maybe.get(signal) ?? noBits;
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
  interface Copies {
    total: number;
    dead: number;
    readonly signal: Signal;
    readonly parts: Set<string>;
    over: SourceLine | undefined;
  }
  interface SourceLine {
    readonly file: string;
    readonly line: number;
  }
  type Node = (typeof body.tree)[number];
  const copies = new Map<Extract<Node, { kind: "assign" }>["stmt"], Copies>();

  /** Bits that are driven in any case after the statement at hand; looked up outwards. */
  class Later {
    private readonly own = new Map<Signal, { bits: BitSet; loc: SourceLine }[]>();
    private readonly outer: Later | undefined;

    constructor(outer?: Later) {
      this.outer = outer;
    }

    add(signal: Signal, bits: BitSet, loc: SourceLine): void {
      const list = this.own.get(signal);
      if (list === undefined) this.own.set(signal, [{ bits, loc }]);
      else list.push({ bits, loc });
    }

    covering(signal: Signal, lo: number, hi: number): SourceLine | undefined {
      const hit = this.own.get(signal)?.find(({ bits }) => containsRange(bits, lo, hi));
      return hit?.loc ?? this.outer?.covering(signal, lo, hi);
    }
  }

  const visit = (nodes: readonly Node[], later: Later): void => {
    for (const node of nodes.toReversed()) {
      if (node.kind === "effect") continue;
      if (node.kind === "assign") {
        const { stmt, signal, lo, hi } = node;
        const known: Copies = copies.get(stmt) ?? {
          total: 0,
          dead: 0,
          signal,
          parts: new Set(),
          over: undefined,
        };
        copies.set(stmt, known);
        known.total++;
        known.parts.add(partName(signal, lo, hi));
        const over = later.covering(signal, lo, hi);
        if (over !== undefined) {
          known.dead++;
          known.over ??= over;
        }
      } else for (const arm of node.arms) visit(arm.body, new Later(later));
      for (const [signal, bits] of covers.get(node)?.always ?? []) later.add(signal, bits, node.stmt.loc);
    }
  };
  visit(body.tree, new Later());

  return [...copies].flatMap(([stmt, { total, dead, parts, over }]): Finding[] => {
    const [path = "", ...others] = parts;
    // In a loop that always drives the same bits, only the last round counts.
    if (over === undefined || (dead < total && others.length > 0)) return [];
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
