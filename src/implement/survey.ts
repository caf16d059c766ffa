import { compiledFiles, type SourceFile } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import { quoted } from "../files.ts";
import type { Netlist, NetlistModule } from "./netlist.ts";

/** What a design is made of, before synthesis. */
export interface Survey {
  readonly modules: Readonly<Record<string, SurveyedModule>>;
}

export interface SurveyedModule {
  /** Output bits of its operators, registers and memories: about 16 of them become a LUT. */
  readonly size: number;
  /** Modules of the design that are its parts, by instance. */
  readonly instances: Readonly<Record<string, string>>;
  readonly memories: Readonly<Record<string, SurveyedMemory>>;
}

export interface SurveyedMemory {
  readonly words: number;
  readonly width: number;
  /** What the RTL asks for: `block`, `distributed`; null where it leaves it open. */
  readonly style: string | null;
  readonly isRom: boolean;
}

/** Xilinx cells that the RTL instantiates. */
const libraries = ["+/xilinx/cells_sim.v", "+/xilinx/cells_xtra.v"];

/** Has Yosys read a design and say what is in it, in `survey.json`; operators are as wide as they need to be. */
export function surveyCommands(files: readonly SourceFile[], top: string | undefined): readonly string[] {
  return [
    ...libraries.map((library) => `read_verilog -lib ${library}`),
    readCommand(files),
    `hierarchy -check${top === undefined ? "" : ` -top ${yosysName(top)}`}`,
    "proc",
    "opt_expr",
    "wreduce",
    "opt_clean",
    "json -o survey.json",
  ];
}

export function readCommand(files: readonly SourceFile[], flags = ""): string {
  return `read_verilog -sv ${flags}${compiledFiles(files)
    .map(({ name }) => `"${yosysName(name)}"`)
    .join(" ")}`;
}

/**
 * A name for a script of Yosys, whose lines may run commands, and which has no way to write every name.
 *
 * @throws SluiceError `name-not-for-yosys`.
 */
export function yosysName(name: string): string {
  if (/^[\w$\\][\w$\\.+=':/[\]-]*$/.test(name)) return name;
  throw new SluiceError("name-not-for-yosys", `a script of Yosys cannot name ${quoted(name)}`, {
    hint: "rename it: letters, digits and . + - / _ $ are understood",
  });
}

export function readSurvey({ modules }: Netlist): Survey {
  return {
    modules: Object.fromEntries(
      Object.entries(modules).map(([name, module]) => [name, surveyed(module, modules)]),
    ),
  };
}

function surveyed(module: NetlistModule, modules: Netlist["modules"]): SurveyedModule {
  const cells = Object.entries(module.cells);
  const own = cells.filter(([, { type }]) => !Object.hasOwn(modules, type));
  const outputs = own.flatMap(([, { connections, port_directions: directions = {} }]) =>
    Object.entries(connections).map(([port, bits]) => (directions[port] === "output" ? bits.length : 0)),
  );
  return {
    size: outputs.reduce((sum, bits) => sum + bits, 0),
    instances: Object.fromEntries(
      cells.flatMap(([name, { type }]) => (Object.hasOwn(modules, type) ? [[name, type]] : [])),
    ),
    memories: Object.fromEntries(
      Object.entries(module.memories ?? {}).map(([name, { size, width, attributes }]) => [
        name,
        {
          words: size,
          width,
          style: attributes["rom_style"] ?? attributes["ram_style"] ?? null,
          isRom: attributes["rom_style"] !== undefined,
        },
      ]),
    ),
  };
}

/** @throws SluiceError `no-rtl`, `top-ambiguous`. */
export function findTop({ modules }: Survey): string {
  const used = new Set(Object.values(modules).flatMap(({ instances }) => Object.values(instances)));
  const roots = Object.keys(modules).filter((name) => !used.has(name));
  const [top, ...others] = roots;
  if (top === undefined) throw new SluiceError("no-rtl", "the files hold no module");
  if (others.length === 0) return top;
  throw new SluiceError("top-ambiguous", `several modules are part of no other: ${roots.join(", ")}`, {
    hint: `--top ${top}`,
  });
}

/** A module that is synthesised for itself. */
export interface Unit {
  readonly name: string;
  /** Flattened, with all that is in it; else its parts are black boxes, and units themselves. */
  readonly isFlat: boolean;
  /** In the whole design. */
  readonly instances: number;
  /** `SurveyedModule.size` of it, and of all that is in it where it is flattened. */
  readonly size: number;
}

/** The units of a design, parts before what they are parts of. Modules are flattened up to `most`, by the sizes in them. */
export function unitsOf({ modules }: Survey, top: string, most: number): readonly Unit[] {
  const partsOf = (name: string): readonly string[] => Object.values(modules[name]?.instances ?? {});
  const totals = new Map<string, number>();
  const total = (name: string): number => {
    const known = totals.get(name);
    if (known !== undefined) return known;
    const size = partsOf(name).reduce((sum, part) => sum + total(part), modules[name]?.size ?? 0);
    totals.set(name, size);
    return size;
  };
  const isFlat = (name: string): boolean => partsOf(name).length === 0 || total(name) <= most;

  const order = new Set<string>();
  const visit = (name: string): void => {
    if (order.has(name)) return;
    if (!isFlat(name)) partsOf(name).forEach(visit);
    order.add(name);
  };
  visit(top);
  const counts = new Map([...order].map((name) => [name, name === top ? 1 : 0]));
  for (const name of [...order].reverse()) {
    if (isFlat(name)) continue;
    for (const part of partsOf(name)) counts.set(part, (counts.get(part) ?? 0) + (counts.get(name) ?? 0));
  }
  return [...order].map((name) => ({
    name,
    isFlat: isFlat(name),
    instances: counts.get(name) ?? 0,
    size: isFlat(name) ? total(name) : (modules[name]?.size ?? 0),
  }));
}

/** A module and all that is in it. */
export function withParts({ modules }: Survey, name: string): readonly string[] {
  const found = new Set<string>();
  const visit = (module: string): void => {
    if (found.has(module)) return;
    found.add(module);
    Object.values(modules[module]?.instances ?? {}).forEach(visit);
  };
  visit(name);
  return [...found];
}
