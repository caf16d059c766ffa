import { widthOf } from "../ir/index.ts";
import type { Expr, RefExpr } from "../ir/index.ts";

/** Bits of a signal: `width` bits from bit `offset` plus the sum of `terms` upwards. */
export interface Selection {
  readonly ref: RefExpr;
  readonly offset: number;
  readonly terms: readonly { readonly index: Expr; readonly stride: number; readonly count: number }[];
  readonly width: number;
}

/** What a chain of slices, indices and part selects picks from a signal; undefined where it does not end in one. */
export function selectionOf(expr: Expr): Selection | undefined {
  switch (expr.kind) {
    case "ref":
      return { ref: expr, offset: 0, terms: [], width: widthOf(expr.type) };
    case "slice": {
      const base = selectionOf(expr.arg);
      return base === undefined
        ? undefined
        : { ...base, offset: base.offset + expr.lo, width: widthOf(expr.type) };
    }
    case "index": {
      const base = selectionOf(expr.arg);
      const width = widthOf(expr.type);
      return base === undefined
        ? undefined
        : picked(base, expr.index, width, width, Math.floor(widthOf(expr.arg.type) / width));
    }
    case "partselect": {
      const base = selectionOf(expr.arg);
      const width = widthOf(expr.type);
      const count = Math.floor((widthOf(expr.arg.type) - width) / expr.stride) + 1;
      return base === undefined ? undefined : picked(base, expr.offset, expr.stride, width, count);
    }
    case "resize": {
      // Low bits of a signal, or the signal seen as another kind.
      if (widthOf(expr.type) > widthOf(expr.arg.type)) return undefined;
      const base = selectionOf(expr.arg);
      return base === undefined ? undefined : { ...base, width: widthOf(expr.type) };
    }
    case "cross":
      return selectionOf(expr.arg);
    default:
      return undefined;
  }
}

/** One of `count` positions `stride` bits apart. */
function picked(base: Selection, index: Expr, stride: number, width: number, count: number): Selection {
  if (index.kind === "const")
    return { ...base, offset: base.offset + Number(BigInt(`0x${index.value}`)) * stride, width };
  // The only position, since an index past the end has no defined value.
  if (count === 1) return { ...base, width };
  return { ...base, terms: [...base.terms, { index, stride, count }], width };
}
