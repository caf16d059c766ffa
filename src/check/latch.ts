import { noBits, subtractBits } from "./bits.ts";
import { missingParts } from "./drivers.ts";
import type { Facts, Finding } from "./facts.ts";
import type { Signal } from "./signals.ts";
import type { Unrolled } from "./unroll.ts";
import type { SourceLocation } from "../ir/index.ts";

/** Combinational signals that some way through the body leaves without a value: hardware would have to remember it. */
export function checkLatches({ signals, body, cover, covers }: Facts): readonly Finding[] {
  return signals.all.flatMap((signal) => {
    if (signal.role === "reg") return [];
    const maybe = cover.maybe.get(signal) ?? noBits;
    const always = cover.always.get(signal) ?? noBits;
    if (maybe === always) return [];
    const open = subtractBits(maybe, always);
    const [bit] = open;
    if (bit === undefined) return [];
    const { conditions, loc } = wayWithout(body.tree, signal, bit, covers);
    return missingParts(signal, open).map((path) => ({
      code: "latch",
      path,
      message: `${path} has no value ${conditions.length === 0 ? "for every index" : `when ${conditions.join(", ")}`}`,
      hint: "set a default before the condition, or add .otherwise",
      loc: loc ?? signal.loc,
    }));
  });
}

interface Way {
  readonly conditions: readonly string[];
  /** Where it leaves the signal without a value: the statement that lacks a case. */
  readonly loc: SourceLocation | undefined;
}

/** A way through statements on which `bit` of `signal` is never assigned, through the last of them that could. */
function wayWithout(nodes: readonly Unrolled[], signal: Signal, bit: number, covers: Facts["covers"]): Way {
  const touches = (node: Unrolled): boolean => has(covers.of(node).maybe.get(signal), bit);
  const last = nodes.findLast(touches);
  if (last === undefined) return { conditions: [], loc: undefined };
  if (last.kind !== "branch") return { conditions: [], loc: last.stmt.loc };
  if (last.missing !== undefined) return { conditions: [last.missing()], loc: last.stmt.loc };
  const open = last.arms.find(
    ({ body }) => !body.some((node) => has(covers.of(node).always.get(signal), bit)),
  );
  if (open === undefined) return { conditions: [], loc: last.stmt.loc };
  const inner = wayWithout(open.body, signal, bit, covers);
  return { conditions: [open.when(), ...inner.conditions], loc: inner.loc ?? last.stmt.loc };
}

function has(bits: readonly number[] | undefined, bit: number): boolean {
  // Every boundary up to the bit flips whether it is inside.
  return bits !== undefined && bits.filter((at) => at <= bit).length % 2 === 1;
}
