import { limbsOf } from "./ir.test-helper.ts";
import { widthOf } from "../ir/index.ts";
import type { Expr, Module, Stmt, Target } from "../ir/index.ts";

/**
 * The semantics of src/ir, executed one statement at a time over BigInt, straight from the unsplit statement tree:
 * slow, and with nothing in common with the generated code. One module, no instances; every memory and register is
 * clocked at every tick. What is read past an end is 0.
 */
export class Oracle {
  readonly #module: Module;
  readonly values = new Map<string, bigint>();
  readonly memories = new Map<string, bigint[]>();

  constructor(module: Module) {
    this.#module = module;
    for (const { name } of [...module.ports, ...module.wires, ...module.regs]) this.values.set(name, 0n);
    for (const { name, depth, init } of module.memories)
      this.memories.set(
        name,
        Array.from({ length: depth }, (_, i) => BigInt(`0x${init?.[i] ?? "0"}`)),
      );
  }

  /** Combinational signals: all statements with reads of the values so far, until nothing changes. */
  settle(): void {
    for (let pass = 0; pass < 1000; pass++) {
      const after = new Map(this.values);
      this.#run(this.#module.body, new Map(), (stmt, loops) => {
        if (stmt.kind !== "assign" || stmt.clocked) return;
        const [value, loopValues] = [this.eval(stmt.value, loops), loops];
        this.#assign(after, stmt.target, value, loopValues);
      });
      const stable = [...after].every(([name, value]) => this.values.get(name) === value);
      for (const [name, value] of after) this.values.set(name, value);
      if (stable) return;
    }
    throw new Error("the oracle does not settle");
  }

  /** An edge; signals are settled. `reset`: registers with a reset value take it. */
  edge(inReset: boolean): void {
    const after = new Map(this.values);
    const writes: (() => void)[] = [];
    this.#run(this.#module.body, new Map(), (stmt, loops) => {
      if (stmt.kind === "assign" && stmt.clocked)
        this.#assign(after, stmt.target, this.eval(stmt.value, loops), loops);
      if (stmt.kind === "memwrite") {
        const at = Number(this.eval(stmt.address, loops));
        const data = this.eval(stmt.data, loops);
        const words = this.memories.get(stmt.memory) ?? [];
        if (at < words.length) writes.push(() => (words[at] = data));
      }
    });
    if (inReset)
      for (const { name, reset } of this.#module.regs)
        if (reset !== undefined) after.set(name, BigInt(`0x${reset.value}`));
    for (const write of writes) write();
    for (const { name } of this.#module.regs) this.values.set(name, after.get(name) ?? 0n);
  }

  #run(stmts: readonly Stmt[], loops: Loops, leaf: (stmt: Stmt, loops: Loops) => void): void {
    for (const stmt of stmts) {
      if (stmt.kind === "if") {
        const taken = stmt.branches.find(({ condition }) => this.eval(condition, loops) === 1n);
        this.#run(taken?.body ?? stmt.otherwise ?? [], loops, leaf);
      } else if (stmt.kind === "match") {
        const subject = this.eval(stmt.subject, loops);
        const taken = stmt.arms.find(({ values }) =>
          values.some(({ value }) => BigInt(`0x${value}`) === subject),
        );
        this.#run(taken?.body ?? stmt.otherwise ?? [], loops, leaf);
      } else if (stmt.kind === "for") {
        for (let i = 0; i < stmt.count; i++)
          this.#run(stmt.body, new Map([...loops, [stmt.index.name, BigInt(i)]]), leaf);
      } else leaf(stmt, loops);
    }
  }

  #assign(values: Map<string, bigint>, target: Target, value: bigint, loops: Loops): void {
    let low = 0n;
    let inner = target;
    for (; inner.kind !== "ref"; inner = inner.arg) {
      if (inner.kind === "slice") low += BigInt(inner.lo);
      else {
        const index = this.eval(inner.index, loops);
        if (index * BigInt(widthOf(inner.type)) >= BigInt(widthOf(inner.arg.type))) return;
        low += index * BigInt(widthOf(inner.type));
      }
    }
    const mask = ((1n << BigInt(widthOf(target.type))) - 1n) << low;
    const before = values.get(inner.name) ?? 0n;
    values.set(inner.name, (before & ~mask) | (value << low));
  }

  eval(expr: Expr, loops: Loops = new Map()): bigint {
    const width = widthOf(expr.type);
    const wrap = (value: bigint): bigint => BigInt.asUintN(width, value);
    const of = (inner: Expr): bigint => this.eval(inner, loops);
    const number = (inner: Expr): bigint =>
      inner.type.kind === "sint" ? BigInt.asIntN(widthOf(inner.type), of(inner)) : of(inner);
    switch (expr.kind) {
      case "const":
        return BigInt(`0x${expr.value}`);
      case "ref":
        return this.values.get(expr.name) ?? 0n;
      case "loopvar":
        return loops.get(expr.name) ?? 0n;
      case "unary":
        return wrap(expr.op === "not" ? ~of(expr.arg) : -of(expr.arg));
      case "binary": {
        const [a, b] = [number(expr.left), number(expr.right)];
        const results = {
          add: () => a + b,
          sub: () => a - b,
          mul: () => a * b,
          and: () => a & b,
          or: () => a | b,
          xor: () => a ^ b,
          eq: () => BigInt(a === b),
          ne: () => BigInt(a !== b),
          lt: () => BigInt(a < b),
          le: () => BigInt(a <= b),
          gt: () => BigInt(a > b),
          ge: () => BigInt(a >= b),
        };
        return wrap(results[expr.op]());
      }
      case "shift": {
        const amount = of(expr.amount);
        if (amount >= BigInt(width)) return expr.op === "shr" && number(expr.arg) < 0n ? wrap(-1n) : 0n;
        return wrap(expr.op === "shl" ? of(expr.arg) << amount : number(expr.arg) >> amount);
      }
      case "reduce": {
        const ones = onesIn(of(expr.arg));
        if (expr.op === "and") return BigInt(ones === widthOf(expr.arg.type));
        return expr.op === "or" ? BigInt(ones > 0) : BigInt(ones & 1);
      }
      case "popcount":
        return BigInt(onesIn(of(expr.arg)));
      case "mux":
        return of(expr.select) === 1n ? of(expr.whenTrue) : of(expr.whenFalse);
      case "cat":
        return expr.parts.reduce((all, part) => (all << BigInt(widthOf(part.type))) | of(part), 0n);
      case "slice":
        return wrap(of(expr.arg) >> BigInt(expr.lo));
      case "index": {
        const at = of(expr.index) * BigInt(width);
        return at >= BigInt(widthOf(expr.arg.type)) ? 0n : wrap(of(expr.arg) >> at);
      }
      case "partselect": {
        const at = of(expr.offset) * BigInt(expr.stride);
        return at + BigInt(width) > BigInt(widthOf(expr.arg.type)) ? 0n : wrap(of(expr.arg) >> at);
      }
      case "resize":
        return wrap(
          expr.mode === "sext" ? BigInt.asIntN(widthOf(expr.arg.type), of(expr.arg)) : of(expr.arg),
        );
      case "cross":
        return of(expr.arg);
      case "memread": {
        const words = this.memories.get(expr.memory) ?? [];
        const at = of(expr.address);
        return at < BigInt(words.length) ? (words[Number(at)] ?? 0n) : 0n;
      }
    }
  }

  limbs(name: string): Uint32Array {
    const { ports, wires, regs } = this.#module;
    const signal = [...ports, ...wires, ...regs].find((found) => found.name === name);
    if (signal === undefined) throw new Error(`no signal ${name}`);
    return limbsOf(signal.type, this.values.get(name) ?? 0n);
  }
}

type Loops = ReadonlyMap<string, bigint>;

function onesIn(value: bigint): number {
  let ones = 0;
  for (let rest = value; rest > 0n; rest >>= 1n) if ((rest & 1n) === 1n) ones++;
  return ones;
}
