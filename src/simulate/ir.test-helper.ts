import { indexWidth, widthOf } from "../ir/index.ts";
import type {
  AssignStmt,
  BinaryExpr,
  ClockDomain,
  ConstExpr,
  Design,
  Expr,
  Memory,
  Module,
  Port,
  RefExpr,
  Reg,
  SourceLocation,
  Stmt,
  Target,
  Type,
  Wire,
} from "../ir/index.ts";

/** IR written by hand, for tests. */

export const loc: SourceLocation = { file: "test.ts", line: 1, column: 1 };
export const bool: Type = { kind: "bool" };
export const bits = (width: number): Type => ({ kind: "bits", width });
export const uint = (width: number): Type => ({ kind: "uint", width });
export const sint = (width: number): Type => ({ kind: "sint", width });
export const vec = (length: number, of: Type): Type => ({ kind: "vec", length, element: of });

export function literal(type: Type, value: bigint | number): ConstExpr {
  return { kind: "const", type, value: BigInt.asUintN(widthOf(type), BigInt(value)).toString(16) };
}

export function ref(name: string, type: Type, instance?: string): RefExpr {
  return { kind: "ref", name, type, ...(instance === undefined ? {} : { instance }) };
}

export function op(operator: BinaryExpr["op"], left: Expr, right: Expr): BinaryExpr {
  const compare = ["eq", "ne", "lt", "le", "gt", "ge"].includes(operator);
  return { kind: "binary", op: operator, type: compare ? bool : left.type, left, right };
}

export function set(target: Target, value: Expr): AssignStmt {
  return { kind: "assign", clocked: false, target, value, loc };
}

export function next(target: Target, value: Expr): AssignStmt {
  return { kind: "assign", clocked: true, target, value, loc };
}

export function when(condition: Expr, body: readonly Stmt[], otherwise?: readonly Stmt[]): Stmt {
  return {
    kind: "if",
    branches: [{ condition, body }],
    ...(otherwise === undefined ? {} : { otherwise }),
    loc,
  };
}

export function element(target: Target, index: number | Expr): Target & Expr {
  const { type } = target;
  const of = type.kind === "vec" ? type.element : bool;
  const length = type.kind === "vec" ? type.length : widthOf(type);
  const at = typeof index === "number" ? literal(uint(indexWidth(length)), index) : index;
  return { kind: "index", type: of, arg: target as RefExpr, index: at };
}

export const clk: ClockDomain = {
  name: "clk",
  clock: "clk",
  reset: "rst",
  resetKind: "sync",
  resetActive: "high",
};

export function domainPorts(domain: ClockDomain): Port[] {
  const { clock, reset } = domain;
  const port = (name: string, role: "clock" | "reset"): Port => ({
    name,
    role,
    direction: "in",
    type: bool,
    domain: undefined,
    loc,
  });
  return [port(clock, "clock"), ...(reset === undefined ? [] : [port(reset, "reset")])];
}

export function input(name: string, type: Type, domain = "clk"): Port {
  return { name, direction: "in", type, domain, role: "data", loc };
}

export function output(name: string, type: Type, domain = "clk"): Port {
  return { name, direction: "out", type, domain, role: "data", loc };
}

export function wire(name: string, type: Type): Wire {
  return { name, type, loc, mayBeUnread: false };
}

export function reg(name: string, type: Type, reset?: number | bigint, domain = "clk"): Reg {
  return {
    name,
    type,
    domain,
    reset: reset === undefined ? undefined : literal(type, reset),
    loc,
    mayBeUnread: false,
  };
}

export function memory(name: string, depth: number, type: Type, init?: readonly string[]): Memory {
  return { name, depth, type, style: "auto", domain: "clk", init, loc };
}

export function module(parts: Partial<Module> & { readonly body: readonly Stmt[] }): Module {
  const domains = parts.domains ?? [clk];
  return {
    name: "top",
    loc,
    streams: [],
    wires: [],
    regs: [],
    memories: [],
    instances: [],
    enums: [],
    external: undefined,
    ...parts,
    domains,
    ports: [...domains.flatMap(domainPorts), ...(parts.ports ?? [])],
  };
}

export function design(top: Module, others: Readonly<Record<string, Module>> = {}): Design {
  return { top: "top", modules: { top, ...others } };
}

export function limbsOf(type: Type, value: bigint): Uint32Array {
  const count = Math.ceil(widthOf(type) / 32);
  return Uint32Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
}

export function bigOf(limbs: Uint32Array): bigint {
  return limbs.reduceRight((value, limb) => (value << 32n) | BigInt(limb), 0n);
}
