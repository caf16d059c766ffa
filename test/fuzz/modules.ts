import {
  bits,
  bitWidth,
  bool,
  cat,
  component,
  crossing,
  external,
  input,
  instance,
  leavesOf,
  memory,
  mux,
  output,
  pack,
  reg,
  rom,
  sink,
  source,
  uint,
  valueOf,
  wire,
} from "../../src/hdl/index.ts";
import type {
  AnyValue,
  Bits,
  Bool,
  ClockSpec,
  Consumer,
  Counter,
  Hardware,
  Kind,
  Memory,
  ModuleBuilder,
  PortRecord,
  PortSpec,
  Producer,
  UInt,
} from "../../src/hdl/index.ts";
import { widthOf } from "../../src/ir/index.ts";
import type { Choices } from "./choices.ts";
import { Expressions, rangeOf, type Env, type Scope, type Value } from "./expressions.ts";
import { randomKind, randomLiteral, randomScalar } from "./kinds.ts";
import { Statements, type Target } from "./statements.ts";

/** A port as the module around it meets it. */
interface OuterPort {
  readonly name: string;
  readonly kind: Kind;
  readonly domain: string;
}

/** A module that can be instantiated. */
export interface RandomModule {
  readonly hardware: Hardware;
  readonly domains: readonly string[];
  /** Bounds how large designs grow. */
  readonly instances: number;
  readonly depth: number;
  /** Registers that start undefined, instances included. */
  readonly undefinedRegs: number;
  readonly inputs: readonly OuterPort[];
  readonly outputs: readonly OuterPort[];
  readonly stream: { readonly sink: Kind; readonly source: Kind } | undefined;
  /** What outputs of the top must be, computed from its inputs by the reference. */
  readonly meanings: ReadonlyMap<string, (env: Env) => bigint>;
}

/** What the modules of a design share. */
export interface DesignContext {
  readonly prefix: string;
  readonly features: Set<string>;
  /** Reset of domain `clk`, and of domain `aux`. */
  readonly resets: { readonly clk: ClockSpec; readonly aux: ClockSpec };
}

const clocked = 1000;
/** Ready of an outgoing stream, and what is made of it. */
const readyRank = 900;

/** A hand-written module, with its model for the native simulator. */
export const delay: RandomModule = {
  hardware: external({
    name: "fuzz_delay",
    clocks: { clk: { reset: "none" } },
    ports: { a: input(uint(8)), y: output(uint(8)) },
    parameters: { STEP: 3 },
    sources: {
      "fuzz_delay.sv": `module fuzz_delay #(
    parameter [7:0] STEP = 8'd1
) (
    input  logic       clk,
    input  logic [7:0] a,
    output logic [7:0] y
);
  always_ff @(posedge clk) y <= a + STEP;
endmodule
`,
    },
    model: (m, { a, y }) => {
      const { sum } = m.regs({ sum: reg(uint(8), { reset: "none" }) });
      sum.next(a.add(3).wrap(uint(8)));
      y.set(sum);
    },
  }),
  domains: ["clk"],
  instances: 1,
  depth: 1,
  undefinedRegs: 1,
  inputs: [{ name: "a", kind: uint(8), domain: "clk" }],
  outputs: [{ name: "y", kind: uint(8), domain: "clk" }],
  stream: undefined,
  meanings: new Map(),
};

interface Declared {
  readonly name: string;
  readonly kind: Kind;
  readonly domain: string;
}

/** All that a module declares; its ports follow from it. */
interface Plan {
  readonly name: string;
  readonly domains: readonly string[];
  readonly clocks: Readonly<Record<string, ClockSpec>> | undefined;
  readonly hasReset: boolean;
  readonly inputs: readonly (Declared & {
    readonly place: "plain" | "nested" | "array";
    readonly unused: boolean;
  })[];
  readonly wires: readonly (Declared & { readonly rank: number })[];
  readonly regs: readonly (Declared & { readonly reset: unknown })[];
  readonly counters: readonly { readonly name: string; readonly count: number }[];
  readonly memories: readonly MemoryPlan[];
  readonly instances: readonly {
    readonly name: string;
    readonly module: RandomModule;
    readonly domain: string;
    readonly rank: number;
  }[];
  readonly stream: { readonly sink: Kind; readonly source: Kind } | undefined;
  /** Outputs that the reference computes. */
  readonly expressions: readonly Kind[];
  /** Signals that have an output of their own; the others go into a digest. */
  readonly shown: ReadonlySet<string>;
}

