import { check } from "../check/index.ts";
import { SluiceError } from "../error.ts";
import type { Design, Diagnostic, Module, Parameter } from "../ir/index.ts";
import { report, withElaboration, type Elaboration } from "./context.ts";
import { bits } from "./kinds.ts";
import { captureLocation } from "./location.ts";
import { ModuleBuilder, type BuildContext } from "./module.ts";
import { literal } from "./node.ts";
import type { ClockSpec } from "./specs.ts";
import type { Inside, PortRecord } from "./ports.ts";

/** What an author writes to define a component. `Params` are resolved in TypeScript; the RTL has none. */
export interface ComponentDefinition<P extends PortRecord, Params> {
  /** Module name in the RTL. */
  readonly name: string | ((params: Params) => string);
  /** Comment above the module in the RTL: what it does, shapes, units, latency. */
  readonly doc?: string | ((params: Params) => string);
  /** Throws a SluiceError for parameters that cannot be built. Runs first. */
  readonly validate?: (params: Params) => void;
  readonly ports: (params: Params) => P;
  /** Clock domains by name, the first is the default. Where not given: `clk`, with the reset style of `elaborate`. */
  readonly clocks?: Readonly<Record<string, ClockSpec>>;
  readonly build: (m: ModuleBuilder, ports: Inside<P>, params: Params) => void;
  /**
   * What synthesis takes in place of `build`'s module, which simulators run: hardware of exactly the same ports, clocks
   * and behaviour in every cycle, say from cells placed by hand. Undefined for parameters that have none.
   */
  readonly implementation?: (params: Params) => Hardware<P> | undefined;
}

/** A component with its parameters: can be instantiated, elaborated, simulated. */
export interface Hardware<P extends PortRecord = PortRecord> {
  readonly name: string;
  readonly ports: P;
  /** Builds the module into a design, for the instance `place`, and gives its key there. @internal */
  readonly elaborateInto: (context: BuildContext, place?: string) => string;
}

type Arguments<Params> = unknown extends Params ? [] : [params: Params];

/** Defines a component. Calling the result with parameters gives hardware. */
export function component<const P extends PortRecord, Params>(
  definition: ComponentDefinition<P, Params>,
): (...args: Arguments<Params>) => Hardware<P> {
  const loc = captureLocation();
  return (...args) => {
    const params = args[0] as Params;
    definition.validate?.(params);
    const resolve = (text: string | ((params: Params) => string)): string =>
      typeof text === "string" ? text : text(params);
    const name = resolve(definition.name);
    const doc = definition.doc === undefined ? undefined : resolve(definition.doc);
    const ports = definition.ports(params);
    const hardware: Hardware<P> = {
      name,
      ports,
      elaborateInto: (context, place = name) =>
        context.once(hardware, name, place, () => {
          const m = new ModuleBuilder(context, { name, doc, loc, ports, clocks: definition.clocks });
          definition.build(m, m.inside(ports) as Inside<P>, params);
          const implementation = context.implementations ? definition.implementation?.(params) : undefined;
          return m.finish(implementation === undefined ? {} : { implementation });
        }),
    };
    return hardware;
  };
}

/** Value of a parameter that is a vector of `width` bits. */
export interface BitsParameter {
  readonly width: number;
  /** 0 to 2^width - 1. */
  readonly value: bigint;
}

/** A module whose SystemVerilog comes from elsewhere: hand-written sources, or a vendor primitive. */
export interface ExternalDefinition<P extends PortRecord> {
  readonly name: string;
  readonly doc?: string;
  readonly ports: P;
  /** As of a component; `{}` for a module without clock and reset. */
  readonly clocks?: Readonly<Record<string, ClockSpec>>;
  /** Integers of 32 bits, texts, and bit vectors: `{ INIT: { width: 64, value: 0x8000_0000_0000_0000n } }`. */
  readonly parameters?: Readonly<Record<string, number | string | BitsParameter>>;
  /** Sources to compile with the design: file name -> text. */
  readonly sources?: Readonly<Record<string, string>>;
  /** What the module does, for the native simulator. */
  readonly model?: (m: ModuleBuilder, ports: Inside<P>) => void;
}

