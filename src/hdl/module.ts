import type {
  ClockDomain,
  ConstExpr,
  Expr,
  External,
  Instance,
  Memory as MemoryDeclaration,
  MemoryStyle,
  Module,
  Port,
  Reg,
  SourceLocation,
  StreamPort,
  Target,
  Wire,
} from "../ir/index.ts";
import { implementationName, indexWidth, visitExpr, widthOf } from "../ir/index.ts";
import type { Hardware } from "./component.ts";
import { report, type Elaboration } from "./context.ts";
import { intoExprs } from "./convert.ts";
import { finishModule } from "./finish.ts";
import type { Handle } from "./handles.ts";
import { bool, leavesOf, uint, type Kind, type Leaf, type UIntKind } from "./kinds.ts";
import { Memory } from "./memory.ts";
import { constant, describe, NODE } from "./node.ts";
import { mapPorts, type Outside, type PortRecord, type PortSpec } from "./ports.ts";
import type { Signal } from "./signals.ts";
import { exprOf, wrap, type AnyValue } from "./signals.ts";
import type {
  ClockSpec,
  Counter,
  InstanceSpec,
  KindOf,
  MemorySpec,
  RegSpec,
  RomSpec,
  WireSpec,
} from "./specs.ts";
import { docOf, StatementBuilder } from "./statements.ts";
import { Consumer, Producer } from "./stream.ts";

export interface BuildContext {
  readonly elaboration: Elaboration;
  readonly modules: Record<string, Module>;
  readonly reset: ClockSpec;
  readonly implementations: boolean;
  once(hardware: Hardware, name: string, place: string, build: () => Module): string;
}

/** Levels of hierarchy; past this, components that make ever new ones of themselves have no end. */
const deepest = 100;

/**
 * Builds one module: declarations named by object keys, and statements. An author meets it as `m` in a component's
 * `build`. It only writes IR; nothing is evaluated.
 */
export class ModuleBuilder extends StatementBuilder {
  private readonly context: BuildContext;
  private readonly declaration: { readonly doc: string | undefined; readonly loc: SourceLocation };
  private readonly ports: Port[] = [];
  private readonly streams: StreamPort[] = [];
  private readonly wireList: Wire[] = [];
  private readonly regList: Reg[] = [];
  private readonly memoryList: MemoryDeclaration[] = [];
  private readonly instanceList: Instance[] = [];
  /** Expressions that m.name gave a wire. */
  private readonly named = new Map<Expr, Expr>();

  constructor(
    context: BuildContext,
    definition: {
      name: string;
      doc: string | undefined;
      loc: SourceLocation;
      ports: PortRecord;
      clocks: Readonly<Record<string, ClockSpec>> | undefined;
    },
  ) {
    const clocks = Object.entries(definition.clocks ?? { clk: context.reset });
    super(
      definition.name,
      clocks.map(([name, spec]) => clockDomain(name, { ...context.reset, ...spec })),
    );
    this.context = context;
    this.declaration = { doc: definition.doc, loc: definition.loc };
    for (const { clock, reset } of this.domains) {
      this.declare(clock, definition.loc);
      if (reset !== undefined) this.declare(reset, definition.loc);
    }
  }

  // ---- ports ------------------------------------------------------------------------------------------------------

  /** Declares the ports and gives them as the component sees them. Called once, by `component`. */
  inside(ports: PortRecord): unknown {
    return mapPorts(ports, (name, spec) => {
      const { port, kind } = spec;
      // Ports of cells that have no clock belong to none.
      const domain = this.domains.length === 0 ? undefined : this.domain(spec.clock, name).name;
      if (port === "input" || port === "output") {
        const leaves = this.declarePorts(name, kind, port === "input" ? "in" : "out", domain, spec);
        return this.signal(kind, leaves, port === "output" ? "set" : undefined);
      }
      return this.streamPort(name, spec, this.domain(spec.clock, name).name);
    });
  }