interface MemoryPlan extends Declared {
  readonly depth: number;
  readonly style: "block" | "distributed" | "auto";
  readonly contents: "rom" | "init" | "none";
  /** Read into a register; otherwise combinationally. */
  readonly registered: boolean;
  readonly readDomain: string;
}

export interface ModuleRequest {
  readonly name: string;
  readonly children: readonly RandomModule[];
  readonly isTop: boolean;
  readonly context: DesignContext;
}

function planOf(c: Choices, { name, children, isTop, context }: ModuleRequest): Plan {
  const { features, resets } = context;
  const two = c.below(isTop ? 4 : 8) === 1;
  const domains = two ? ["clk", "aux"] : ["clk"];
  const style = c.below(isTop ? 4 : 6);
  const hasReset = two || isTop || style !== 1;
  const clocks = two
    ? { clk: resets.clk, aux: resets.aux }
    : !hasReset
      ? { clk: { reset: "none" as const } }
      : style === 2
        ? { clk: { ...resets.clk, reset: c.pick(["sync", "async"] as const) } }
        : undefined;
  if (two) features.add("two clock domains");
  if (!hasReset) features.add("domain without reset");
  const domain = (): string => (two && c.below(2) === 1 ? "aux" : "clk");
  const ranks = (): number => c.below(100);

  const inputs = c.list(1, 4, (i) => ({
    name: `in${String(i)}`,
    kind: randomKind(c),
    domain: domain(),
    place: c.pick(["plain", "plain", "nested", "array"] as const),
    unused: c.oneIn(12),
  }));
  const wires = c.list(0, 5, (i) => ({
    name: `w${String(i)}`,
    kind: randomKind(c),
    domain: domain(),
    rank: ranks(),
  }));
  const regs = c.list(0, 5, (i) => {
    const kind = randomKind(c);
    return {
      name: `r${String(i)}`,
      kind,
      domain: domain(),
      reset: !hasReset || c.below(4) === 3 ? "none" : c.below(3) === 0 ? undefined : randomLiteral(c, kind),
    };
  });
  const counters = hasReset
    ? c.list(0, 2, (i) => ({ name: `n${String(i)}`, count: c.pick([1, 2, 3, 5, 8, 10, 16, 100]) }))
    : [];
  const memories = c.list(0, 2, (i): MemoryPlan => {
    const contents = c.pick(["init", "rom", "none"] as const);
    const memoryDomain = domain();
    const memoryStyle = c.pick(["distributed", "block", "auto"] as const);
    const kind = randomKind(c, 1);
    const registered = memoryStyle === "block" || c.below(3) === 0;
    return {
      name: `mem${String(i)}`,
      kind,
      domain: memoryDomain,
      depth: c.pick([1, 2, 3, 4, 7, 8, 16]),
      style: memoryStyle,
      // Words without contents are written at first by a counter, which needs a reset.
      contents: contents === "none" && (!hasReset || memoryDomain !== "clk") ? "init" : contents,
      registered,
      readDomain: domain(),
    };
  });
  const usable = children.filter((child) => child.depth < 3 && (two || child.domains.length === 1));
  const instances = c
    .list(0, isTop ? 4 : 2, (i) => {
      const module = c.any(usable);
      const bound = domain();
      return module === undefined
        ? []
        : [
            {
              name: `u${String(i)}`,
              module,
              // The levels of both resets must be the same where a module is moved to the other domain.
              domain: module.domains.length > 1 || resets.clk.active !== resets.aux.active ? "clk" : bound,
              rank: ranks(),
            },
          ];
    })
    .flat()
    .filter(({ module }) => hasReset || !needsReset(module));
  const stream = c.below(4) === 1 ? { sink: randomKind(c, 1), source: randomKind(c, 1) } : undefined;
  const expressions = isTop ? c.list(0, 4, () => randomScalar(c)) : [];
  const names = [...wires, ...regs, ...counters].map((signal) => signal.name);
  const shown = new Set(names.filter(() => c.below(3) > 0));
  return {
    name,
    domains,
    clocks,
    hasReset,
    inputs,
    wires,
    regs,
    counters,
    memories,
    instances,
    stream,
    expressions,
    shown,
  };
}