export function external<const P extends PortRecord>(definition: ExternalDefinition<P>): Hardware<P> {
  const loc = captureLocation();
  const { name, ports } = definition;
  const hardware: Hardware<P> = {
    name,
    ports,
    elaborateInto: (context, place = name) =>
      context.once(hardware, name, place, () => {
        const m = new ModuleBuilder(context, {
          name,
          doc: definition.doc,
          loc,
          ports,
          clocks: definition.clocks,
        });
        const inside = m.inside(ports) as Inside<P>;
        definition.model?.(m, inside);
        const parameters = Object.fromEntries(
          Object.entries(definition.parameters ?? {}).map(([key, value]) => [key, parameterOf(key, value)]),
        );
        return m.finish({ external: { name, parameters, sources: definition.sources ?? {} } });
      }),
  };
  return hardware;
}

function parameterOf(name: string, value: number | string | BitsParameter): Parameter {
  if (typeof value === "object") return literal(bits(value.width), value.value, name);
  if (typeof value === "number" && (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31))
    report(
      "bad-parameter",
      name,
      `parameter ${name} is ${String(value)}, which is no integer of 32 bits`,
      "give longer ones as { width, value }",
    );
  return value;
}

export interface ElaborateOptions {
  /** Reset of clock domains that do not choose their own: synchronous, active high where not given. */
  readonly reset?: ClockSpec;
  /** Whether implementations for synthesis are built too. Simulators do without: default true. */
  readonly implementations?: boolean;
}

/** All findings about a design at once. `message` lists each with code, path, source line and hint. */
export class DesignError extends SluiceError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(name: string, diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((d) => d.severity === "error");
    super(
      "design-invalid",
      [
        `${name}: ${String(errors.length)} ${errors.length === 1 ? "error" : "errors"}`,
        ...errors.map(formatDiagnostic),
      ].join("\n"),
    );
    this.diagnostics = diagnostics;
  }
}

/** One finding as text: `rtl/x.ts:12:3 error latch: top.y: message` and a hint line. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.loc === undefined ? "" : `${d.loc.file}:${String(d.loc.line)}:${String(d.loc.column)} `;
  return `${place}${d.severity} ${d.code}: ${d.path}: ${d.message}\n  hint: ${d.hint}`;
}

/** Builds a design and reports everything that is wrong with it, without throwing. */
export function diagnose(
  hardware: Hardware,
  options: ElaborateOptions = {},
): { design: Design; diagnostics: readonly Diagnostic[] } {
  const elaboration: Elaboration = { diagnostics: [], places: [] };
  const modules: Record<string, Module> = {};
  const keys = new Map<Hardware, string>();
  /** By module name, the number of the last key made of it. */
  const namesakes = new Map<string, number>();
  const context: BuildContext = {
    elaboration,
    modules,
    reset: options.reset ?? { reset: "sync", active: "high" },
    implementations: options.implementations ?? true,
    once: (key, name, place, build) => {
      const known = keys.get(key);
      if (known !== undefined) return known;
      let n = namesakes.get(name) ?? 1;
      while (nthKey(name, n) in modules) n++;
      namesakes.set(name, n);
      const unique = nthKey(name, n);
      // Reserve the key: one that instantiates its own name gets another, one that contains itself finds no module.
      modules[unique] = undefined as unknown as Module;
      keys.set(key, unique);
      elaboration.places.push(place);
      modules[unique] = build();
      elaboration.places.pop();
      return unique;
    },
  };
  const top = withElaboration(elaboration, () => hardware.elaborateInto(context));
  const design: Design = { top, modules };
  // What the checks find on a line that was reported already follows from that mistake.
  const reported = new Set(elaboration.diagnostics.map(lineOf));
  const findings = check(design).filter((finding) => !reported.has(lineOf(finding)));
  return { design, diagnostics: [...elaboration.diagnostics, ...findings] };
}

function nthKey(name: string, n: number): string {
  return n === 1 ? name : `${name}#${String(n)}`;
}

function lineOf({ loc }: Diagnostic): string {
  return loc === undefined ? "" : `${loc.file}:${String(loc.line)}`;
}

/** Builds a design. Throws a DesignError with every mistake in it. */
export function elaborate(hardware: Hardware, options: ElaborateOptions = {}): Design {
  const { design, diagnostics } = diagnose(hardware, options);
  if (diagnostics.some((d) => d.severity === "error")) throw new DesignError(hardware.name, diagnostics);
  return design;
}