  private streamPort(name: string, spec: PortSpec, domain: string): Producer | Consumer {
    const taking = spec.port === "sink";
    const { kind } = spec;
    const names = streamNames(name, spec);
    const valid = this.declarePorts(names.valid, bool, taking ? "in" : "out", domain, spec);
    const ready = this.declarePorts(names.ready, bool, taking ? "out" : "in", domain, {});
    const payload = this.declarePorts(names.payload, kind, taking ? "in" : "out", domain, {}, names.leaf);
    this.streams.push({
      name,
      direction: taking ? "sink" : "source",
      valid: names.valid,
      ready: names.ready,
      payload: leavesOf(kind).map((leaf) => ({ path: leaf.path, port: names.leaf(names.payload, leaf) })),
      domain,
    });
    return taking
      ? new Producer(this, name, kind, {
          valid: this.signal(bool, valid),
          ready: this.signal(bool, ready, "set"),
          payload: this.signal(kind, payload),
        })
      : new Consumer(name, kind, {
          valid: this.signal(bool, valid, "set"),
          ready: this.signal(bool, ready),
          payload: this.signal(kind, payload, "set"),
        });
  }

  private declarePorts(
    name: string,
    kind: Kind,
    direction: "in" | "out",
    domain: string | undefined,
    spec: { readonly doc?: string },
    nameOf = leafName,
  ): readonly Target[] {
    const { loc } = this.declaration;
    return leavesOf(kind).map((leaf) => {
      const leafed = nameOf(name, leaf);
      this.declare(leafed, loc);
      this.ports.push({
        name: leafed,
        direction,
        type: leaf.type,
        domain,
        role: "data",
        loc,
        ...docOf(spec.doc),
      });
      return { kind: "ref", type: leaf.type, name: leafed };
    });
  }

  // ---- declarations -----------------------------------------------------------------------------------------------

  /** Combinational signals: `m.wires({ sum: uint(8) })`, driven with `.set`. */
  wires<S extends Readonly<Record<string, Kind | WireSpec<Kind>>>>(
    specs: S,
  ): { readonly [N in keyof S]: Handle<KindOf<S[N]>, "set"> } {
    const loc = this.here();
    return this.each_(specs, (name, spec) => {
      const { wire: kind, doc } = "wire" in spec ? spec : { wire: spec, doc: undefined };
      return this.signal(kind, this.declareWires(name, kind, loc, doc), "set");
    }) as never;
  }

  private declareWires(
    name: string,
    kind: Kind,
    loc: SourceLocation,
    doc?: string,
    mayBeUnread = false,
  ): readonly Target[] {
    return leavesOf(kind).map((leaf) => {
      const leafed = leafName(name, leaf);
      this.declare(leafed, loc);
      this.wireList.push({ name: leafed, type: leaf.type, loc, mayBeUnread, ...docOf(doc) });
      return { kind: "ref", type: leaf.type, name: leafed };
    });
  }

  /** Registers: `m.regs({ count: uint(4), word: reg(bits(64), { reset: "none" }) })`, driven with `.next`. */
  regs<S extends Readonly<Record<string, Kind | RegSpec<Kind>>>>(
    specs: S,
  ): { readonly [N in keyof S]: Handle<KindOf<S[N]>, "next"> } {
    const loc = this.here();
    return this.each_(specs, (name, given) => {
      const spec: RegSpec<Kind> = "reg" in given ? given : { reg: given };
      const domain = this.domain(spec.clock, name);
      const leaves = leavesOf(spec.reg);
      const resets =
        spec.reset === "none" && !(spec.reg.kind === "enum" && spec.reg.labels.includes("none"))
          ? undefined
          : spec.reset === undefined
            ? leaves.map((leaf) => constant(leaf.type, 0n))
            : intoExprs(spec.reg, spec.reset, name);
      const targets = leaves.map((leaf, i): Target => {
        const leafed = leafName(name, leaf);
        this.declare(leafed, loc);
        const value = resets?.[i];
        if (value !== undefined && value.kind !== "const") {
          report(
            "reset-not-constant",
            leafed,
            `the reset value of ${leafed} is ${describe(value)}`,
            "reset values are JavaScript values",
          );
        }
        const reset: ConstExpr | undefined =
          value === undefined ? undefined : value.kind === "const" ? value : constant(leaf.type, 0n);
        this.regList.push({
          name: leafed,
          type: leaf.type,
          domain: domain.name,
          reset,
          ...(spec.synchronizer === true ? { synchronizer: true } : {}),
          loc,
          mayBeUnread: false,
          ...docOf(spec.doc),
        });
        return { kind: "ref", type: leaf.type, name: leafed };
      });
      return this.signal(spec.reg, targets, "next");
    }) as never;
  }

