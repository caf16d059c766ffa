import { describe, expect, it } from "vitest";
import { lower, splitBody } from "./index.ts";
import type { AssignStmt, Design, Expr, IfStmt, Module, RefExpr, Stmt, Type } from "../ir/index.ts";

const loc = { file: "lower.ts", line: 1, column: 1 };
const bool: Type = { kind: "bool" };
const uint3: Type = { kind: "uint", width: 3 };

function ref(name: string, type: Type = bool): RefExpr {
  return { kind: "ref", name, type };
}

function assign(name: string, value: Expr, clocked = false): AssignStmt {
  return { kind: "assign", clocked, target: ref(name, value.type), value, loc };
}

function when(...branches: readonly (readonly [Expr, readonly Stmt[]])[]): IfStmt {
  return { kind: "if", branches: branches.map(([condition, body]) => ({ condition, body })), loc };
}

function moduleOf(name: string, fields: Partial<Module>): Module {
  return {
    name,
    loc,
    domains: [{ name: "clk", clock: "clk", reset: "rst", resetKind: "sync", resetActive: "high" }],
    ports: [],
    streams: [],
    wires: [],
    regs: [],
    memories: [],
    instances: [],
    enums: [],
    body: [],
    external: undefined,
    ...fields,
  };
}

const register = (name: string, type: Type = bool): Module["regs"][number] => ({
  name,
  type,
  domain: "clk",
  reset: { kind: "const", type, value: "0" },
  loc,
  mayBeUnread: false,
});

/** Statements as short text: `a=b`, `q<=b`, `if(c){...}`. */
function text(stmts: readonly Stmt[]): string {
  return stmts
    .map((stmt) => {
      switch (stmt.kind) {
        case "assign":
          return `${show(stmt.target)}${stmt.clocked ? "<=" : "="}${show(stmt.value)}`;
        case "if":
          return [
            ...stmt.branches.map((b) => `if(${show(b.condition)}){${text(b.body)}}`),
            ...(stmt.otherwise === undefined ? [] : [`{${text(stmt.otherwise)}}`]),
          ].join("else");
        case "match":
          return `case{${stmt.arms.map((a) => `${a.values.map((v) => v.value).join()}:${text(a.body)}`).join(";")}|${text(stmt.otherwise ?? [])}}`;
        case "for":
          return `for{${text(stmt.body)}}`;
        case "memwrite":
          return `${stmt.memory}[]`;
        default:
          return `${stmt.label}:${show(stmt.property)}`;
      }
    })
    .join(" ");
}

function show(expr: Expr): string {
  if (expr.kind === "ref") return expr.name;
  if (expr.kind === "const") return expr.value;
  if (expr.kind === "unary") return `!${show(expr.arg)}`;
  if (expr.kind === "binary") return `(${show(expr.left)} ${expr.op} ${show(expr.right)})`;
  return expr.kind;
}

