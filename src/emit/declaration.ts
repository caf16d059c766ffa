import { labelName } from "./literal.ts";
import { indexWidth, widthOf } from "../ir/index.ts";
import type { EnumType, Type } from "../ir/index.ts";

/** `logic signed [7:0]`: a vec is one flat vector, since tools disagree on packed arrays. */
export function typeText(type: Type): string {
  const width = widthOf(type);
  const sign = type.kind === "sint" ? " signed" : "";
  return `logic${sign}${width === 1 ? "" : ` [${String(width - 1)}:0]`}`;
}

/** One localparam for each label, in order. */
export function labelDeclarations(type: EnumType): { readonly name: string; readonly text: string }[] {
  const width = indexWidth(type.labels.length);
  const range = width === 1 ? "" : ` [${String(width - 1)}:0]`;
  return type.labels.map((label, value) => {
    const name = labelName(type, label);
    return { name, text: `localparam logic${range} ${name} = ${String(width)}'d${String(value)};` };
  });
}

/** Comment lines for a docstring. */
export function commentLines(doc: string | undefined): string[] {
  if (doc === undefined || doc.trim() === "") return [];
  return doc
    .trim()
    .split(/\r?\n/)
    .map((line) => `// ${line.trim()}`.trimEnd());
}

/** A docstring behind a declaration; empty for none, and for one of several lines, which stands above. */
export function trailingComment(doc: string | undefined): string {
  const lines = commentLines(doc);
  return lines.length === 1 ? `  ${lines[0] ?? ""}` : "";
}