function needsReset(module: RandomModule): boolean {
  return module !== delay;
}

function inputName({ name, place }: Plan["inputs"][number]): string {
  return place === "plain" ? name : place === "nested" ? `bus_${name}` : `${name}_bank0`;
}

/** The signals of a domain that have no output of their own. */
function digested(plan: Plan, domain: string): readonly Declared[] {
  const counters = plan.counters.map(({ name, count }) => ({ name, kind: uint.below(count), domain: "clk" }));
  return [...plan.wires, ...plan.regs, ...counters].filter(
    (s) => !plan.shown.has(s.name) && s.domain === domain,
  );
}

/** Outputs of an instance, each folded to at most this many bits for the digest. */
const foldedWidth = 64;

function portsOf(plan: Plan): PortRecord {
  const at = (domain: string): { readonly clock?: string } => (domain === "clk" ? {} : { clock: domain });
  const ports: Record<string, PortSpec | PortRecord | readonly PortSpec[]> = {
    live: input(bool, { doc: "Low at first." }),
  };
  const nested: Record<string, PortSpec> = {};
  for (const { name, kind, domain, place } of plan.inputs) {
    const port = input(kind, at(domain));
    if (place === "plain") ports[name] = port;
    else if (place === "nested") nested[name] = port;
    else ports[`${name}_bank`] = [port, output(kind, at(domain))];
  }
  if (Object.keys(nested).length > 0) ports["bus"] = nested;
  if (plan.stream !== undefined) {
    ports["x"] = sink(plan.stream.sink);
    ports["y"] = source(plan.stream.source);
  }
  for (const { name, kind, domain } of shownSignals(plan)) ports[`o_${name}`] = output(kind, at(domain));
  plan.expressions.forEach((kind, i) => {
    ports[`e${String(i)}`] = output(kind);
  });
  for (const domain of plan.domains) {
    const width = digestWidth(plan, domain);
    if (width > 0) ports[`digest_${domain}`] = output(bits(width), at(domain));
    ports[`heard_${domain}`] = output(bool, at(domain));
  }
  return ports;
}

function shownSignals(plan: Plan): readonly Declared[] {
  const counters = plan.counters.map(({ name, count }) => ({ name, kind: uint.below(count), domain: "clk" }));
  return [...plan.wires, ...plan.regs, ...counters].filter((s) => plan.shown.has(s.name));
}

/** What a digest shows of instances and of the registers that memories are read into. */
function otherDigested(plan: Plan, domain: string): readonly number[] {
  const outputs = plan.instances.flatMap(({ module, domain: bound }) =>
    module.outputs.flatMap((port) =>
      boundDomain(module, port, bound) === domain ? [bitWidth(port.kind)] : [],
    ),
  );
  const words = plan.memories.flatMap((m) =>
    m.registered && m.readDomain === domain ? [bitWidth(m.kind)] : [],
  );
  return [...outputs.map((width) => Math.min(width, foldedWidth)), ...words];
}

function digestWidth(plan: Plan, domain: string): number {
  const own = digested(plan, domain).map(({ kind }) => bitWidth(kind));
  return [...own, ...otherDigested(plan, domain)].reduce((sum, width) => sum + width, 0);
}

function boundDomain(module: RandomModule, port: OuterPort, bound: string): string {
  return module.domains.length > 1 ? port.domain : bound;
}

/** A random module, built when it is elaborated. */
export function randomModule(c: Choices, request: ModuleRequest): RandomModule {
  const plan = planOf(c, request);
  const body = c.later();
  const ports = portsOf(plan);
  const meanings = new Map<string, (env: Env) => bigint>();
  const { features } = request.context;
  if (plan.instances.length !== new Set(plan.instances.map(({ module }) => module)).size)
    features.add("module used several times");
  const hardware = component({
    name: plan.name,
    doc: "Random hardware.",
    ports: (): PortRecord => ports,
    ...(plan.clocks === undefined ? {} : { clocks: plan.clocks }),
    build: (m, given) => {
      new ModuleMaker(m, body, plan, given, features, meanings).build();
    },
  })();
  const depth = 1 + Math.max(0, ...plan.instances.map(({ module }) => module.depth));
  features.add(`hierarchy ${String(depth)} deep`);
  const own = plan.regs.filter(({ reset }) => reset === "none").length + plan.memories.length;
  return {
    hardware,
    domains: plan.domains,
    depth,
    instances: 1 + plan.instances.reduce((sum, { module }) => sum + module.instances, 0),
    undefinedRegs: own + plan.instances.reduce((sum, { module }) => sum + module.undefinedRegs, 0),
    inputs: [
      { name: "live", kind: bool, domain: "clk" },
      ...plan.inputs.map((port) => ({ ...port, name: inputName(port) })),
    ],
    outputs: outputsOf(ports),
    stream: plan.stream,
    meanings,
  };
}