  /** Counters modulo their count: `m.counters({ column: 28, row: 28 })`. A count of 1 needs no register. */
  counters<S extends Readonly<Record<string, number>>>(counts: S): { readonly [N in keyof S]: Counter } {
    return this.each_(counts, (name, count) => this.counter(name, count)) as never;
  }

  private counter(name: string, count: number): Counter {
    const kind = uint.below(count);
    if (count === 1) {
      const zero = this.value(kind, [constant(kind, 0n)]);
      return Object.assign(zero, {
        last: this.value(bool, [constant(bool, 1n)]),
        advance: noop,
        clear: noop,
      });
    }
    const value = this.regs({ [name]: kind })[name] as unknown as Handle<UIntKind, "next">;
    const last = value.eq(count - 1);
    const next = value.add(1).wrap(kind);
    return Object.assign(value, {
      last,
      advance: () => {
        if (count === 2 ** kind.width) value.next(next);
        else
          this.when(last, () => {
            value.next(0);
          }).otherwise(() => {
            value.next(next);
          });
      },
      clear: () => {
        value.next(0);
      },
    });
  }

  /** Memories: `m.memories({ line: memory(512, bits(32), { style: "block" }) })`. */
  memories<S extends Readonly<Record<string, MemorySpec<Kind>>>>(
    specs: S,
  ): { readonly [N in keyof S]: Memory<KindOf<S[N]>> } {
    const loc = this.here();
    return this.each_(specs, (name, spec) => {
      const domain = this.domain(spec.clock, name).name;
      return this.declareMemory(name, {
        kind: spec.memory,
        depth: spec.depth,
        contents: spec.init,
        domain,
        style: spec.style,
        doc: spec.doc,
        loc,
      });
    }) as never;
  }

  /** ROMs: `m.roms({ weights: rom(bits(64), words, { style: "block" }) })`; contents go to a `.mem` file. */
  roms<S extends Readonly<Record<string, RomSpec<Kind>>>>(
    specs: S,
  ): { readonly [N in keyof S]: Memory<KindOf<S[N]>, "read"> } {
    const loc = this.here();
    return this.each_(specs, (name, spec) =>
      this.declareMemory(name, {
        kind: spec.rom,
        depth: spec.contents.length,
        contents: spec.contents,
        domain: undefined,
        style: spec.style,
        doc: spec.doc,
        loc,
      }),
    ) as never;
  }

  private declareMemory(
    name: string,
    spec: {
      kind: Kind;
      depth: number;
      contents: readonly unknown[] | undefined;
      domain: string | undefined;
      style: MemoryStyle | undefined;
      doc: string | undefined;
      loc: SourceLocation;
    },
  ): Memory<Kind> {
    const { kind, depth, contents, domain, style, doc, loc } = spec;
    if (!Number.isInteger(depth) || depth < 1)
      report(
        "bad-depth",
        name,
        `memory ${name} has depth ${String(depth)}`,
        "a memory has at least one word",
      );
    if (contents !== undefined && contents.length !== depth) {
      report(
        "bad-depth",
        name,
        `memory ${name} of depth ${String(depth)} is given ${String(contents.length)} words`,
        "give one word per address",
      );
    }
    const leaves = leavesOf(kind);
    const rows = contents?.map((word) => intoExprs(kind, word, name));
    leaves.forEach((leaf, i) => {
      const leafed = leafName(name, leaf);
      this.declare(leafed, loc);
      const digits = Math.ceil(widthOf(leaf.type) / 4);
      const init = rows?.map((row) => {
        const word = row[i];
        return (word?.kind === "const" ? word.value : "0").padStart(digits, "0");
      });
      this.memoryList.push({
        name: leafed,
        depth,
        type: leaf.type,
        style: style ?? "auto",
        domain,
        init,
        loc,
        ...docOf(doc),
      });
    });
    return new Memory(
      this,
      name,
      kind,
      leaves.map((leaf) => leafName(name, leaf)),
    );
  }

  /** Instances: `m.instances({ input: fifo({ ... }) })`. Their ports are handles seen from outside. */
  instances<S extends Readonly<Record<string, Hardware | InstanceSpec<PortRecord>>>>(
    specs: S,
  ): {
    readonly [N in keyof S]: S[N] extends Hardware<infer P>
      ? Outside<P>
      : S[N] extends InstanceSpec<infer P>
        ? Outside<P>
        : never;
  } {
    const loc = this.here();
    return this.each_(specs, (name, given) => {
      const spec: InstanceSpec<PortRecord> = "instance" in given ? given : { instance: given };
      const part = this.part(name, spec.instance, loc);
      if (part !== undefined) {
        const clocks = this.bindClocks(name, part.module, spec.clocks ?? {});
        this.instanceList.push({ name, module: part.key, clocks, loc, ...docOf(spec.doc) });
      }
      return mapPorts(spec.instance.ports, (port, entry) => this.outside(name, port, entry));
    }) as never;
  }

