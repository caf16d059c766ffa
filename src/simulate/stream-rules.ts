import { checkedStreams, checkerInstance, fresh, portsOf, streamRules } from "../lower/stream-rules.ts";
import type { CheckedStream } from "../lower/stream-rules.ts";
import { widthOf } from "../ir/index.ts";
import type {
  AssertStmt,
  ClockDomain,
  Design,
  Expr,
  Instance,
  Module,
  Port,
  RefExpr,
  Reg,
  SourceLocation,
  Stmt,
  Type,
} from "../ir/index.ts";

/**
 * The design with a checker beside the streams of every module, as the files of `emitAssertions` bind them to the
 * SystemVerilog. That valid is known says nothing here: this simulator knows every bit.
 */
export function withStreamRules(design: Design): Design {
  const modules: Record<string, Module> = {};
  for (const [key, module] of Object.entries(design.modules)) {
    const streams = module.external === undefined ? checkedStreams(module) : [];
    if (streams.length === 0) {
      modules[key] = module;
      continue;
    }
    const checker = checkerOf(module, streams);
    const checkerKey = fresh(`${key}_assertions`, Object.keys(design.modules));
    modules[checkerKey] = checker;
    modules[key] = withChecker(module, checkerKey, checker);
  }
  return { ...design, modules };
}

const bool: Type = { kind: "bool" };

function withChecker(module: Module, key: string, checker: Module): Module {
  const name = checkerInstance(module);
  const clockPorts = checker.ports.filter(({ role }) => role !== "data");
  const instance: Instance = {
    name,
    module: key,
    clocks: Object.fromEntries(clockPorts.map((port) => [port.name, port.name])),
    loc: module.loc,
  };
  const connections = checker.ports
    .filter(({ role }) => role === "data")
    .map((port) => assign(false, { ...ref(port), instance: name }, ref(port), module.loc));
  return {
    ...module,
    instances: [...module.instances, instance],
    body: [...module.body, ...connections],
  };
}

function checkerOf(module: Module, streams: readonly CheckedStream[]): Module {
  const domains = module.domains.filter((domain) => streams.some((stream) => stream.domain === domain));
  const ports = portsOf(streams, module).map((port): Port => ({ ...port, direction: "in" }));
  const parts = domains.map((domain) =>
    domainRules(
      domain,
      streams.filter((stream) => stream.domain === domain),
      module.loc,
    ),
  );
  return {
    name: `${module.name}_assertions`,
    loc: module.loc,
    domains,
    ports,
    streams: [],
    wires: [],
    regs: parts.flatMap(({ regs }) => regs),
    memories: [],
    instances: [],
    enums: [],
    body: parts.flatMap(({ body }) => body),
    external: undefined,
  };
}

/** Registers and statements of the streams of one clock. */
interface Rules {
  readonly regs: readonly Reg[];
  readonly body: readonly Stmt[];
}

function domainRules(domain: ClockDomain, streams: readonly CheckedStream[], loc: SourceLocation): Rules {
  const rules = streams.map(streamRulesOf);
  const checks = rules.flatMap((part) => part.checks);
  const regs = rules.flatMap((part) => part.regs);
  const body = rules.flatMap((part) => part.body);
  if (domain.reset === undefined || domain.resetKind === "none") return { regs, body: [...body, ...checks] };
  // Before the first reset, anything may happen.
  const seen = register(`${domain.name}_was_reset`, bool, domain, loc, false);
  const reset: Expr = { kind: "ref", name: domain.reset, type: bool };
  const active: Expr =
    domain.resetActive === "high" ? reset : { kind: "unary", op: "not", type: bool, arg: reset };
  const high: Expr = { kind: "const", type: bool, value: "1" };
  return {
    regs: [seen, ...regs],
    body: [when(active, [assign(true, ref(seen), high, loc)], loc), ...body, when(ref(seen), checks, loc)],
  };
}

function streamRulesOf(stream: CheckedStream): Rules & { readonly checks: readonly Stmt[] } {
  const { name, kind, domain, valid, ready, payload, labels, loc } = stream;
  const waits = register(`${name}_waits`, bool, domain, loc, domain.reset !== undefined);
  const before = payload.map((port) => register(`${port.name}_before`, port.type, domain, loc, false));
  const notReady: Expr = { kind: "unary", op: "not", type: bool, arg: ref(ready) };
  const offered: Expr = { kind: "binary", op: "and", type: bool, left: ref(valid), right: notReady };
  const check = (property: Expr, rule: "holds" | "stable"): AssertStmt => ({
    kind,
    domain: domain.name,
    property,
    label: labels[rule],
    message: streamRules[rule],
    loc,
  });
  const same = payload.map((port, i): Expr => {
    const reg = before[i];
    if (reg === undefined) throw new Error("a payload port has a register");
    return { kind: "binary", op: "eq", type: bool, left: asBits(ref(port)), right: asBits(ref(reg)) };
  });
  return {
    regs: [waits, ...before],
    body: [
      assign(true, ref(waits), offered, loc),
      ...payload.flatMap((port, i) => {
        const reg = before[i];
        return reg === undefined ? [] : [assign(true, ref(reg), ref(port), loc)];
      }),
    ],
    checks: [
      when(
        ref(waits),
        [check(ref(valid), "holds"), ...same.map((property) => check(property, "stable"))],
        loc,
      ),
    ],
  };
}

function ref({ name, type }: { readonly name: string; readonly type: Type }): RefExpr {
  return { kind: "ref", name, type };
}

function asBits(arg: Expr): Expr {
  return { kind: "resize", mode: "cast", type: { kind: "bits", width: widthOf(arg.type) }, arg };
}

function assign(clocked: boolean, target: RefExpr, value: Expr, loc: SourceLocation): Stmt {
  return { kind: "assign", clocked, target, value, loc };
}

function when(condition: Expr, body: readonly Stmt[], loc: SourceLocation): Stmt {
  return { kind: "if", branches: [{ condition, body }], loc };
}

function register(name: string, type: Type, domain: ClockDomain, loc: SourceLocation, reset: boolean): Reg {
  return {
    name,
    type,
    domain: domain.name,
    reset: reset ? { kind: "const", type, value: "0" } : undefined,
    loc,
    mayBeUnread: false,
  };
}
