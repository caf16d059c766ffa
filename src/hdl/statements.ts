import type {
  AssignStmt,
  ClockDomain,
  ConstExpr,
  Expr,
  LoopVarExpr,
  SourceLocation,
  Stmt,
} from "../ir/index.ts";
import { widthOf } from "../ir/index.ts";
import { report } from "./context.ts";
import { intoExprs } from "./convert.ts";
import type { Handle } from "./handles.ts";
import { uint, type EnumKind, type Kind } from "./kinds.ts";
import { captureLocation } from "./location.ts";
import { describe, literal, NODE, resize, type Node, type Owner } from "./node.ts";
import {
  describeNode,
  enumConst,
  exprOf,
  reportForeign,
  wrap,
  type Bits,
  type Bool,
  type Enum,
  type Signal,
  type SInt,
  type UInt,
} from "./signals.ts";

/** Of an assertion, assumption or cover point. */
export interface PropertyOptions {
  /** What a failure says; the label where not given. */
  readonly message?: string;
  /** Clock domain whose edges it is checked at; the component's first where not given. */
  readonly clock?: string;
}

/** What `m.when` returns: `.elsewhen(...)`, `.otherwise(...)`. */
export interface When {
  elsewhen(condition: Bool, body: () => void): When;
  otherwise(body: () => void): void;
}

type MutableIf = { -readonly [P in keyof Extract<Stmt, { kind: "if" }>]: Extract<Stmt, { kind: "if" }>[P] };

/**
 * The statements of a module: what an author calls on `m` inside `build`, apart from declarations. Blocks are written
 * as functions, which run at once and collect their statements.
 */
export abstract class StatementBuilder implements Owner {
  readonly moduleName: string;
  protected readonly domains: readonly ClockDomain[];
  protected readonly body: Stmt[] = [];
  private readonly names = new Map<string, SourceLocation>();
  private scope: Stmt[] = this.body;
  private pendingDoc: string | undefined;
  private sharedPlace: SourceLocation | undefined;

  constructor(moduleName: string, domains: readonly ClockDomain[]) {
    this.moduleName = moduleName;
    this.domains = domains;
  }

  /** A comment above the next statement. */
  doc(text: string): void {
    this.pendingDoc = text;
  }

  /** What `body` declares and states has the place of this call: for cells that a few lines place by the thousand. */
  inOnePlace(body: () => void): void {
    const outer = this.sharedPlace;
    this.sharedPlace = this.here();
    try {
      body();
    } finally {
      this.sharedPlace = outer;
    }
  }

  /** Where the author's statement stands. */
  protected here(): SourceLocation {
    return this.sharedPlace ?? captureLocation();
  }

  /** Assignments in `body` apply while `condition` holds. */
  when(condition: Bool, body: () => void): When {
    const loc = this.here();
    const stmt: MutableIf = { kind: "if", branches: [], loc, ...this.takeDoc() };
    this.push(stmt, condition);
    const open = (word: string): void => {
      if (stmt.otherwise === undefined) return;
      report("bad-when", "", `${word} after otherwise`, "otherwise comes last, once");
    };
    const branch = (next: Bool, then: () => void): void => {
      this.checkOwner(next);
      const { type } = exprOf(next);
      if (type.kind !== "bool") {
        const what = describe(exprOf(next));
        report("kind-mismatch", what, `${what} is no condition`, "compare it: .ne(0), or .any() of bits");
      }
      stmt.branches = [...stmt.branches, { condition: exprOf(next), body: this.inScope(then) }];
    };
    branch(condition, body);
    const chain: When = {
      elsewhen: (next, then) => {
        open("elsewhen");
        branch(next, then);
        return chain;
      },
      otherwise: (then) => {
        open("otherwise");
        stmt.otherwise = this.inScope(then);
      },
    };
    return chain;
  }

