import type { SourceLocation } from "../ir/index.ts";

export const lineWidth = 100;

/** A line of SystemVerilog and the place in the author's TypeScript that it stems from. */
export interface Line {
  readonly text: string;
  readonly loc: SourceLocation | undefined;
}

/** Where an expression may break, loosest first: the pattern ends where the next line begins. */
const breaks: readonly { readonly after: readonly string[]; readonly before: readonly string[] }[] = [
  { after: [", "], before: [] },
  { after: [], before: [" ? ", " : "] },
  { after: [" || "], before: [] },
  { after: [" && "], before: [] },
  { after: [" | ", " ^ ", " & "], before: [] },
  { after: [" == ", " != ", " < ", " <= ", " > ", " >= "], before: [] },
  { after: [" + ", " - "], before: [] },
  { after: [" * ", " << ", " >> ", " >>> "], before: [] },
];

/**
 * `prefix + expr + suffix` on as many lines as the width asks for, broken at the loosest operator outside the
 * innermost brackets; later lines are indented by four more spaces.
 */
export function breakLines(indent: string, prefix: string, expr: string, suffix: string): string[] {
  const whole = indent + prefix + expr + suffix;
  if (whole.length <= lineWidth) return [whole];
  const inner = `${indent}    `;
  const pieces = piecesOf(expr, lineWidth - inner.length);
  const lines: string[] = [];
  let line = indent + prefix;
  let fresh = true;
  for (const [i, piece] of pieces.entries()) {
    const last = i === pieces.length - 1 ? suffix : "";
    if (!fresh && line.trimEnd().length + 1 + piece.trimEnd().length + last.length > lineWidth) {
      lines.push(line.trimEnd());
      line = inner + piece.trimStart();
    } else {
      line += piece;
    }
    fresh = false;
  }
  lines.push(line + suffix);
  return lines;
}

/** `prefix + items + suffix`, the items in a list with as many to a line as the width allows. */
export function fillLines(
  indent: string,
  prefix: string,
  items: readonly string[],
  suffix: string,
): string[] {
  const lines: string[] = [];
  let line = indent + prefix;
  for (const [i, item] of items.entries()) {
    const text = item + (i === items.length - 1 ? suffix : ",");
    const space = i === 0 ? "" : " ";
    if (i > 0 && line.length + space.length + text.length > lineWidth) {
      lines.push(line);
      line = `${indent}    ${text}`;
    } else {
      line += space + text;
    }
  }
  return [...lines, items.length === 0 ? line + suffix : line];
}

/** The expression cut into pieces that fit into `width` where that is possible; joined they give it back. */
function piecesOf(expr: string, width: number): string[] {
  if (expr.length <= width) return [expr];
  const depths = depthsOf(expr);
  for (const depth of [...new Set(depths)].sort((a, b) => a - b)) {
    if (depth === insideString) break;
    for (const kind of breaks) {
      const cuts = cutsOf(expr, depths, depth, kind);
      if (cuts.length === 0) continue;
      const pieces: string[] = [];
      let start = 0;
      for (const cut of [...cuts, expr.length]) {
        pieces.push(expr.slice(start, cut));
        start = cut;
      }
      return pieces.flatMap((piece) => piecesOf(piece, width));
    }
  }
  return [expr];
}

/** Nothing breaks inside a string. */
const insideString = 0x7fffffff;

/** Bracket depth at every character. */
function depthsOf(expr: string): Int32Array {
  const depths = new Int32Array(expr.length);
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < expr.length; i++) {
    const c = expr[i];
    if (c === '"' && expr[i - 1] !== "\\") quoted = !quoted;
    if (!quoted && (c === ")" || c === "]" || c === "}")) depth--;
    depths[i] = quoted ? insideString : depth;
    if (!quoted && (c === "(" || c === "[" || c === "{")) depth++;
  }
  return depths;
}

function cutsOf(
  expr: string,
  depths: Int32Array,
  depth: number,
  { after, before }: (typeof breaks)[number],
): number[] {
  const cuts: number[] = [];
  for (const pattern of [...after, ...before]) {
    for (let at = expr.indexOf(pattern); at >= 0; at = expr.indexOf(pattern, at + 1)) {
      if (depths[at] !== depth) continue;
      cuts.push(before.includes(pattern) ? at : at + pattern.length);
    }
  }
  return cuts.filter((cut) => cut > 0 && cut < expr.length).sort((a, b) => a - b);
}
