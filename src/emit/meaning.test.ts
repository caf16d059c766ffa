import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { emit } from "./index.ts";
import { lint } from "./tools.test-helper.ts";
import { Random } from "../random.ts";
import { widthOf } from "../ir/index.ts";
import type { BinaryExpr, Design, Expr, Module, Port, Type } from "../ir/index.ts";

// Random expressions over all IR nodes: Icarus, and Icarus on the netlist that Yosys makes of them, must compute what
// src/ir/expr.ts says.

const loc = { file: "meaning.ts", line: 1, column: 1 };
const bool: Type = { kind: "bool" };

const inputs: readonly { readonly name: string; readonly type: Type }[] = [
  { name: "u3", type: { kind: "uint", width: 3 } },
  { name: "u5", type: { kind: "uint", width: 5 } },
  { name: "u40", type: { kind: "uint", width: 40 } },
  { name: "s4", type: { kind: "sint", width: 4 } },
  { name: "s7", type: { kind: "sint", width: 7 } },
  { name: "s33", type: { kind: "sint", width: 33 } },
  { name: "b8", type: { kind: "bits", width: 8 } },
  { name: "b64", type: { kind: "bits", width: 64 } },
  { name: "t", type: bool },
  { name: "f", type: bool },
  { name: "vu", type: { kind: "vec", length: 8, element: { kind: "uint", width: 5 } } },
  { name: "vs", type: { kind: "vec", length: 4, element: { kind: "sint", width: 7 } } },
  {
    name: "vv",
    type: {
      kind: "vec",
      length: 2,
      element: { kind: "vec", length: 4, element: { kind: "bits", width: 3 } },
    },
  },
];