describe("splitBody", () => {
  it("gives each kind of hardware its statements, with the priority they had", () => {
    const chain = when(
      [ref("a"), [assign("w", ref("x"))]],
      [ref("b"), [assign("q", ref("x"), true)]],
      [ref("c"), [assign("w", ref("y"))]],
    );
    const stmts: Stmt[] = [assign("w", ref("z")), { ...chain, otherwise: [assign("q", ref("y"), true)] }];
    const { comb, clocked } = splitBody(moduleOf("m", { regs: [register("q")], body: stmts }));
    expect(comb.map(({ body }) => text(body))).toEqual(["w=z if(a){w=x}elseif((!b and c)){w=y}"]);
    expect(clocked.map(({ body, reset }) => [reset, text(body)])).toEqual([
      [true, "if(!a){if(b){q<=x}elseif(!c){q<=y}}"],
    ]);
  });

  it("joins signals that one statement drives, and parts those that read each other", () => {
    const stmts = [
      assign("v", ref("x")),
      when([ref("c"), [assign("u", ref("v")), assign("v", ref("y"))]]),
      assign("t", ref("x")),
      when([ref("c"), [assign("s", ref("x")), assign("r", ref("y"))]]),
    ];
    const { comb } = splitBody(moduleOf("m", { body: stmts }));
    expect(comb.map(({ signals }) => signals.map((s) => s.name))).toEqual([["v"], ["u"], ["t"], ["s", "r"]]);
    expect(comb.map(({ body }) => text(body))).toEqual([
      "v=x if(c){v=y}",
      "if(c){u=v}",
      "t=x",
      "if(c){s=x r=y}",
    ]);
  });

  it("closes an exhaustive match on an enum where every arm does something", () => {
    const state: Type = { kind: "enum", name: "State", labels: ["a", "b", "c"] };
    const arm = (value: string, body: readonly Stmt[]) => ({
      values: [{ kind: "const" as const, type: state, value }],
      body,
    });
    const match: Stmt = {
      kind: "match",
      subject: ref("state", state),
      arms: [
        arm("0", [assign("w", ref("x")), assign("q", ref("x"), true)]),
        arm("1", [assign("w", ref("y"))]),
        arm("2", [assign("w", ref("z"))]),
      ],
      loc,
    };
    const { comb, clocked } = splitBody(moduleOf("m", { regs: [register("q")], body: [match] }));
    expect(comb.map(({ body }) => text(body))).toEqual(["case{0:w=x;1:w=y|w=z}"]);
    expect(clocked.map(({ body }) => text(body))).toEqual(["case{0:q<=x|}"]);
  });

  it("makes claims of narrow and of indices, under the conditions and loops that they stand in", () => {
    const narrow: Expr = { kind: "resize", mode: "narrow", type: bool, arg: ref("n", uint3) };
    const vec: Type = { kind: "vec", length: 6, element: bool };
    const lane = { kind: "loopvar" as const, type: uint3, name: "lane" };
    const pick = (index: Expr): Expr => ({ kind: "index", type: bool, arg: ref("v", vec), index });
    const next: Expr = {
      kind: "binary",
      op: "add",
      type: uint3,
      left: lane,
      right: { kind: "const", type: uint3, value: "1" },
    };
    const stmts: Stmt[] = [
      when([ref("en"), [assign("q", narrow, true)]]),
      assign("w", pick(ref("n", uint3))),
      { kind: "for", index: lane, count: 6, body: [assign("u", pick(lane)), assign("t", pick(next))], loc },
    ];
    const { checks } = splitBody(moduleOf("m", { regs: [register("q")], body: stmts }));
    expect(checks.map(({ domain, body }) => [domain, text(body)])).toEqual([
      [
        "clk",
        "if(en){q_fits:(n le 1)} w_in_range:(n le 5) for{t_in_range:(binary le 5)}".replace(
          "binary",
          "(loopvar add 1)",
        ),
      ],
    ]);
  });

  it("keeps the registered reads of a block memory with its writes", () => {
    const word: Type = { kind: "bits", width: 8 };
    const at = ref("at", uint3);
    const read: Expr = { kind: "memread", type: word, memory: "line", address: at };
    const memory = {
      name: "line",
      depth: 8,
      type: word,
      style: "block" as const,
      domain: "clk",
      init: undefined,
      loc,
    };
    const stmts: Stmt[] = [
      when([ref("en"), [{ kind: "memwrite", memory: "line", address: at, data: ref("d", word), loc }]]),
      assign("q", read, true),
      assign("other", ref("x"), true),
    ];
    const regs = [
      { ...register("q", word), reset: undefined },
      { ...register("other"), reset: undefined },
    ];
    const split = splitBody(moduleOf("m", { memories: [memory], regs, body: stmts }));
    expect(split.memories.map(({ body }) => text(body))).toEqual(["if(en){line[]} q<=memread"]);
    expect(split.clocked.map(({ body }) => text(body))).toEqual(["other<=x"]);
  });
});

describe("lower", () => {
  const leaf = (width: number, line = 1): Module =>
    moduleOf("fifo", {
      wires: [{ name: "w", type: { kind: "bits", width }, loc: { ...loc, line }, mayBeUnread: false }],
    });
  const instances = (named: Readonly<Record<string, string>>): Module["instances"] =>
    Object.entries(named).map(([name, module]) => ({ name, module, clocks: {}, loc }));

  it("emits equal modules once and names different ones after the instance that needs them", () => {
    const design: Design = {
      top: "top",
      modules: {
        top: moduleOf("top", { instances: instances({ input: "fifo", layer: "layer", output: "fifo#3" }) }),
        layer: moduleOf("layer", { instances: instances({ input: "fifo#2", spare: "fifo#4" }) }),
        fifo: leaf(8),
        "fifo#2": leaf(4),
        "fifo#3": leaf(8, 7),
        "fifo#4": leaf(2),
      },
    };
    const { modules, nameOf, top } = lower(design);
    expect([...modules.keys()]).toEqual(["fifo_input", "fifo_layer_input", "fifo_spare", "layer", "top"]);
    expect(nameOf.get("fifo#3")).toBe("fifo_input");
    expect(top).toBe("top");
  });

  it("keeps the plain name of a module that is the only one of its name", () => {
    const modules = {
      top: moduleOf("top", { instances: instances({ a: "fifo", b: "fifo" }) }),
      fifo: leaf(8),
    };
    expect([...lower({ top: "top", modules }).modules.keys()]).toEqual(["fifo", "top"]);
  });

  it("refuses a module that contains itself", () => {
    const modules = { top: moduleOf("top", { instances: instances({ a: "top" }) }) };
    expect(() => lower({ top: "top", modules })).toThrow(
      expect.objectContaining({ code: "instance-cycle" }) as Error,
    );
  });
});
