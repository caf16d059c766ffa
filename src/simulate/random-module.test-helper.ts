import {
  bits,
  bool,
  element,
  input,
  literal,
  loc,
  memory,
  module,
  next,
  op,
  output,
  ref,
  reg,
  set,
  sint,
  uint,
  vec,
  when,
  wire,
} from "./ir.test-helper.ts";
import { indexWidth, sameType, widthOf } from "../ir/index.ts";
import type { Expr, Memory, Module, Port, RefExpr, Reg, Stmt, Target, Type, Wire } from "../ir/index.ts";
import type { Random } from "../random.ts";

/** Random but legal IR over all types, expressions and statements; widths cross 32 and 64 often. */
export class ModuleMaker {
  readonly #random: Random;
  readonly inputs: Port[] = [];
  readonly #wires: Wire[] = [];
  readonly #regs: Reg[] = [];
  readonly #memories: Memory[] = [];
  /** What expressions may read so far. */
  readonly #readable: RefExpr[] = [];
  readonly #loops: Expr[] = [];
  /** Indices never lie past the end: simulation would stop there. */
  #bounded = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Outputs `y0`, `y1`, ..., each one random expression of inputs and memories. */
  expressions(count: number): Module {
    const outputs = Array.from({ length: count }, (_, i) => output(`y${String(i)}`, this.type()));
    const body = outputs.map(({ name, type }) => set(ref(name, type), this.expr(type, 4)));
    return module({ ports: [...this.inputs, ...outputs], memories: this.#memories, body });
  }

  /** Wires, registers and memories with random statements; every wire is also seen at an output. */
  statements(): Module {
    const below = (n: number): number => this.#random.below(n);
    this.#bounded = true;
    for (let i = 0; i < 2 + below(4); i++) {
      const type = this.type();
      const made = reg(`r${String(i)}`, type, below(3) === 0 ? undefined : this.#random.bits(widthOf(type)));
      this.#regs.push(made);
      this.#readable.push(ref(made.name, type));
    }
    for (let i = 0; i < 3; i++) this.#input(this.type());
    const body: Stmt[] = [];
    const wires = Array.from({ length: 2 + below(4) }, (_, i) => wire(`w${String(i)}`, this.type()));
    for (const made of wires) {
      const target = ref(made.name, made.type);
      body.push(set(target, this.expr(made.type, 3)));
      const drives = (): Stmt => {
        const to = this.#target(target);
        return set(to, this.expr(to.type, 2));
      };
      for (let i = 0; i < below(4); i++) body.push(this.#nested(drives, 2));
      this.#wires.push(made);
      this.#readable.push(target);
    }
    for (const { name, type } of this.#regs) {
      const clocked = (): Stmt => {
        const to = this.#target(ref(name, type));
        return next(to, this.expr(to.type, 2));
      };
      for (let i = 0; i < 1 + below(3); i++) body.push(this.#nested(clocked, 2));
    }
    for (const { name, depth, type } of [...this.#memories]) {
      const write = (): Stmt => {
        const address = this.#index(depth, 1);
        return { kind: "memwrite", memory: name, address, data: this.expr(type, 2), loc };
      };
      for (let i = 0; i < 1 + below(2); i++) body.push(this.#nested(write, 2));
    }
    const shown = [...this.#wires, ...this.#regs];
    const outputs = shown.map(({ name, type }) => output(`o_${name}`, type));
    for (const { name, type } of shown) body.push(set(ref(`o_${name}`, type), ref(name, type)));
    return module({
      ports: [...this.inputs, ...outputs],
      wires: this.#wires,
      regs: this.#regs,
      memories: this.#memories,
      body,
    });
  }

  #nested(leaf: () => Stmt, depth: number): Stmt {
    const body = (): Stmt[] =>
      Array.from({ length: 1 + this.#random.below(2) }, () => this.#nested(leaf, depth - 1));
    const kind = depth === 0 ? 0 : this.#random.below(5);
    if (kind === 1) {
      const otherwise = this.#random.below(2) === 0 ? undefined : body();
      return when(this.expr(bool, 2), body(), otherwise);
    }
    if (kind === 2) {
      const branches = Array.from({ length: 2 }, () => ({ condition: this.expr(bool, 1), body: body() }));
      return { kind: "if", branches, loc };
    }
    if (kind === 3) {
      const subject = this.expr(uint(this.#random.below(6) === 0 ? 40 : 2), 2);
      const arms = [0, 1, 2].map((value) => ({ values: [literal(subject.type, value)], body: body() }));
      return { kind: "match", subject, arms, otherwise: body(), loc };
    }
    if (kind === 4) {
      const outer = this.#loops.length === 0;
      const count = 1 + this.#random.below(outer ? (this.#random.below(4) === 0 ? 40 : 6) : 3);
      const name = `i${String(this.#loops.length)}`;
      const index = { kind: "loopvar" as const, name, type: uint(indexWidth(count)) };
      this.#loops.push(index);
      const stmt: Stmt = { kind: "for", index, count, body: body(), loc };
      this.#loops.pop();
      return stmt;
    }
    return leaf();
  }

  /** The signal, an element, a bit or a range of bits of it. */
  #target(target: Target): Target {
    const { type } = target;
    const kind = this.#random.below(3);
    if (kind === 0 || widthOf(type) === 1) return target;
    if (type.kind === "vec" || kind === 1) {
      const length = type.kind === "vec" ? type.length : widthOf(type);
      const index = this.#index(length, 1);
      const inner = element(target, index);
      return type.kind === "vec" ? this.#target(inner) : inner;
    }
    const width = 1 + this.#random.below(widthOf(type));
    const lo = this.#random.below(widthOf(type) - width + 1);
    return { kind: "slice", type: bits(width), arg: target, lo };
  }

  type(): Type {
    const scalars = [bool, bits(this.#width()), uint(this.#width()), sint(this.#width())];
    const lengths = [1, 2, 3, 5, 33];
    const kind = this.#random.below(7);
    if (kind < 5) return this.#pick(scalars);
    const inner = kind === 5 ? this.#pick(scalars) : vec(1 + this.#random.below(3), this.#pick(scalars));
    return vec(this.#pick(lengths), inner);
  }

  #width(): number {
    const edges = [1, 2, 31, 32, 33, 63, 64, 65, 96, 97];
    return this.#random.below(2) === 0 ? this.#pick(edges) : 1 + this.#random.below(100);
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#random.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  #input(type: Type): RefExpr {
    const port = input(`x${String(this.inputs.length)}`, type);
    this.inputs.push(port);
    const made = ref(port.name, type);
    this.#readable.push(made);
    return made;
  }

  #index(length: number, depth: number): Expr {
    if (this.#random.below(3) === 0) return literal(uint(indexWidth(length)), this.#random.below(length));
    const extra = this.#random.below(8) === 0 ? 35 : this.#random.below(2);
    const index = this.expr(uint(indexWidth(length) + extra), depth);
    if (!this.#bounded) return index;
    const last = literal(index.type, length - 1);
    return { kind: "mux", type: index.type, select: op("le", index, last), whenTrue: index, whenFalse: last };
  }

  /** An expression of exactly `type`. */
  expr(type: Type, depth: number): Expr {
    const width = widthOf(type);
    if (depth === 0) {
      const readable = this.#readable.filter((found) => sameType(found.type, type));
      const loops = this.#loops.filter((found) => sameType(found.type, type));
      if (loops.length > 0 && this.#random.below(2) === 0) return this.#pick(loops);
      if (this.#random.below(5) === 0) return literal(type, this.#random.bits(width));
      return readable.length > 0 && this.#random.below(3) > 0 ? this.#pick(readable) : this.#input(type);
    }
    const sub = (inner: Type): Expr => this.expr(inner, this.#random.below(3) === 0 ? 0 : depth - 1);
    const index = (length: number): Expr => this.#index(length, depth - 1);
    const number = type.kind === "uint" || type.kind === "sint";
    const makers: (() => Expr)[] = [
      () => sub(type),
      () => ({ kind: "cross", type, arg: sub(type), to: "clk" }),
      () => ({ kind: "mux", type, select: sub(bool), whenTrue: sub(type), whenFalse: sub(type) }),
      () => {
        const length = this.#pick([1, 2, 3, 7, 40]);
        return { kind: "index", type, arg: sub(vec(length, type)), index: index(length) };
      },
      () => {
        const most = 1 + this.#random.below(9);
        const words = Array.from({ length: most }, () => this.#random.bits(width).toString(16));
        const same = this.#memories.find((found) => sameType(found.type, type));
        const made = same ?? memory(`m${String(this.#memories.length)}`, most, type, words);
        if (same === undefined) this.#memories.push(made);
        return { kind: "memread", type, memory: made.name, address: index(made.depth) };
      },
      () => ({ kind: "resize", mode: "cast", type, arg: sub(bits(width)) }),
      () => {
        const arg = sub(bits(width + this.#random.below(70)));
        return { kind: "slice", type, arg, lo: this.#random.below(widthOf(arg.type) - width + 1) };
      },
      () => {
        const stride = this.#pick([1, 3, 8, 32, 64, width]);
        const count = 1 + this.#random.below(6);
        const arg = sub(
          this.#pick([bits(width + stride * (count - 1)), vec(width + stride * (count - 1), bool)]),
        );
        return { kind: "partselect", type, arg, offset: index(count), stride };
      },
    ];
    if (type.kind !== "vec") {
      makers.push(
        () => ({ kind: "unary", op: "not", type, arg: sub(type) }),
        () => op(this.#pick(["and", "or", "xor"] as const), sub(type), sub(type)),
      );
      if (type.kind !== "bool")
        makers.push(
          () => ({
            kind: "shift",
            op: this.#pick(["shl", "shr"] as const),
            type,
            arg: sub(type),
            amount:
              this.#random.below(2) === 0
                ? literal(uint(8), this.#random.below(110))
                : sub(uint(1 + this.#random.below(9))),
          }),
          () => {
            const split = width > 1 ? 1 + this.#random.below(width - 1) : width;
            const parts = split === width ? [bits(width)] : [bits(split), bits(width - split)];
            const cat: Expr = { kind: "cat", type: bits(width), parts: parts.map(sub) };
            return type.kind === "bits" ? cat : { kind: "resize", mode: "cast", type, arg: cat };
          },
        );
      if (number)
        makers.push(
          () => op(this.#pick(["add", "sub", "mul"] as const), sub(type), sub(type)),
          () => op(this.#pick(["add", "sub"] as const), sub(type), sub(type)),
          () => {
            const from: Type = { kind: type.kind, width: 1 + this.#random.below(width) };
            return { kind: "resize", mode: type.kind === "sint" ? "sext" : "zext", type, arg: sub(from) };
          },
          () => ({
            kind: "resize",
            mode: "wrap",
            type,
            arg: sub({ kind: type.kind, width: width + this.#random.below(50) }),
          }),
        );
      if (type.kind === "sint") makers.push(() => ({ kind: "unary", op: "neg", type, arg: sub(type) }));
      if (type.kind === "uint")
        makers.push(() => {
          const most = Math.min(300, 2 ** Math.min(width, 10) - 1);
          const least = 2 ** Math.min(width - 1, 10);
          if (least > most) return sub(type);
          const arg = sub(bits(least + this.#random.below(most - least + 1)));
          return { kind: "popcount", type, arg };
        });
      if (type.kind === "bool")
        makers.push(
          () => {
            const inner = this.#pick([uint, sint, bits])(this.#width());
            return op(this.#pick(["eq", "ne", "lt", "le", "gt", "ge"] as const), sub(inner), sub(inner));
          },
          () => ({
            kind: "reduce",
            op: this.#pick(["and", "or", "xor"] as const),
            type,
            arg: sub(this.type()),
          }),
          () => {
            const arg = sub(bits(this.#width()));
            return { kind: "index", type, arg, index: index(widthOf(arg.type)) };
          },
        );
    } else {
      const { length, element: inner } = type;
      if (length <= 5)
        makers.push(() => ({ kind: "cat", type, parts: Array.from({ length }, () => sub(inner)) }));
      makers.push(() => op("xor", sub(type), sub(type)));
    }
    return this.#pick(makers)();
  }
}