function outputsOf(ports: PortRecord, prefix = ""): OuterPort[] {
  const found: OuterPort[] = [];
  const visit = (name: string, port: PortSpec): void => {
    if (port.port === "output") found.push({ name, kind: port.kind, domain: port.clock ?? "clk" });
  };
  for (const [name, entry] of Object.entries(ports)) {
    if (Array.isArray(entry))
      (entry as readonly PortSpec[]).forEach((port, i) => {
        visit(`${prefix}${name}${String(i)}`, port);
      });
    else if ("port" in entry) visit(prefix + name, entry as PortSpec);
    else found.push(...outputsOf(entry as PortRecord, `${prefix}${name}_`));
  }
  return found;
}

/** The signal of a port by its flat name. */
function portNamed(ports: Readonly<Record<string, unknown>>, name: string): AnyValue {
  const direct = ports[name];
  if (direct !== undefined) return direct as AnyValue;
  const bus = /^bus_(.*)$/.exec(name)?.[1];
  if (bus !== undefined) return (ports["bus"] as Readonly<Record<string, AnyValue>>)[bus] as AnyValue;
  const [, bank = "", index = "0"] = /^(.*_bank)(\d)$/.exec(name) ?? [];
  return (ports[bank] as readonly AnyValue[])[Number(index)] as AnyValue;
}

class ModuleMaker {
  readonly #m: ModuleBuilder;
  readonly #c: Choices;
  readonly #plan: Plan;
  readonly #ports: Readonly<Record<string, unknown>>;
  readonly #features: Set<string>;
  readonly #meanings: Map<string, (env: Env) => bigint>;
  readonly #values: Expressions;
  readonly #statements: Statements;
  /** What is to be done, in any order. */
  readonly #tasks: (() => void)[] = [];
  /** By domain: what the digest and the parity of all that comes in are made of. */
  readonly #digests = new Map<string, AnyValue[]>();
  readonly #heard = new Map<string, AnyValue[]>();
  /** Wires, registers and counters. */
  readonly #signals = new Map<string, AnyValue>();
  #labels = 0;

  constructor(
    m: ModuleBuilder,
    c: Choices,
    plan: Plan,
    ports: Readonly<Record<string, unknown>>,
    features: Set<string>,
    meanings: Map<string, (env: Env) => bigint>,
  ) {
    this.#m = m;
    this.#c = c;
    this.#plan = plan;
    this.#ports = ports;
    this.#features = features;
    this.#meanings = meanings;
    this.#values = new Expressions(c, features);
    this.#statements = new Statements(m, c, this.#values, features);
    for (const domain of plan.domains) {
      this.#digests.set(domain, []);
      this.#heard.set(domain, []);
    }
  }

