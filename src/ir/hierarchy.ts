import type { Design, Module } from "./module.ts";

/** What a module's implementation is called in paths and in the SystemVerilog, as an instance. */
export const implementationName = "implementation";

/** Modules that stand inside a module, by instance name: its instances, then its implementation. */
export function partsOf(module: Module): readonly { readonly name: string; readonly module: string }[] {
  const { instances, implementation } = module;
  if (implementation === undefined) return instances;
  return [...instances, { name: implementationName, module: implementation }];
}

/** Which of a component's two forms is meant, where it has both. */
export type View = "plain" | "implementation";

/**
 * What our simulation models of cells stand under: synthesis has cells of these names of its own, and simulators run the
 * plain view, which has none.
 */
export const cellModelMacro = "SLUICE_CELL_MODELS";

/** Macros with which a simulator reads a view of the emitted SystemVerilog. */
export const viewMacros: Readonly<Record<View, readonly string[]>> = {
  plain: [],
  implementation: ["SYNTHESIS", cellModelMacro],
};

/** The design with every module that has an implementation as its body alone, or as its implementation alone. */
export function viewOf(design: Design, view: View): Design {
  const modules = Object.entries(design.modules);
  if (view === "plain")
    return {
      ...design,
      modules: Object.fromEntries(
        modules.map(([key, module]) => [key, { ...module, implementation: undefined }]),
      ),
    };
  const resolve = (key: string): string => {
    const implementation = design.modules[key]?.implementation;
    return implementation === undefined ? key : resolve(implementation);
  };
  return {
    top: resolve(design.top),
    modules: Object.fromEntries(
      modules.map(([key, module]) => [
        key,
        {
          ...module,
          implementation: undefined,
          instances: module.instances.map((instance) => ({ ...instance, module: resolve(instance.module) })),
        },
      ]),
    ),
  };
}