  /** Builds a module that this one contains, under `name`. */
  private part(
    name: string,
    hardware: Hardware,
    loc: SourceLocation,
  ): { readonly key: string; readonly module: Module } | undefined {
    this.declare(name, loc);
    const deep = this.context.elaboration.places.length >= deepest;
    const key = deep ? "" : hardware.elaborateInto(this.context, name);
    const module = this.context.modules[key];
    if (module !== undefined) return { key, module };
    report(
      "recursive-instance",
      name,
      `${hardware.name} contains itself`,
      "end the recursion by a parameter",
    );
    return undefined;
  }

  private outside(instanceName: string, name: string, spec: PortSpec): unknown {
    const refs = (base: string, kind: Kind, nameOf = leafName): readonly Target[] =>
      leavesOf(kind).map((leaf) => ({
        kind: "ref",
        type: leaf.type,
        name: nameOf(base, leaf),
        instance: instanceName,
      }));
    const { kind } = spec;
    if (spec.port === "input") return this.signal(kind, refs(name, kind), "set");
    if (spec.port === "output") return this.signal(kind, refs(name, kind));
    const names = streamNames(name, spec);
    const [valid, ready, payload] = [
      refs(names.valid, bool),
      refs(names.ready, bool),
      refs(names.payload, kind, names.leaf),
    ];
    return spec.port === "source"
      ? new Producer(this, instanceName, kind, {
          valid: this.signal(bool, valid),
          ready: this.signal(bool, ready, "set"),
          payload: this.signal(kind, payload),
        })
      : new Consumer(instanceName, kind, {
          valid: this.signal(bool, valid, "set"),
          ready: this.signal(bool, ready),
          payload: this.signal(kind, payload, "set"),
        });
  }

  private bindClocks(
    name: string,
    child: Module,
    bound: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const clocks: Record<string, string> = {};
    child.domains.forEach((domain, i) => {
      const wanted =
        bound[domain.name] ??
        (this.domains.some((d) => d.name === domain.name) ? domain.name : i === 0 ? undefined : domain.name);
      const own = this.domain(wanted, name);
      const has = (port: string | undefined): port is string =>
        port !== undefined && child.ports.some((p) => p.name === port);
      if (has(domain.clock)) clocks[domain.clock] = own.clock;
      if (!has(domain.reset)) return;
      if (own.reset === undefined || own.resetActive !== domain.resetActive) {
        report(
          "reset-mismatch",
          name,
          `domain ${domain.name} of ${child.name} has an active-${domain.resetActive} reset, domain ${own.name} here ${own.reset === undefined ? "has none" : `an active-${own.resetActive} one`}`,
          "give both the same reset, or leave the clocks of the inner component to elaborate()",
        );
        return;
      }
      clocks[domain.reset] = own.reset;
    });
    return clocks;
  }

  /** Gives expressions names in the RTL: `m.name({ act, total })`. An array becomes a vec. Uses before and after are replaced. */
  name<S extends Readonly<Record<string, AnyValue | readonly Signal[]>>>(values: S): S {
    const loc = this.here();
    for (const [name, given] of Object.entries(values)) {
      if (Array.isArray(given)) this.nameArray(name, given as readonly Signal[], loc);
      else this.nameValue(name, given as AnyValue, loc);
    }
    return values;
  }

  private nameValue(name: string, value: AnyValue, loc: SourceLocation): void {
    const node = value[NODE];
    const targets = this.declareWires(name, node.kind, loc);
    const old = node.exprs;
    node.exprs = targets;
    old.forEach((expr, i) => {
      const target = targets[i];
      if (target !== undefined) this.nameExpr(name, expr, target, loc);
    });
  }