  /**
   * One arm per label of an enumeration, exhaustive unless `otherwise` is given; or a list of [values, body] for
   * integers and bits, which always needs `otherwise` unless it covers every value.
   */
  match<L extends string>(subject: Enum<L>, arms: Readonly<Record<L, () => void>>): void;
  match<L extends string>(
    subject: Enum<L>,
    arms: Partial<Readonly<Record<L, () => void>>>,
    otherwise: () => void,
  ): void;
  match(
    subject: UInt | SInt | Bits,
    arms: readonly (readonly [values: number | bigint | readonly (number | bigint)[], body: () => void])[],
    otherwise?: () => void,
  ): void;
  match(
    subject: Enum | UInt | SInt | Bits,
    arms:
      | Readonly<Record<string, (() => void) | undefined>>
      | readonly (readonly [values: number | bigint | readonly (number | bigint)[], body: () => void])[],
    otherwise?: () => void,
  ): void {
    const loc = this.here();
    const expr = exprOf(subject);
    const kind: Kind = subject[NODE].kind;
    const path = describe(expr);
    const list: { values: readonly ConstExpr[]; body: readonly Stmt[] }[] = [];
    const doc = this.takeDoc();
    if (Array.isArray(arms)) {
      for (const [values, body] of arms as readonly (readonly [
        number | bigint | readonly (number | bigint)[],
        () => void,
      ])[]) {
        const all = typeof values === "object" ? values : [values];
        list.push({ values: all.map((v) => literal(expr.type, v, path)), body: this.inScope(body) });
      }
    } else {
      for (const [label, body] of Object.entries(
        arms as Readonly<Record<string, (() => void) | undefined>>,
      )) {
        const value = enumConst(kind as EnumKind, label);
        if (body !== undefined && value.kind === "const")
          list.push({ values: [value], body: this.inScope(body) });
      }
    }
    this.checkMatch(expr, kind, list, otherwise !== undefined);
    const rest = otherwise === undefined ? {} : { otherwise: this.inScope(otherwise) };
    this.push({ kind: "match", subject: expr, arms: list, loc, ...rest, ...doc }, subject);
  }

  private checkMatch(
    subject: Expr,
    kind: Kind,
    arms: readonly { readonly values: readonly ConstExpr[] }[],
    open: boolean,
  ): void {
    const path = describe(subject);
    const seen = new Set<string>();
    for (const value of arms.flatMap((arm) => arm.values)) {
      if (seen.has(value.value))
        report(
          "match-duplicate",
          path,
          `value 0x${value.value} of ${path} is matched twice`,
          "give every value one arm",
        );
      seen.add(value.value);
    }
    if (open) return;
    const total = kind.kind === "enum" ? kind.labels.length : 2 ** widthOf(subject.type);
    if (seen.size >= total) return;
    const missing =
      kind.kind === "enum"
        ? kind.labels.filter((_, i) => !seen.has(i.toString(16))).join(", ")
        : `${String(total - seen.size)} values`;
    report(
      "match-not-exhaustive",
      path,
      `the match on ${path} leaves out ${missing}`,
      "add the arms, or a function for all other values as the last argument",
    );
  }

  /** A loop that synthesis unrolls, its index named by the key: `m.each({ pe: 16 }, ({ pe }) => { ... })`. */
  each<const N extends string>(
    range: Readonly<Record<N, number>>,
    body: (index: Readonly<Record<N, UInt>>) => void,
  ): void {
    const loc = this.here();
    const entry = Object.entries<number>(range)[0];
    if (entry === undefined) return;
    const [name, count] = entry;
    if (!Number.isInteger(count) || count < 1) {
      report("bad-loop", name, `loop ${name} runs ${String(count)} times`, "a loop runs at least once");
      return;
    }
    const kind = uint.below(count);
    const index: LoopVarExpr = { kind: "loopvar", type: kind, name };
    const doc = this.takeDoc();
    const inner = this.inScope(() => {
      body({ [name]: this.value(kind, [index]) } as Readonly<Record<N, UInt>>);
    });
    this.push({ kind: "for", index, count, body: inner, loc, ...doc });
  }

  /** Must hold at every clock edge outside reset while the enclosing conditions hold: `m.assert({ fits: x.lt(10) })`. */
  assert(properties: Readonly<Record<string, Bool>>, options: PropertyOptions = {}): void {
    this.property("assert", properties, options);
  }

