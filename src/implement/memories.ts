import type { Survey, SurveyedMemory } from "./survey.ts";

/** What became of a memory of the RTL. */
export interface MemoryResult extends Omit<SurveyedMemory, "isRom"> {
  /** With the instances that it is in, where the design was flattened: `hidden.weight_rom`. */
  readonly name: string;
  /** `logic`: LUTs, counted as those, or flip-flops. */
  readonly became: "block" | "distributed" | "logic";
}

/** Reads from a log of Yosys what it made of the memories of `module` and, where flattened, of its parts. */
export function memoryResults(log: string, module: string, survey: Survey): readonly MemoryResult[] {
  const results = new Map<string, MemoryResult["became"]>();
  for (const [, name = "", cell = ""] of log.matchAll(/^mapping memory (\S+) via (\S+)$/gm)) {
    results.set(name.slice(module.length + 1), cell.includes("LUTRAM") ? "distributed" : "block");
  }
  for (const [, name = ""] of log.matchAll(/^Mapping memory \\(\S+) in module \S+:$/gm)) {
    results.set(name, "logic");
  }
  return [...results].flatMap(([name, became]) => {
    const memory = find(survey, module, name.split("."));
    // Tables that Yosys made of logic on its own have no memory in the RTL.
    if (memory === undefined) return [];
    const { words, width, style } = memory;
    return [{ name, words, width, style, became }];
  });
}

function find(
  survey: Survey,
  module: string,
  [name = "", ...rest]: readonly string[],
): SurveyedMemory | undefined {
  const inside = survey.modules[module];
  if (rest.length === 0) return inside?.memories[name];
  const part = inside?.instances[name];
  return part === undefined ? undefined : find(survey, part, rest);
}