  private nameArray(name: string, values: readonly Signal[], loc: SourceLocation): void {
    const element = values[0]?.[NODE].kind;
    if (element === undefined) return;
    const target = this.declareWires(name, { kind: "vec", length: values.length, element }, loc)[0];
    values.forEach((value, i) => {
      const node = value[NODE];
      const expr = exprOf(value);
      if (target === undefined) return;
      const index = constant({ kind: "uint", width: indexWidth(values.length) }, BigInt(i));
      const at: Target = { kind: "index", type: expr.type, arg: target, index };
      node.exprs = [at];
      this.nameExpr(name, expr, at, loc);
    });
  }

  private nameExpr(name: string, expr: Expr, target: Target, loc: SourceLocation): void {
    let index: string | undefined;
    visitExpr(expr, (e) => {
      if (e.kind === "loopvar") index = e.name;
    });
    if (index !== undefined)
      report(
        "name-in-loop",
        name,
        `${name} depends on loop index ${index}`,
        "declare a vec with m.wires and set its elements in the loop",
      );
    // A plain reference has a name already; naming it again makes an alias and must not rename the signal itself.
    if (expr.kind !== "ref" && expr.kind !== "const") this.named.set(expr, target);
    this.body.push({ kind: "assign", clocked: false, target, value: expr, loc, ...this.takeDoc() });
  }

  /** States that values are deliberately not read: `m.unused({ high: x.slice(8, 8) })`. */
  unused(values: Readonly<Record<string, AnyValue>>): void {
    const loc = this.here();
    for (const [name, value] of Object.entries(values)) {
      const node = value[NODE];
      const targets = this.declareWires(`unused_${name}`, node.kind, loc, undefined, true);
      targets.forEach((target, i) => {
        const expr = node.exprs[i];
        if (expr !== undefined) this.body.push({ kind: "assign", clocked: false, target, value: expr, loc });
      });
    }
  }

  // ---- for the parts of the DSL -----------------------------------------------------------------------------------

  /** @internal Ends the module. */
  finish({ external, implementation }: { external?: External; implementation?: Hardware }): Module {
    const part =
      implementation === undefined
        ? undefined
        : this.part(implementationName, implementation, this.declaration.loc);
    return finishModule(
      {
        name: this.moduleName,
        ...docOf(this.declaration.doc),
        loc: this.declaration.loc,
        domains: this.domains,
        ports: this.ports,
        streams: this.streams,
        wires: this.wireList,
        regs: this.regList,
        memories: this.memoryList,
        instances: this.instanceList,
        body: this.body,
        external,
        ...(part === undefined ? {} : { implementation: part.key }),
      },
      this.named,
    );
  }

  private signal<K extends Kind>(
    kind: K,
    targets: readonly Target[],
    mode?: "set" | "next",
  ): Handle<K, "set"> {
    return wrap({
      kind,
      exprs: targets,
      owner: this,
      targets: mode === undefined ? undefined : targets,
      mode,
    }) as unknown as Handle<K, "set">;
  }

  private each_<T>(
    specs: Readonly<Record<string, T>>,
    declare: (name: string, spec: T) => unknown,
  ): Record<string, unknown> {
    return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, declare(name, spec)]));
  }
}

function noop(): void {
  // A counter modulo 1 stays at 0.
}

function leafName(name: string, leaf: Leaf): string {
  return leaf.path.length === 0 ? name : [name, ...leaf.path].join("_");
}

/** Ports of a stream. */
function streamNames(
  name: string,
  { naming }: PortSpec,
): {
  readonly valid: string;
  readonly ready: string;
  readonly payload: string;
  /** Name of a leaf of the payload. */
  readonly leaf: (payload: string, leaf: Leaf) => string;
} {
  return naming === "axi"
    ? {
        ...{ valid: `${name}valid`, ready: `${name}ready`, payload: name },
        leaf: (payload, { path }) => `${payload}${path.join("_")}`,
      }
    : { valid: `${name}_valid`, ready: `${name}_ready`, payload: `${name}_payload`, leaf: leafName };
}

/** `clk` has ports clk and rst; any other name N has N_clk and N_rst. Active-low resets end in `_n`. Else as `pins` says. */
function clockDomain(name: string, spec: ClockSpec): ClockDomain {
  const resetKind = spec.reset ?? "sync";
  const resetActive = spec.active ?? "high";
  const prefix = name === "clk" ? "" : `${name}_`;
  const { clock, reset } = spec.pins ?? {
    clock: `${prefix}clk`,
    reset: `${prefix}rst${resetActive === "low" ? "_n" : ""}`,
  };
  return { name, clock, reset: resetKind === "none" ? undefined : reset, resetKind, resetActive };
}
