import { Scope } from "./code.ts";
import type { Functions } from "./code.ts";
import type { Expressions } from "./expression.ts";
import { storeSlots } from "./expression.ts";
import { known } from "./flatten.ts";
import type { FlatMemory, Instance, Net } from "./flatten.ts";
import { limbsFor } from "./layout.ts";
import * as limbs from "./limb.ts";
import { emitAssign } from "./target.ts";
import { named } from "./value.ts";
import { weightOf, weightOfAll } from "./weight.ts";
import { widthOf } from "../ir/index.ts";
import type { AssertStmt, ForStmt, IfStmt, MatchStmt, MemoryWriteStmt, Stmt } from "../ir/index.ts";

/** What statements need to know besides their expressions. */
export interface StatementHooks {
  /** The statement to run where a check fails or a cover point is met. */
  onCheck(check: AssertStmt, instance: Instance): string;
  /** Called for every memory write with how often it runs at most in one edge. */
  onMemoryWrite(memory: FlatMemory, times: number): void;
}

/** Statements heavier than this get functions of their own: V8 does not optimise very large functions. */
export const HEAVY = 1000;

/** A loop is unrolled where its code stays smaller than this. */
const UNROLL = 256;

/** Turns statements into code in the current scope of `expressions`. */
export class Statements {
  readonly #expressions: Expressions;
  readonly #functions: Functions;
  readonly #hooks: StatementHooks;
  #times = 1;
  /** Signals of the running block that are held in variables of the function. */
  locals: ReadonlyMap<Net, readonly string[]> = new Map();

  constructor(expressions: Expressions, functions: Functions, hooks: StatementHooks) {
    this.#expressions = expressions;
    this.#functions = functions;
    this.#hooks = hooks;
  }

  emitAll(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.#emit(stmt);
  }

