import { bitWidth, bool, uint } from "../../src/hdl/index.ts";
import type { AnyValue, Bits, Bool, Enum, Kind, ModuleBuilder, UInt, Vec } from "../../src/hdl/index.ts";
import type { Choices } from "./choices.ts";
import type { Expressions, Scope, Value } from "./expressions.ts";
import { randomLiteral } from "./kinds.ts";

/** Something to be driven. */
export interface Target {
  readonly signal: AnyValue;
  readonly kind: Kind;
  readonly mode: "set" | "next";
  /** What its value may read. */
  readonly scope: Scope;
}

/**
 * Random statements that drive targets so that the checks pass: each bit on every way through the body, and no
 * assignment that a later one always overrides.
 */
export class Statements {
  readonly #m: ModuleBuilder;
  readonly #c: Choices;
  readonly #values: Expressions;
  readonly #features: Set<string>;

  constructor(m: ModuleBuilder, c: Choices, values: Expressions, features: Set<string>) {
    this.#m = m;
    this.#c = c;
    this.#values = values;
    this.#features = features;
  }

  #uses(feature: string): void {
    this.#features.add(feature);
  }

  /** Drives every bit of every target on every way; `scope` is where their common conditions stand. */
  cover(targets: readonly Target[], scope: Scope, budget: number): void {
    if (targets.length > 0)
      this.#c.part(() => {
        this.#cover(targets, scope, budget);
      });
  }

  #cover(targets: readonly Target[], scope: Scope, budget: number): void {
    const inner = (): void => {
      this.cover(targets, scope, budget - 1);
    };
    switch (budget === 0 ? 0 : this.#c.below(8)) {
      case 2:
        this.#uses("when, otherwise");
        this.#m.when(this.#condition(scope), inner).otherwise(inner);
        return;
      case 3:
        this.#uses("elsewhen");
        this.#m.when(this.#condition(scope), inner).elsewhen(this.#condition(scope), inner).otherwise(inner);
        return;
      case 4:
        this.#match(scope, inner, inner);
        return;
      case 5:
        for (const target of targets) this.#assign(target);
        for (const target of targets) this.#overridePart(target);
        this.#c.list(1, 2, () => {
          this.partly(targets, scope, budget - 1);
        });
        return;
      case 6:
      case 7: {
        const [first, ...others] = targets;
        if (first !== undefined) this.#pieces(first, scope, budget - 1);
        for (const target of others) this.#assign(target);
        return;
      }
      default:
        for (const target of targets) this.#assign(target);
    }
  }

  /** Drives some of the targets on some ways, never all. */
  partly(targets: readonly Target[], scope: Scope, budget: number): void {
    this.#c.part(() => {
      const some = targets.filter(() => this.#c.below(3) > 0);
      const driven = some.length > 0 ? some : targets;
      const inner = (): void => {
        this.cover(driven, scope, Math.max(0, budget));
      };
      const whole = driven[0];
      switch (this.#c.below(6)) {
        case 1:
          this.#uses("elsewhen without otherwise");
          this.#m.when(this.#condition(scope), inner).elsewhen(this.#condition(scope), inner);
          return;
        case 2:
          this.#match(scope, inner, undefined);
          return;
        case 3:
          if (whole === undefined) return;
          if (whole.kind.kind === "vec" && whole.kind.length > 1) this.#dynamicElement(whole, budget);
          else if (whole.kind.kind === "bits" && whole.kind.width > 1) this.#dynamicBit(whole, budget);
          else this.#m.when(this.#condition(scope), inner);
          return;
        case 4:
          if (whole?.kind.kind === "vec") {
            this.#each(whole, (element) => {
              this.#m.when(this.#condition({ ...scope, loops: element.scope.loops }), () => {
                this.cover([element], { ...scope, loops: element.scope.loops }, Math.max(0, budget - 1));
              });
            });
            return;
          }
          this.#m.when(this.#condition(scope), inner);
          return;
        default:
          this.#uses("when");
          this.#m.when(this.#condition(scope), inner);
      }
    });
  }

  #condition(scope: Scope): Bool {
    return this.#values.bool(scope, 2).signal;
  }

  #assign({ signal, kind, mode, scope }: Target): void {
    const drive = (signal as unknown as Readonly<Record<string, (value: unknown) => void>>)[mode];
    if (drive === undefined) throw new Error(`no .${mode}`);
    if (this.#c.below(40) === 39) this.#m.doc("Says why.");
    drive(
      this.#c.below(10) === 9
        ? randomLiteral(this.#c, kind)
        : this.#values.of(kind, scope, this.#c.below(4) === 3 ? 3 : 2).signal,
    );
  }

  #match(scope: Scope, arm: () => void, otherwise: (() => void) | undefined): void {
    const c = this.#c;
    const none = (): void => {
      this.#uses("match that leaves the rest alone");
    };
    const subject = this.#values.matchable(scope);
    if (subject.kind.kind === "enum") {
      this.#uses("match on enum");
      const { labels } = subject.kind;
      const given = labels.filter((_, i) => (otherwise === undefined ? i > 0 : c.below(3) > 0));
      const arms = Object.fromEntries(given.map((label) => [label, arm]));
      if (given.length === labels.length && c.below(2) === 0) this.#m.match(subject.signal as Enum, arms);
      else this.#m.match(subject.signal as Enum, arms, otherwise ?? none);
      return;
    }
    const sign = subject.kind.kind;
    this.#uses(`match on ${sign}`);
    const width = bitWidth(subject.kind);
    const number = (n: number): number => (sign === "sint" && n >= 2 ** (width - 1) ? n - 2 ** width : n);
    if (otherwise !== undefined && width <= 2 && c.below(2) === 0) {
      this.#uses("exhaustive match on integers");
      const all = Array.from({ length: 2 ** width }, (_, n) => [number(n), arm] as const);
      this.#m.match(subject.signal as UInt, all);
      return;
    }
    const values = Array.from({ length: Math.min(5, 2 ** width - 1) }, (_, n) => number(n));
    const [first = 0, ...more] = values;
    const several = more.splice(0, c.below(3));
    const arms = [
      [[first, ...several], arm] as const,
      ...more.slice(0, c.below(3)).map((n) => [n, arm] as const),
    ];
    this.#m.match(subject.signal as UInt, arms, otherwise ?? none);
  }

  /** One piece after the other: elements, fields, ranges of bits. */
  #pieces(target: Target, scope: Scope, budget: number): void {
    const { signal, kind } = target;
    const c = this.#c;
    const piece = (part: AnyValue, of: Kind): void => {
      this.cover([{ ...target, signal: part, kind: of }], scope, budget);
    };
    switch (kind.kind) {
      case "vec": {
        if (c.below(2) === 0) {
          this.#each(target, (element) => {
            const inner = element.kind.kind === "vec" ? 2 : Math.max(0, budget - 1);
            this.cover([element], { ...scope, loops: element.scope.loops }, inner);
          });
          return;
        }
        this.#uses("element targets");
        for (const element of (signal as Vec).elements()) piece(element as unknown as AnyValue, kind.element);
        return;
      }
      case "struct":
        this.#uses("field targets");
        for (const [name, field] of Object.entries(kind.fields)) {
          const part = (signal as unknown as Readonly<Record<string, AnyValue>>)[name];
          if (part !== undefined) piece(part, field);
        }
        return;
      case "bits": {
        const whole = signal as Bits;
        if (kind.width > 1 && kind.width <= 12 && c.below(2) === 0) {
          this.#uses("bit targets in a loop");
          this.#loop(kind.width, target, (index, inner) => {
            this.cover(
              [{ ...inner, signal: whole.bit(index), kind: bool }],
              { ...scope, loops: inner.scope.loops },
              0,
            );
          });
          return;
        }
        if (kind.width === 1) {
          this.#assign(target);
          return;
        }
        this.#uses("slice targets");
        const low = 1 + c.below(kind.width - 1);
        piece(whole.slice(0, low), { kind: "bits", width: low });
        piece(whole.slice(low, kind.width - low), { kind: "bits", width: kind.width - low });
        return;
      }
      default:
        this.#assign(target);
    }
  }

  #each(target: Target, body: (element: Target) => void): void {
    const { signal, kind } = target;
    if (kind.kind !== "vec") return;
    this.#uses(target.scope.loops.length > 0 ? "nested each" : "each");
    this.#loop(kind.length, target, (index, inner) => {
      body({ ...inner, signal: (signal as Vec).at(index) as unknown as AnyValue, kind: kind.element });
    });
  }

  #loop(count: number, target: Target, body: (index: UInt, target: Target) => void): void {
    const name = `i${String(target.scope.loops.length)}`;
    this.#m.each({ [name]: count }, (indices) => {
      const index = indices[name];
      if (index === undefined) return;
      const loop: Value<UInt> = {
        signal: index,
        kind: uint(bitWidth(uint.below(count))),
        low: 0n,
        high: BigInt(count - 1),
        of: () => {
          throw new Error("the reference knows no loops");
        },
      };
      const scope = { ...target.scope, loops: [...target.scope.loops, loop] };
      body(index, { ...target, scope });
    });
  }

  #dynamicElement(target: Target, budget: number): void {
    const { signal, kind, scope } = target;
    if (kind.kind !== "vec") return;
    this.#uses("dynamic element target");
    const index = this.#values.dynamicIndex(kind.length, scope);
    if (index === undefined) return;
    const element = (signal as Vec).at(index.signal) as unknown as AnyValue;
    if (kind.element.kind === "vec" && kind.element.length > 1 && this.#c.below(2) === 0)
      this.#dynamicElement({ ...target, signal: element, kind: kind.element }, budget);
    else this.#assign({ ...target, signal: element, kind: kind.element });
  }

  #dynamicBit(target: Target, budget: number): void {
    const { signal, kind, scope } = target;
    if (kind.kind !== "bits") return;
    this.#uses("dynamic bit target");
    const index = this.#values.dynamicIndex(kind.width, scope);
    if (index === undefined) return;
    this.cover(
      [{ ...target, signal: (signal as Bits).bit(index.signal), kind: bool }],
      scope,
      Math.max(0, budget - 1),
    );
  }

  /** Overrides one of several parts of what has its default. */
  #overridePart(target: Target): void {
    const { signal, kind } = target;
    if (this.#c.below(3) > 0) return;
    if (kind.kind === "vec" && kind.length > 1) {
      this.#uses("constant element target");
      const element = (signal as Vec).at(this.#c.below(kind.length)) as unknown as AnyValue;
      this.#assign({ ...target, signal: element, kind: kind.element });
    } else if (kind.kind === "bits" && kind.width > 1) {
      this.#uses("constant bit target");
      this.#assign({ ...target, signal: (signal as Bits).bit(this.#c.below(kind.width)), kind: bool });
    }
  }
}