  #uses(feature: string): void {
    this.#features.add(feature);
  }

  build(): void {
    this.#inputs();
    const targets = [...this.#regs(), ...this.#wires(), ...this.#instances(), ...this.#stream()];
    this.#counters();
    this.#memories();
    this.#drive(targets);
    this.#checks();
    this.#expressions();
    for (const task of this.#shuffled(this.#tasks)) this.#c.part(task);
    this.#names();
    this.#outputs();
  }

  // ---- declarations ---------------------------------------------------------------------------------------------------

  #scope(domain: string, limit = clocked): Scope {
    return { domain, limit, loops: [] };
  }

  /** Low until every register and memory is defined. */
  #live(domain: string): Bool {
    const live = this.#ports["live"] as Bool;
    return domain === "clk" ? live : crossing(live, domain);
  }

  #readable(
    signal: AnyValue,
    kind: Kind,
    domain: string,
    rank: number,
    options: { ready?: boolean; of?: Value["of"]; input?: boolean; high?: bigint } = {},
  ): void {
    const [low, high] = rangeOf(kind);
    const of =
      options.of ??
      (() => {
        throw new Error("the reference knows inputs only");
      });
    this.#values.readables.push({
      value: { signal, kind, low, high: options.high ?? high, of },
      rank,
      domain,
      ready: options.ready ?? false,
      input: options.input ?? false,
    });
  }

  #hears(domain: string, signal: AnyValue): void {
    this.#heard.get(domain)?.push(signal);
  }

  #inputs(): void {
    this.#hears("clk", this.#ports["live"] as Bool);
    for (const port of this.#plan.inputs) {
      const { kind, domain, unused } = port;
      const name = inputName(port);
      const signal = portNamed(this.#ports, name);
      this.#readable(signal, kind, domain, -1, { input: true, of: (env) => packedInput(env, name, kind) });
      if (port.place === "array") {
        this.#uses("array of ports");
        const out = portNamed(this.#ports, `${port.name}_bank1`);
        this.#tasks.push(() => {
          this.#statements.cover(
            [{ signal: out, kind, mode: "set", scope: this.#scope(domain, 50) }],
            this.#scope(domain, 50),
            1,
          );
        });
      }
      if (port.place === "nested") this.#uses("nested ports");
      if (unused && !hasStruct(kind)) {
        this.#uses("unused");
        this.#m.unused({ [name]: signal });
      } else this.#hears(domain, signal);
    }
  }

  #shows(name: string, signal: AnyValue, domain: string): void {
    this.#signals.set(name, signal);
    if (!this.#plan.shown.has(name)) this.#digests.get(domain)?.push(signal);
  }

  #wires(): Target[] {
    const { wires } = this.#plan;
    if (wires.length === 0) return [];
    const handles = this.#m.wires(
      Object.fromEntries(
        wires.map(({ name, kind }, i) => [name, i === 0 ? wire(kind, { doc: "A wire." }) : kind]),
      ),
    ) as Readonly<Record<string, AnyValue>>;
    return wires.map(({ name, kind, domain, rank }): Target => {
      const signal = handles[name] as AnyValue;
      this.#readable(signal, kind, domain, rank);
      this.#shows(name, signal, domain);
      return { signal, kind, mode: "set", scope: this.#scope(domain, rank) };
    });
  }

  #regs(): Target[] {
    const { regs } = this.#plan;
    if (regs.length === 0) return [];
    const handles = this.#m.regs(
      Object.fromEntries(
        regs.map(({ name, kind, reset, domain }) => [
          name,
          reg(kind, {
            ...(reset === undefined ? {} : { reset: reset as never }),
            ...(domain === "clk" ? {} : { clock: domain }),
            doc: "A register.",
          }),
        ]),
      ),
    ) as Readonly<Record<string, AnyValue>>;
    const targets: Target[] = [];
    for (const { name, kind, reset, domain } of regs) {
      const signal = handles[name] as AnyValue;
      this.#shows(name, signal, domain);
      const target: Target = { signal, kind, mode: "next", scope: { ...this.#scope(domain), readies: true } };
      if (reset !== "none") {
        this.#uses(reset === undefined ? "reg with reset to 0" : "reg with reset value");
        this.#readable(signal, kind, domain, -1);
        targets.push(target);
        continue;
      }
      this.#uses("reg without reset");
      this.#masked(signal, kind, domain);
      this.#tasks.push(() => {
        this.#loaded(domain, () => {
          this.#statements.cover([target], target.scope, 2);
        });
      });
    }
    return targets;
  }

  /** Statements that apply in any case at first, later perhaps only under a condition. */
  #loaded(domain: string, body: () => void): void {
    if (this.#c.below(2) === 0) {
      body();
      return;
    }
    const enable = this.#values.bool({ ...this.#scope(domain), readies: true }, 1).signal;
    this.#m.when(this.#live(domain).not().or(enable), body);
  }

  /** Something that starts undefined, read so that only what is defined comes through. */
  #masked(signal: AnyValue, kind: Kind, domain: string): void {
    const spare = valueOf(kind, randomLiteral(this.#c, kind) as never) as object;
    const masked = mux(this.#live(domain), signal as object, spare) as AnyValue;
    this.#readable(masked, kind, domain, -1);
  }

  #instances(): Target[] {
    const { instances, domains } = this.#plan;
    return instances.flatMap(({ name, module, domain: bound, rank }): Target[] => {
      const clocks: Readonly<Record<string, string>> =
        module.domains.length === 1 && bound !== "clk" ? { clk: bound } : {};
      if (bound !== "clk") this.#uses("instance in another domain");
      if (module === delay) this.#uses("external module");
      const handle = this.#m.instances({
        [name]: instance(module.hardware, { clocks, doc: "An instance." }),
      })[name] as unknown as Readonly<Record<string, unknown>>;
      const outer = (port: OuterPort): string =>
        domains.length > 1 ? boundDomain(module, port, bound) : "clk";
      for (const port of module.outputs) {
        const signal = portNamed(handle, port.name);
        const domain = outer(port);
        this.#readable(signal, port.kind, domain, rank);
        this.#digests.get(domain)?.push(fold(pack(signal)));
      }
      const target = (signal: AnyValue, kind: Kind, domain: string): Target => ({
        signal,
        kind,
        mode: "set",
        scope: this.#scope(domain, rank),
      });
      const targets: Target[] = [];
      for (const port of module.inputs) {
        const signal = portNamed(handle, port.name);
        if (port.name === "live") (signal as unknown as { set(v: Bool): void }).set(this.#live(outer(port)));
        else targets.push(target(signal, port.kind, outer(port)));
      }
      if (module.stream !== undefined) {
        const domain = outer({ name: "x", kind: bool, domain: "clk" });
        const taken = handle["x"] as Consumer;
        const given = handle["y"] as Producer;
        targets.push(
          target(taken.valid, bool, domain),
          target(taken.payload as unknown as AnyValue, module.stream.sink, domain),
          target(given.ready, bool, domain),
        );
        this.#readable(taken.ready, bool, domain, Math.max(rank, readyRank), { ready: true });
        this.#hears(domain, taken.ready);
        this.#readable(given.valid, bool, domain, rank);
        this.#readable(given.payload as unknown as AnyValue, module.stream.source, domain, rank);
        this.#hears(domain, given.valid);
        this.#hears(domain, given.payload as unknown as AnyValue);
      }
      return targets;
    });
  }

  #stream(): Target[] {
    const { stream } = this.#plan;
    if (stream === undefined) return [];
    this.#uses("stream");
    const x = this.#ports["x"] as Producer;
    const y = this.#ports["y"] as Consumer;
    this.#readable(x.valid, bool, "clk", -1);
    this.#readable(x.payload as unknown as AnyValue, stream.sink, "clk", -1);
    this.#readable(y.ready, bool, "clk", readyRank, { ready: true });
    this.#readable(x.fire, bool, "clk", readyRank + 2, { ready: true });
    for (const signal of [x.valid, x.payload as unknown as AnyValue, y.ready]) this.#hears("clk", signal);
    if (this.#c.below(3) === 0) {
      this.#uses("stream map");
      this.#tasks.push(() => {
        x.map(
          stream.source,
          () => this.#values.of(stream.source, this.#scope("clk", 500)).signal as never,
        ).into(y);
      });
      return [];
    }
    const scope = this.#scope("clk", 500);
    return [
      { signal: x.ready, kind: bool, mode: "set", scope: { ...scope, limit: readyRank + 1, readies: true } },
      { signal: y.valid, kind: bool, mode: "set", scope },
      { signal: y.payload as unknown as AnyValue, kind: stream.source, mode: "set", scope },
    ];
  }

  #counters(): void {
    const { counters } = this.#plan;
    if (counters.length === 0) return;
    const handles: Readonly<Record<string, Counter>> = this.#m.counters(
      Object.fromEntries(counters.map(({ name, count }) => [name, count])),
    );
    for (const { name, count } of counters) {
      const counter = handles[name];
      if (counter === undefined) continue;
      this.#uses(count === 1 ? "counter of 1" : "counter");
      this.#shows(name, counter, "clk");
      this.#readable(counter, uint.below(count), "clk", -1, { high: BigInt(count - 1) });
      this.#readable(counter.last, bool, "clk", -1);
      this.#tasks.push(() => {
        const scope = { ...this.#scope("clk"), readies: true };
        if (this.#c.below(3) === 0) counter.advance();
        else {
          const chain = this.#m.when(this.#values.bool(scope, 2).signal, () => {
            counter.advance();
          });
          if (this.#c.below(2) === 0)
            chain.elsewhen(this.#values.bool(scope, 1).signal, () => {
              counter.clear();
            });
        }
      });
    }
  }

  #memories(): void {
    for (const plan of this.#plan.memories) {
      const { name, kind, depth, style, contents, domain, registered, readDomain } = plan;
      const words = (): never[] => Array.from({ length: depth }, () => randomLiteral(this.#c, kind) as never);
      const clock = domain === "clk" ? {} : { clock: domain };
      this.#uses(
        `${style} ${contents === "rom" ? "ROM" : contents === "init" ? "memory with contents" : "memory"}`,
      );
      const made =
        contents === "rom"
          ? this.#m.roms({ [name]: rom(kind, words(), { style, doc: "Constants." }) })[name]
          : this.#m.memories({
              [name]: memory(depth, kind, {
                style,
                ...clock,
                ...(contents === "init" ? { init: words() } : {}),
              }),
            })[name];
      const store = made as Memory<Kind>;
      if (contents !== "rom")
        this.#tasks.push(() => {
          this.#writes(store, plan);
        });
      if (!registered) {
        const readable = {
          memory: store as unknown as Memory<Kind, "read">,
          kind,
          depth,
          domain: contents === "rom" ? undefined : domain,
        };
        this.#values.memories.push(readable);
        const scope = this.#scope(contents === "rom" ? "clk" : domain, 100);
        this.#tasks.push(() => {
          this.#hears(scope.domain, store.read(this.#values.index(depth, scope, true).signal) as AnyValue);
        });
        continue;
      }
      this.#uses("memory, registered read");
      if (readDomain !== domain && contents !== "rom") this.#uses("memory with two clocks");
      const word = this.#m.regs({
        [`${name}_word`]: reg(kind, {
          reset: "none",
          ...(readDomain === "clk" ? {} : { clock: readDomain }),
        }),
      })[`${name}_word`] as AnyValue;
      this.#digests.get(readDomain)?.push(word);
      this.#masked(word, kind, readDomain);
      this.#tasks.push(() => {
        const address = this.#values.index(depth, { ...this.#scope(readDomain), readies: true }, true).signal;
        this.#loaded(readDomain, () => {
          (word as unknown as { next(v: unknown): void }).next(store.read(address));
        });
      });
    }
  }

  /** Nothing but the filling of a memory without contents happens until the design is live. */
  #writes(store: Memory<Kind>, { name, kind, depth, domain, contents }: MemoryPlan): void {
    const scope = { ...this.#scope(domain), readies: true };
    const word = (): object => this.#values.of(kind, scope, 2).signal;
    const address = (): UInt => this.#values.index(depth, scope, true).signal;
    if (contents === "none") {
      const fill = this.#m.counters({ [`${name}_fill`]: depth })[`${name}_fill`] as Counter;
      fill.advance();
      const live = this.#live(domain);
      const first = valueOf(kind, randomLiteral(this.#c, kind) as never) as object;
      store.write(mux(live, address(), fill), mux(live, word(), first) as never);
      return;
    }
    this.#m.when(this.#live(domain), () => {
      this.#c.list(1, 2, () => {
        if (this.#c.below(3) === 0) store.write(address(), word() as never);
        else
          this.#m.when(this.#values.bool(scope, 2).signal, () => {
            store.write(address(), word() as never);
          });
      });
    });
  }

  // ---- statements -----------------------------------------------------------------------------------------------------

  /** Targets in random company: combinational and clocked assignments under the same conditions. */
  #drive(targets: readonly Target[]): void {
    const left = [...this.#shuffled(targets)];
    while (left.length > 0) {
      const [first] = left;
      if (first === undefined) return;
      const group = left
        .filter(({ scope }) => scope.domain === first.scope.domain)
        .slice(0, 1 + this.#c.below(3));
      for (const target of group) left.splice(left.indexOf(target), 1);
      if (group.some(({ mode }) => mode === "set") && group.some(({ mode }) => mode === "next"))
        this.#uses("set and next in one statement");
      const limit = Math.min(...group.map(({ scope }) => scope.limit));
      const readies = group.every(({ scope }) => scope.readies === true);
      const scope: Scope = { domain: first.scope.domain, limit, loops: [], readies };
      this.#tasks.push(() => {
        const held = group.every(({ mode }) => mode === "next") && this.#c.below(2) === 0;
        if (!held) this.#statements.cover(group, scope, 3);
        else {
          this.#uses("reg that holds");
          this.#m.when(this.#values.bool(scope, 2).signal, () => {
            this.#statements.cover(group, scope, 2);
          });
        }
      });
    }
  }

  /** Properties that always hold, and one that may not. */
  #checks(): void {
    if (!this.#plan.hasReset) return;
    this.#c.list(0, 1, () => {
      const kind = this.#c.pick(["assert", "assume", "cover"] as const);
      this.#uses(kind);
      this.#tasks.push(() => {
        const domain = this.#c.any(this.#plan.domains) ?? "clk";
        const scope = this.#scope(domain);
        const a = this.#values.integer("uint", scope, 2);
        const b = this.#values.integer("uint", scope, 1);
        const holds = kind === "cover" ? a.signal.lt(b.signal) : a.signal.add(b.signal).ge(a.signal);
        const label = `check${String(this.#labels++)}`;
        const state = (): void => {
          this.#m[kind]({ [label]: holds }, { message: "sums do not shrink", clock: domain });
        };
        if (this.#c.below(2) === 0) state();
        else this.#m.when(this.#values.bool(scope, 1).signal, state);
      });
    });
  }

  #expressions(): void {
    this.#plan.expressions.forEach((kind, i) => {
      const name = `e${String(i)}`;
      this.#tasks.push(() => {
        const value = this.#values.of(kind, { ...this.#scope("clk", 0), inputsOnly: true }, 3);
        (portNamed(this.#ports, name) as unknown as { set(v: unknown): void }).set(value.signal);
        this.#meanings.set(name, value.of);
        this.#uses("compared with the reference");
      });
    });
  }

  #names(): void {
    this.#c.list(0, 2, (i) => {
      const name = `named${String(i)}`;
      const scope = this.#scope("clk");
      if (this.#c.below(3) === 0) {
        const kind = randomScalar(this.#c);
        if (kind.kind === "enum") return;
        // Each an expression of its own: one that is a part of another would have to come before it.
        const values = this.#c.list(1, 3, () => {
          const [a, b] = [this.#values.of(kind, scope, 2), this.#values.of(kind, scope, 1)];
          return (a.signal as UInt).xor(b.signal as UInt);
        });
        this.#m.name({ [name]: values });
        this.#uses("name of an array");
        for (const value of values) this.#hears("clk", value);
      } else {
        const value = this.#values.of(randomKind(this.#c, 1), scope, 3);
        this.#m.name({ [name]: value.signal });
        this.#uses("name");
        this.#hears("clk", value.signal);
      }
    });
  }

  #outputs(): void {
    const drive = (name: string, value: unknown): void => {
      (portNamed(this.#ports, name) as unknown as { set(v: unknown): void }).set(value);
    };
    for (const { name } of shownSignals(this.#plan)) {
      drive(`o_${name}`, this.#signals.get(name));
    }
    for (const domain of this.#plan.domains) {
      const digest = this.#digests.get(domain) ?? [];
      if (digest.length > 0) drive(`digest_${domain}`, cat(...digest));
      const heard = this.#heard.get(domain) ?? [];
      drive(`heard_${domain}`, heard.length === 0 ? false : cat(...heard).parity());
    }
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return Array.from({ length: left.length }, () => left.splice(this.#c.below(left.length), 1)[0] as T);
  }
}

/** The fields of an input side by side, the first least significant. */
function packedInput(env: Env, name: string, kind: Kind): bigint {
  return leavesOf(kind).reduceRight((all, leaf) => {
    const pattern = env.get([name, ...leaf.path].join("_"));
    if (pattern === undefined) throw new Error(`no input ${name}`);
    return (all << BigInt(widthOf(leaf.type))) | pattern;
  }, 0n);
}

function hasStruct(kind: Kind): boolean {
  return kind.kind === "struct" || (kind.kind === "vec" && hasStruct(kind.element));
}

/** At most `foldedWidth` bits that change with any of `all`. */
function fold(all: Bits): Bits {
  const parts: Bits[] = [];
  for (let lo = 0; lo < all.width; lo += foldedWidth) {
    const width = Math.min(foldedWidth, all.width - lo);
    const part = all.slice(lo, width);
    parts.push(width === foldedWidth || lo === 0 ? part : part.asUInt().extend(uint(foldedWidth)).asBits());
  }
  return parts.reduce((a, b) => a.xor(b));
}