  /** The statements as functions of their own, each of a bounded weight where statements allow; gives the calls. */
  emitFunctions(stmts: readonly Stmt[]): string[] {
    const parameters = this.#expressions.runningLoops().map(([, code]) => code);
    const calls: string[] = [];
    for (const chunk of chunksByWeight(stmts)) {
      const scope = new Scope();
      this.#expressions.inFunction(scope, () => {
        this.emitAll(chunk);
      });
      calls.push(this.#functions.add(parameters, scope.lines));
    }
    return calls;
  }

  #emit(stmt: Stmt): void {
    switch (stmt.kind) {
      case "assign":
        emitAssign(this.#expressions, stmt, this.locals);
        break;
      case "if":
        this.#if(stmt.branches, stmt.otherwise);
        break;
      case "match":
        this.#match(stmt);
        break;
      case "for":
        this.#for(stmt);
        break;
      case "memwrite":
        this.#memoryWrite(stmt);
        break;
      case "assert":
      case "assume":
      case "cover":
        this.#check(stmt);
        break;
    }
  }

  /** The body in a scope of its own, which is inside the current one. */
  #inside(stmts: readonly Stmt[], loop?: string): Scope {
    const outer = this.#expressions.scope;
    const scope = new Scope(outer, loop);
    this.#expressions.scope = scope;
    if (this.locals.size === 0 && weightOfAll(stmts) > HEAVY) scope.lines.push(...this.emitFunctions(stmts));
    else this.emitAll(stmts);
    this.#expressions.scope = outer;
    return scope;
  }

  #if(branches: IfStmt["branches"], otherwise: readonly Stmt[] | undefined): void {
    const [first, ...rest] = branches;
    const { scope } = this.#expressions;
    if (first === undefined) {
      if (otherwise !== undefined) this.emitAll(otherwise);
      return;
    }
    const condition = this.#expressions.condition(first.condition);
    const whenTrue = this.#inside(first.body);
    const outer = this.#expressions.scope;
    const whenFalse = new Scope(outer);
    this.#expressions.scope = whenFalse;
    this.#if(rest, otherwise);
    this.#expressions.scope = outer;
    scope.lines.push(`if (${condition}) {`, ...whenTrue.lines);
    if (whenFalse.lines.length > 0) scope.lines.push("} else {", ...whenFalse.lines);
    scope.lines.push("}");
  }

  #match(stmt: MatchStmt): void {
    const { scope } = this.#expressions;
    if (limbsFor(widthOf(stmt.subject.type)) > 1) {
      const branches = stmt.arms.map(({ values, body }) => ({
        condition: values
          .map((value) => comparison("eq", stmt.subject, value))
          .reduce((a, b) => comparison("or", a, b)),
        body,
      }));
      this.#if(branches, stmt.otherwise);
      return;
    }
    const subject = this.#expressions.flat(stmt.subject).atom(0);
    const arms = stmt.arms.map(({ values, body }) => ({
      cases: values.map((value) => this.#expressions.flat(value).limb(0).code),
      body: this.#inside(body),
    }));
    const otherwise = stmt.otherwise === undefined ? undefined : this.#inside(stmt.otherwise);
    scope.lines.push(`switch (${subject.code}) {`);
    for (const { cases, body } of arms)
      scope.lines.push(...cases.map((value) => `case ${value}:`), "{", ...body.lines, "break;", "}");
    if (otherwise !== undefined) scope.lines.push("default: {", ...otherwise.lines, "}");
    scope.lines.push("}");
  }

  #for(stmt: ForStmt): void {
    const { name } = stmt.index;
    if (stmt.count <= 1 || stmt.count * weightOfAll(stmt.body) <= UNROLL) {
      for (let i = 0; i < stmt.count; i++) {
        this.#expressions.withLoop(name, limbs.constant(i), () => {
          const body = this.#inside(stmt.body, name);
          this.#expressions.scope.nest("", body);
        });
      }
      return;
    }
    const { scope } = this.#expressions;
    const index = `i${String(this.#expressions.runningLoops().length)}`;
    const times = this.#times;
    this.#times *= stmt.count;
    this.#expressions.withLoop(name, { code: index, simple: true, max: stmt.count - 1 }, () => {
      const body = this.#inside(stmt.body, name);
      scope.nest(`for (let ${index} = 0; ${index} < ${String(stmt.count)}; ${index}++)`, body);
    });
    this.#times = times;
  }

  /** Writes wait in a log until all that happens at the edge has been computed. */
  #memoryWrite({ memory: name, address, data }: MemoryWriteStmt): void {
    const memory = known(this.#expressions.instance.memories, name);
    const { depth } = memory.memory;
    this.#hooks.onMemoryWrite(memory, this.#times);
    const at = this.#expressions.index(address);
    const value = this.#expressions.value(data);
    const outer = this.#expressions.scope;
    const scope = new Scope(outer);
    const log = logOf(memory);
    const entry = named(scope, { code: `${log}n[0]`, simple: false, max: 0x7fffffff }).code;
    scope.lines.push(`${log}[${entry}] = ${at.code};`);
    storeSlots(scope, { array: log, base: 1, dynamic: entry }, value);
    scope.lines.push(`${log}n[0] = ${entry} + ${String(memory.stride + 1)};`);
    const inside = limbs.less(at, limbs.constant(depth), false);
    outer.nest(at.max < depth ? "" : `if (${limbs.conditionOf(inside)})`, scope);
  }

  #check(check: AssertStmt): void {
    const scope = this.#expressions.scope;
    const holds = this.#expressions.flat(check.property).limb(0);
    const reaction = this.#hooks.onCheck(check, this.#expressions.instance);
    const acts = check.kind === "cover" ? holds : limbs.not(holds, 1);
    if (acts.value !== 0) scope.lines.push(`if (${limbs.conditionOf(acts)}) { ${reaction} }`);
  }
}

/** Array of waiting writes: address and word of one after the other; `n` after its name holds how much is used. */
export function logOf(memory: FlatMemory): string {
  return `${memory.array}w`;
}

function comparison(
  op: "eq" | "or",
  left: MatchStmt["subject"],
  right: MatchStmt["subject"],
): MatchStmt["subject"] {
  return { kind: "binary", op, type: { kind: "bool" }, left, right };
}

function chunksByWeight(stmts: readonly Stmt[]): Stmt[][] {
  const chunks: Stmt[][] = [];
  let weight = Infinity;
  for (const stmt of stmts) {
    const own = weightOf(stmt);
    if (weight + own > HEAVY) {
      chunks.push([]);
      weight = 0;
    }
    chunks.at(-1)?.push(stmt);
    weight += own;
  }
  return chunks;
}