  /** What the environment promises: checked in simulation, taken as given by formal tools. */
  assume(properties: Readonly<Record<string, Bool>>, options: PropertyOptions = {}): void {
    this.property("assume", properties, options);
  }

  /** Something that should happen; simulators count it. */
  cover(properties: Readonly<Record<string, Bool>>, options: PropertyOptions = {}): void {
    this.property("cover", properties, options);
  }

  private property(
    kind: "assert" | "assume" | "cover",
    properties: Readonly<Record<string, Bool>>,
    { message, clock }: PropertyOptions,
  ): void {
    const loc = this.here();
    const domain = this.domain(clock, kind).name;
    for (const [label, property] of Object.entries(properties)) {
      this.declare(label, loc);
      this.push(
        {
          kind,
          domain,
          property: exprOf(property),
          label,
          message: message ?? label,
          loc,
          ...this.takeDoc(),
        },
        property,
      );
    }
  }

  /** @internal Turns `.set` and `.next` into statements. */
  assign(mode: "set" | "next", node: Node, from: unknown): void {
    const loc = this.here();
    const values = intoExprs(node.kind, from, describeNode(node), this);
    const doc = this.takeDoc();
    node.targets?.forEach((target, i) => {
      const value = values[i];
      if (value === undefined) return;
      const stmt: AssignStmt = {
        kind: "assign",
        clocked: mode === "next",
        target,
        value: resize("cast", value, target.type),
        loc,
        ...doc,
      };
      this.push(stmt);
    });
  }

  /** @internal */
  write(memoryName: string, address: Expr, data: Expr): void {
    this.push({
      kind: "memwrite",
      memory: memoryName,
      address,
      data,
      loc: this.here(),
      ...this.takeDoc(),
    });
  }

  /** @internal A readable value of this module. */
  value<K extends Kind>(kind: K, exprs: readonly Expr[]): Handle<K> {
    return wrap({ kind, exprs, owner: this, targets: undefined, mode: undefined });
  }

  protected declare(name: string, loc: SourceLocation): void {
    const first = this.names.get(name);
    if (first !== undefined) {
      report(
        "duplicate-name",
        name,
        `${name} is declared twice, first at ${first.file}:${String(first.line)}`,
        "rename one of them: struct fields and streams add _field, _valid, _ready and _payload",
      );
    }
    this.names.set(name, loc);
  }

  protected domain(name: string | undefined, path: string): ClockDomain {
    const first = this.domains[0];
    if (first === undefined) throw new TypeError(`component ${this.moduleName} has no clock domain`);
    if (name === undefined) return first;
    const found = this.domains.find((d) => d.name === name);
    if (found !== undefined) return found;
    report(
      "unknown-clock",
      path,
      `clock domain ${name} is not declared in ${this.moduleName}`,
      `use one of ${this.domains.map((d) => d.name).join(", ")}, or declare it under clocks`,
    );
    return first;
  }

  protected push(stmt: Stmt, ...reads: readonly Signal[]): void {
    for (const read of reads) this.checkOwner(read);
    this.scope.push(stmt);
  }

  private checkOwner(signal: Signal): void {
    const { owner } = signal[NODE];
    if (owner !== undefined && owner !== this) reportForeign(describe(exprOf(signal)), owner, this);
  }

  private inScope(body: () => unknown): readonly Stmt[] {
    const outer = this.scope;
    const inner: Stmt[] = [];
    this.scope = inner;
    try {
      if (body() instanceof Promise)
        report(
          "async-body",
          "",
          "the function for a block of statements is async: what follows its first await is lost",
          "hardware is described synchronously: await before building",
        );
    } finally {
      this.scope = outer;
    }
    return inner;
  }

  protected takeDoc(): { readonly doc?: string } {
    const doc = this.pendingDoc;
    this.pendingDoc = undefined;
    return docOf(doc);
  }
}

export function docOf(doc: string | undefined): { readonly doc?: string } {
  return doc === undefined ? {} : { doc };
}
