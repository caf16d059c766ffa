import { fileURLToPath } from "node:url";
import { diagnose, type Hardware } from "../../src/hdl/index.ts";
import { check } from "../../src/check/index.ts";
import type { Diagnostic, Module } from "../../src/ir/index.ts";

/** A design with one mistake. The mistake's line bears the comment `// <- code`, or follows a line that is only that. */
export interface WrongDesign {
  readonly code: string;
  /** Full path that the finding must have. */
  readonly path: string;
  /** File and line of the call that made this entry: the mark is the next one below. */
  readonly file: string;
  readonly line: number;
  readonly diagnose: () => readonly Diagnostic[];
}

export function wrong(code: string, path: string, design: () => Hardware): WrongDesign {
  return { code, path, ...caller(), diagnose: () => diagnose(design()).diagnostics };
}

/** A mistake that the types of the DSL rule out: a right design of which one module's IR is changed. */
export function wrongIr(
  code: string,
  path: string,
  design: () => Hardware,
  change: (module: Module) => Module,
): WrongDesign {
  const run = (): readonly Diagnostic[] => {
    const right = diagnose(design());
    if (right.diagnostics.length > 0) throw new Error(`${path} is wrong before the change`);
    const { top, modules } = right.design;
    const module = modules[top];
    if (module === undefined) throw new Error("no top module");
    return check({ top, modules: { ...modules, [top]: change(module) } });
  };
  return { code, path, ...caller(), diagnose: run };
}

/** Where `wrong` or `wrongIr` was called. */
function caller(): { readonly file: string; readonly line: number } {
  const frame = (new Error("place").stack ?? "").split("\n")[3] ?? "";
  const match = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(frame.trim());
  if (match?.[1] === undefined) throw new Error(`no place in ${frame}`);
  const file = match[1].startsWith("file://") ? fileURLToPath(match[1]) : match[1];
  return { file, line: Number(match[2]) };
}