/** Random expressions of a wanted type; `budget` bounds their depth. */
class Generator {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  #below(n: number): number {
    return this.#random.below(n);
  }

  type(): Type {
    const kind = (["uint", "sint", "bits", "uint", "sint", "bool"] as const)[this.#below(6)] ?? "bool";
    return kind === "bool" ? bool : { kind, width: 1 + this.#below(this.#below(4) === 0 ? 50 : 9) };
  }

  expr(type: Type, budget: number): Expr {
    if (type.kind === "bool") return this.#bool(budget);
    const width = widthOf(type);
    if (budget === 0) return this.#leaf(type);
    const same = (): Expr => this.expr(type, budget - 1);
    switch (this.#below(16)) {
      case 0:
        return { kind: "unary", op: "not", type, arg: same() };
      case 1:
        return type.kind === "sint" ? { kind: "unary", op: "neg", type, arg: same() } : same();
      case 2:
      case 3:
      case 4: {
        const ops: readonly BinaryExpr["op"][] = ["add", "sub", "mul", "and", "or", "xor"];
        const op = ops[this.#below(type.kind === "bits" ? 3 : 6) + (type.kind === "bits" ? 3 : 0)] ?? "xor";
        return { kind: "binary", op, type, left: same(), right: same() };
      }
      case 5:
      case 6: {
        const op = this.#below(2) === 0 ? "shl" : "shr";
        const amount = this.expr({ kind: "uint", width: 1 + this.#below(6) }, Math.min(budget - 1, 1));
        return { kind: "shift", op, type, arg: same(), amount };
      }
      case 7:
        return { kind: "mux", type, select: this.#bool(budget - 1), whenTrue: same(), whenFalse: same() };
      case 8:
        return this.#cast(type, this.#cat(width, budget - 1));
      case 9: {
        const lo = this.#below(6);
        const arg = this.expr({ kind: this.#sign(), width: width + lo + this.#below(3) }, budget - 1);
        return this.#cast(type, { kind: "slice", type: { kind: "bits", width }, arg, lo });
      }
      case 10: {
        const index = this.expr({ kind: "uint", width: 3 }, budget - 1);
        if (type.kind === "uint" && width === 5) return { kind: "index", type, arg: this.#ref("vu"), index };
        const offset = this.expr({ kind: "uint", width: 2 }, budget - 1);
        if (type.kind === "sint" && width === 7)
          return { kind: "index", type, arg: this.#ref("vs"), index: offset };
        const arg = this.expr({ kind: this.#sign(), width: width * 4 }, budget - 1);
        return this.#cast(type, {
          kind: "partselect",
          type: { kind: "bits", width },
          arg,
          offset,
          stride: width,
        });
      }
      case 11:
      case 12: {
        if (width === 1) return same();
        const own = 1 + this.#below(width - 1);
        if (type.kind === "sint") {
          const arg = this.expr({ kind: "sint", width: own }, budget - 1);
          return { kind: "resize", mode: "sext", type, arg };
        }
        return {
          kind: "resize",
          mode: "zext",
          type,
          arg: this.expr({ kind: type.kind, width: own } as Type, budget - 1),
        };
      }
      case 13: {
        if (this.#below(2) === 0)
          return { kind: "resize", mode: "wrap", type, arg: this.#grown(width, budget) };
        const arg = this.expr({ kind: this.#sign(), width: width + this.#below(5) }, budget - 1);
        return { kind: "resize", mode: "wrap", type, arg };
      }
      case 14: {
        if (width < 2 || width > 7) return same();
        const arg = this.expr({ kind: "bits", width: 2 ** (width - 1) }, budget - 1);
        return this.#cast(type, { kind: "popcount", type: { kind: "uint", width }, arg });
      }
      default:
        return this.#leaf(type);
    }
  }

  /** Arithmetic as the DSL makes it of narrower operands, which are extended so that nothing is lost. */
  #grown(width: number, budget: number): Expr {
    const whole = width + 1 + this.#below(3);
    const kind = this.#sign();
    const type: Type = { kind, width: whole };
    const mode = kind === "sint" ? "sext" : "zext";
    const operand = (): Expr => {
      if (this.#below(3) === 0) return { kind: "const", type, value: this.#pattern(whole).toString(16) };
      const own = this.#below(2) === 0 ? width : 1 + this.#below(width);
      return { kind: "resize", mode, type, arg: this.expr({ kind, width: own }, budget - 1) };
    };
    const op = (["add", "sub", "mul"] as const)[this.#below(3)] ?? "add";
    return { kind: "binary", op, type, left: operand(), right: operand() };
  }

  #sign(): "uint" | "sint" {
    return this.#below(2) === 0 ? "uint" : "sint";
  }

  #bool(budget: number): Expr {
    if (budget === 0) return this.#below(2) === 0 ? this.#ref("t") : this.#ref("f");
    const wide = (kind: "uint" | "sint" | "bits"): Type => ({ kind, width: 1 + this.#below(12) });
    switch (this.#below(8)) {
      case 0:
        return { kind: "unary", op: "not", type: bool, arg: this.#bool(budget - 1) };
      case 1:
      case 2: {
        const op = (["and", "or", "xor", "eq", "ne"] as const)[this.#below(5)] ?? "and";
        return {
          kind: "binary",
          op,
          type: bool,
          left: this.#bool(budget - 1),
          right: this.#bool(budget - 1),
        };
      }
      case 3:
      case 4:
      case 5: {
        const op = (["eq", "ne", "lt", "le", "gt", "ge"] as const)[this.#below(6)] ?? "lt";
        const type = wide(this.#sign());
        return {
          kind: "binary",
          op,
          type: bool,
          left: this.expr(type, budget - 1),
          right: this.expr(type, budget - 1),
        };
      }
      case 6: {
        const op = (["and", "or", "xor"] as const)[this.#below(3)] ?? "xor";
        return { kind: "reduce", op, type: bool, arg: this.expr(wide("bits"), budget - 1) };
      }
      default: {
        const arg = this.expr({ kind: "bits", width: 8 }, budget - 1);
        return { kind: "index", type: bool, arg, index: this.expr({ kind: "uint", width: 3 }, budget - 1) };
      }
    }
  }

  #cat(width: number, budget: number): Expr {
    const parts: Expr[] = [];
    for (let left = width; left > 0;) {
      const own = 1 + this.#below(left);
      parts.push(
        this.expr(
          { kind: (["uint", "sint", "bits"] as const)[this.#below(3)] ?? "bits", width: own },
          budget,
        ),
      );
      left -= own;
    }
    return { kind: "cat", type: { kind: "bits", width }, parts };
  }

  #leaf(type: Type): Expr {
    const width = widthOf(type);
    const fitting = inputs.filter((i) => widthOf(i.type) === width && i.type.kind === type.kind);
    const exact = fitting[this.#below(Math.max(1, fitting.length))];
    if (exact !== undefined && this.#below(3) > 0) return this.#ref(exact.name);
    if (this.#below(3) === 0) return { kind: "const", type, value: this.#pattern(width).toString(16) };
    const wider = inputs.filter((i) => widthOf(i.type) >= width);
    const source = wider[this.#below(wider.length)];
    if (source === undefined) return { kind: "const", type, value: this.#pattern(width).toString(16) };
    const lo = this.#below(widthOf(source.type) - width + 1);
    return this.#cast(type, {
      kind: "slice",
      type: { kind: "bits", width },
      arg: this.#ref(source.name),
      lo,
    });
  }

  #cast(type: Type, arg: Expr): Expr {
    return arg.type.kind === type.kind ? arg : { kind: "resize", mode: "cast", type, arg };
  }

  #ref(name: string): Expr {
    const found = inputs.find((i) => i.name === name);
    if (found === undefined) throw new Error(name);
    return { kind: "ref", ...found };
  }

  /** Corner cases as often as any others. */
  #pattern(width: number): bigint {
    const all = (1n << BigInt(width)) - 1n;
    switch (this.#below(5)) {
      case 0:
        return 0n;
      case 1:
        return all;
      case 2:
        return 1n << BigInt(width - 1);
      default:
        return this.#random.bits(width);
    }
  }

  vector(): Map<string, bigint> {
    return new Map(inputs.map(({ name, type }) => [name, this.#pattern(widthOf(type))]));
  }
}

/** The bit pattern that src/ir/expr.ts gives an expression. */
function evaluate(expr: Expr, env: ReadonlyMap<string, bigint>): bigint {
  const width = widthOf(expr.type);
  const bits = (e: Expr): bigint => evaluate(e, env);
  const number = (e: Expr): bigint =>
    e.type.kind === "sint" ? BigInt.asIntN(widthOf(e.type), bits(e)) : bits(e);
  const ones = (value: bigint): number => value.toString(2).replaceAll("0", "").length;
  const result = ((): bigint => {
    switch (expr.kind) {
      case "const":
        return BigInt(`0x${expr.value}`);
      case "ref":
        return env.get(expr.name) ?? 0n;
      case "unary":
        return expr.op === "not" ? ~bits(expr.arg) : -bits(expr.arg);
      case "binary": {
        const [a, b] = [number(expr.left), number(expr.right)];
        const value = {
          add: a + b,
          sub: a - b,
          mul: a * b,
          and: a & b,
          or: a | b,
          xor: a ^ b,
          eq: a === b,
          ne: a !== b,
          lt: a < b,
          le: a <= b,
          gt: a > b,
          ge: a >= b,
        }[expr.op];
        return BigInt(value);
      }
      case "shift":
        return expr.op === "shl"
          ? bits(expr.arg) << bits(expr.amount)
          : number(expr.arg) >> bits(expr.amount);
      case "reduce": {
        const count = ones(bits(expr.arg));
        return BigInt(
          { and: count === widthOf(expr.arg.type), or: count > 0, xor: count % 2 === 1 }[expr.op],
        );
      }
      case "popcount":
        return BigInt(ones(bits(expr.arg)));
      case "mux":
        return bits(expr.select) === 1n ? bits(expr.whenTrue) : bits(expr.whenFalse);
      case "cat":
        return expr.parts.reduce((sum, part) => (sum << BigInt(widthOf(part.type))) | bits(part), 0n);
      case "slice":
        return bits(expr.arg) >> BigInt(expr.lo);
      case "index":
        return bits(expr.arg) >> (bits(expr.index) * BigInt(width));
      case "partselect":
        return bits(expr.arg) >> (bits(expr.offset) * BigInt(expr.stride));
      case "resize":
        return expr.mode === "sext" ? number(expr.arg) : bits(expr.arg);
      default:
        throw new Error(expr.kind);
    }
  })();
  return BigInt.asUintN(width, result);
}

function moduleOf(exprs: readonly Expr[]): Module {
  const port = (name: string, type: Type, direction: "in" | "out"): Port => ({
    name,
    type,
    direction,
    domain: "clk",
    role: "data",
    loc,
  });
  return {
    name: "meaning",
    loc,
    domains: [{ name: "clk", clock: "clk", reset: undefined, resetKind: "none", resetActive: "high" }],
    ports: [
      ...inputs.map(({ name, type }) => port(name, type, "in")),
      ...exprs.map(({ type }, i) => port(`y${String(i)}`, type, "out")),
    ],
    streams: [],
    wires: [],
    regs: [],
    memories: [],
    instances: [],
    enums: [],
    external: undefined,
    body: exprs.map((value, i) => ({
      kind: "assign",
      clocked: false,
      target: { kind: "ref", name: `y${String(i)}`, type: value.type },
      value,
      loc,
    })),
  };
}

function testbench(exprs: readonly Expr[], vectors: readonly ReadonlyMap<string, bigint>[]): string {
  const declare = (name: string, type: Type): string => `  logic [${String(widthOf(type) - 1)}:0] ${name};`;
  const outputs = exprs.map(({ type }, i) => ({ name: `y${String(i)}`, type }));
  return [
    "module tb;",
    ...[...inputs, ...outputs].map(({ name, type }) => declare(name, type)),
    `  meaning dut (${[...inputs, ...outputs].map(({ name }) => `.${name}(${name})`).join(", ")});`,
    "  initial begin",
    ...vectors.flatMap((vector) => [
      ...inputs.map(
        ({ name, type }) =>
          `    ${name} = ${String(widthOf(type))}'h${(vector.get(name) ?? 0n).toString(16)};`,
      ),
      "    #1;",
      ...outputs.map(({ name }) => `    $display("%h", ${name});`),
    ]),
    "  end",
    "endmodule",
    "",
  ].join("\n");
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

it.each([1, 2, 3])("computes what the IR says, in Icarus and as Yosys synthesises it (seed %i)", (seed) => {
  const generator = new Generator(seed);
  const exprs = Array.from({ length: 50 }, () => generator.expr(generator.type(), 4));
  const vectors = Array.from({ length: 30 }, () => generator.vector());
  const design: Design = { top: "meaning", modules: { meaning: moduleOf(exprs) } };
  const emitted = emit(design);
  const expected = vectors.flatMap((vector) =>
    exprs.map((expr) =>
      evaluate(expr, vector)
        .toString(16)
        .padStart(Math.ceil(widthOf(expr.type) / 4), "0"),
    ),
  );
  // Random comparisons may be constant and random shifts lose everything, which Verilator warns of.
  const complaints = lint([emitted])
    .split("\n")
    .filter((l) => l !== "" && (!l.startsWith("verilator") || l.includes("%")));
  expect(complaints.filter((l) => !/Warning-(CMPCONST|UNSIGNED|UNUSEDSIGNAL)|Exiting due/.test(l))).toEqual(
    [],
  );

  const folder = mkdtempSync(join(tmpdir(), "sluice-meaning-"));
  try {
    for (const { name, text } of emitted.files) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "tb.sv"), testbench(exprs, vectors));
    run(
      "yosys",
      ["-q", "-p", "read_verilog -sv meaning.sv; proc; opt; write_verilog -noattr netlist.v"],
      folder,
    );
    for (const source of ["meaning.sv", "netlist.v"]) {
      run("iverilog", ["-g2012", "-o", "tb.vvp", "tb.sv", source], folder);
      const lines = run("vvp", ["tb.vvp"], folder).trim().split("\n");
      const wrong = expected.findIndex((value, i) => value !== lines[i]);
      const text = emitted.files[0]?.text
        .split("\n")
        .filter((l) => l.includes(`assign y${String(wrong % exprs.length)} `));
      expect(
        wrong < 0
          ? ""
          : `${source}: ${text?.join("") ?? ""}: ${lines[wrong] ?? ""}, not ${expected[wrong] ?? ""}`,
      ).toBe("");
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
