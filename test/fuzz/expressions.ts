import {
  Bits,
  bits,
  bitsFor,
  bitWidth,
  Bool,
  bool,
  cat,
  crossing,
  mux,
  pack,
  SInt,
  sint,
  sum,
  UInt,
  uint,
  valueOf,
  Vec,
  vecOf,
} from "../../src/hdl/index.ts";
import type { AnyValue, EnumKind, Kind, Memory, StructKind, VecKind, Enum } from "../../src/hdl/index.ts";
import type { Choices } from "./choices.ts";
import {
  hasGaps,
  interleaves,
  randomLiteral,
  randomScalar,
  randomWidth,
  sameKind,
  type IntKind,
} from "./kinds.ts";

/** Bit patterns of the inputs by name, for the reference. */
export type Env = ReadonlyMap<string, bigint>;

/**
 * A signal with what the generator knows about it: the numbers an integer can be, and its meaning, computed on bit
 * patterns without any code of Sluice. The meaning is known as far as a value is made of inputs alone.
 */
export interface Value<S extends AnyValue = AnyValue> {
  readonly signal: S;
  readonly kind: Kind;
  readonly low: bigint;
  readonly high: bigint;
  readonly of: (env: Env) => bigint;
}

/** A signal that may be read where the scope's limit is above its rank: that keeps combinational loops out. */
export interface Readable {
  readonly value: Value;
  readonly rank: number;
  readonly domain: string;
  /** It takes no part in what streams carry, which must not depend on the ready of another stream. */
  readonly ready?: boolean;
  /** An input of the module, of which the reference knows the value. */
  readonly input?: boolean;
}

/** A memory that may be read combinationally. */
export interface ReadableMemory {
  readonly memory: Memory<Kind, "read">;
  readonly kind: Kind;
  readonly depth: number;
  readonly domain: string | undefined;
}

/** Where an expression stands. */
export interface Scope {
  readonly limit: number;
  readonly domain: string;
  readonly loops: readonly Value<UInt>[];
  /** Only what the reference can compute. */
  readonly inputsOnly?: boolean;
  /** The ready of an outgoing stream may be read. */
  readonly readies?: boolean;
  /** In an index: indices inside are constants, since a guarded index is printed twice. */
  readonly inIndex?: boolean;
}

const widestResult = 130;

function mask(width: number, pattern: bigint): bigint {
  return BigInt.asUintN(width, pattern);
}

/** The number that a bit pattern of the kind stands for. */
function numberOf(kind: Kind, pattern: bigint): bigint {
  return kind.kind === "sint" ? BigInt.asIntN(kind.width, pattern) : pattern;
}

/** The numbers that an integer kind holds. */
export function rangeOf(kind: Kind): readonly [low: bigint, high: bigint] {
  if (kind.kind === "sint") return [-(1n << BigInt(kind.width - 1)), (1n << BigInt(kind.width - 1)) - 1n];
  return kind.kind === "uint" ? [0n, (1n << BigInt(kind.width)) - 1n] : [0n, 0n];
}

function ones(pattern: bigint): number {
  return pattern.toString(2).replaceAll("0", "").length;
}

function packed(kind: Kind, literal: unknown): bigint {
  switch (kind.kind) {
    case "bool":
      return literal === true ? 1n : 0n;
    case "bits":
    case "uint":
    case "sint":
      return mask(kind.width, literal as bigint);
    case "enum":
      return BigInt(kind.labels.indexOf(literal as string));
    case "vec":
      return (literal as readonly unknown[]).reduceRight<bigint>(
        (all, item) => (all << BigInt(bitWidth(kind.element))) | packed(kind.element, item),
        0n,
      );
    case "struct": {
      const record = literal as Readonly<Record<string, unknown>>;
      return Object.entries(kind.fields).reduceRight<bigint>(
        (all, [name, field]) => (all << BigInt(bitWidth(field))) | packed(field, record[name]),
        0n,
      );
    }
  }
}

function value<S extends AnyValue>(signal: S, kind: Kind, of: Value["of"], range = rangeOf(kind)): Value<S> {
  return { signal, kind, of, low: range[0], high: range[1] };
}

export type Wide = UInt | SInt;

/** Random expressions of a wanted kind, each legal where it stands. */
export class Expressions {
  readonly #c: Choices;
  readonly #features: Set<string>;
  readonly readables: Readable[] = [];
  readonly memories: ReadableMemory[] = [];

  constructor(c: Choices, features: Set<string>) {
    this.#c = c;
    this.#features = features;
  }

  #uses(feature: string): void {
    this.#features.add(feature);
  }

  // ---- what can be read -----------------------------------------------------------------------------------------------

  #allowed(scope: Scope): readonly Readable[] {
    return this.readables.filter(
      ({ rank, domain, ready, input, value: { kind, signal } }) =>
        rank < scope.limit &&
        (ready !== true || scope.readies === true) &&
        (scope.inputsOnly !== true || (input === true && !interleaves(kind))) &&
        (domain === scope.domain || isCrossable(signal)),
    );
  }

  #seenFrom(scope: Scope, { value: v, domain }: Readable): Value {
    if (domain === scope.domain || !isCrossable(v.signal)) return v;
    this.#uses("crossing");
    return { ...v, signal: crossing(v.signal, scope.domain) };
  }

  /** A readable signal for which `fits` holds, perhaps an element of a vec or a field of a struct. */
  #readable(scope: Scope, fits: (kind: Kind) => boolean): Value | undefined {
    const reachable = (kind: Kind): boolean =>
      fits(kind) ||
      (kind.kind === "vec" && reachable(kind.element)) ||
      (kind.kind === "struct" && Object.values(kind.fields).some(reachable));
    const found = this.#c.any(this.#allowed(scope).filter((r) => reachable(r.value.kind)));
    if (found === undefined) return undefined;
    let at = this.#seenFrom(scope, found);
    while (!fits(at.kind)) {
      const { kind, of, signal } = at;
      if (kind.kind === "vec") at = this.#element(at as Value<Vec>, kind, scope);
      else if (kind.kind === "struct") {
        const entries = Object.entries(kind.fields);
        const [name, field] = this.#c.any(entries.filter(([, f]) => reachable(f))) ?? ["", bool];
        const before = entries.slice(
          0,
          entries.findIndex(([n]) => n === name),
        );
        const lo = BigInt(before.reduce((width, [, f]) => width + bitWidth(f), 0));
        const inner = (signal as unknown as Readonly<Record<string, AnyValue>>)[name];
        if (inner === undefined) throw new Error(`no field ${name}`);
        at = value(inner, field, (env) => mask(bitWidth(field), of(env) >> lo));
        this.#uses("struct field");
      } else throw new Error("not reachable");
    }
    return at;
  }

  #element({ signal, of }: Value<Vec>, kind: VecKind, scope: Scope): Value {
    const width = BigInt(bitWidth(kind.element));
    const element = kind.element;
    if (element.kind === "vec") this.#uses("nested vec");
    if (element.kind === "struct") this.#uses("vec of structs");
    if (scope.inIndex === true || this.#c.below(2) === 0) {
      const index = this.#c.below(kind.length);
      return value(signal.at(index) as unknown as AnyValue, element, (env) =>
        mask(Number(width), of(env) >> (BigInt(index) * width)),
      );
    }
    const index = this.index(kind.length, scope);
    this.#uses(scope.loops.some((loop) => loop.signal === index.signal) ? "loop index" : "dynamic index");
    return value(signal.at(index.signal) as unknown as AnyValue, element, (env) =>
      mask(Number(width), of(env) >> (index.of(env) * width)),
    );
  }

  /** A number below `length`; `exact`: in just the width of an address. */
  index(length: number, scope: Scope, exact = false): Value<UInt> {
    const c = this.#c;
    const fitting = scope.loops.filter(({ high }) => high < BigInt(length));
    const loop = c.any(fitting);
    if (loop !== undefined && c.below(3) > 0) return loop;
    const width = bitWidth(uint.below(length));
    const inner = { ...scope, inIndex: true };
    const whole = this.#fit(
      this.integer("uint", inner, scope.inIndex === true ? 0 : 1),
      uint(exact || c.below(3) > 0 ? width : 1 + c.below(width)),
    );
    const signal = whole.signal as UInt;
    if (whole.high >= BigInt(length)) {
      const spare = BigInt(c.below(length));
      const guarded = mux(signal.lt(length), signal, spare);
      return value(guarded, whole.kind, (env) => (whole.of(env) < length ? whole.of(env) : spare), [
        0n,
        BigInt(length - 1),
      ]);
    }
    if (exact || c.below(4) > 0) return { ...whole, signal };
    const wider = uint(bitWidth(whole.kind) + 1 + c.below(3));
    return { ...whole, signal: signal.extend(wider), kind: wider };
  }

  /** An index that only the running design knows, or undefined where nothing can be read. */
  dynamicIndex(length: number, scope: Scope): Value<UInt> | undefined {
    const width = bitWidth(uint.below(length));
    const found = this.#readable(
      { ...scope, loops: [], inIndex: true },
      (kind) => kind.kind === "uint" && kind.width >= width,
    );
    // A counter of 1 is a constant: what it selects might be driven once more in any case, which the checks report.
    if (found === undefined || found.low === found.high) return undefined;
    const whole = this.#fit(found as Value<Wide>, uint(width)) as Value<UInt>;
    if (whole.high < BigInt(length)) return whole;
    return value(mux(whole.signal.lt(length), whole.signal, 0), whole.kind, unknown, [
      0n,
      BigInt(length - 1),
    ]);
  }

  // ---- by kind --------------------------------------------------------------------------------------------------------

  /** A value of exactly `kind`. */
  of(kind: Kind, scope: Scope, budget = 2): Value {
    return this.#c.part(() => {
      switch (kind.kind) {
        case "bool":
          return this.bool(scope, budget);
        case "bits":
          return this.bits(kind.width, scope, budget);
        case "uint":
        case "sint":
          return this.#integerOf(kind, scope, budget);
        case "enum":
          return this.#enum(kind, scope, budget);
        case "vec":
          return this.#vec(kind, scope, budget);
        case "struct":
          return this.#struct(kind, scope, budget);
      }
    });
  }

  #literal(kind: Kind): Value {
    const literal = randomLiteral(this.#c, kind);
    const pattern = packed(kind, literal);
    const number = numberOf(kind, pattern);
    return value(valueOf(kind, literal as never) as AnyValue, kind, () => pattern, [number, number]);
  }

  #leaf(kind: Kind, scope: Scope): Value {
    return this.#readable(scope, (k) => sameKind(k, kind)) ?? this.#literal(kind);
  }

  #mux(kind: Kind, scope: Scope, budget: number): Value {
    this.#uses("mux");
    const select = this.bool(scope, budget - 1);
    const whenTrue = this.of(kind, scope, budget - 1);
    const whenFalse = this.of(kind, scope, budget - 1);
    const signal = mux(select.signal, whenTrue.signal as object, whenFalse.signal as object) as AnyValue;
    return value(
      signal,
      kind,
      (env) => (select.of(env) === 1n ? whenTrue : whenFalse).of(env),
      union(whenTrue, whenFalse),
    );
  }

  /** The word of a memory that is read combinationally. */
  #word(fits: (memory: ReadableMemory) => boolean, scope: Scope): Value | undefined {
    if (scope.inputsOnly === true) return undefined;
    const usable = this.memories.filter(
      (m) => fits(m) && (m.domain === undefined || m.domain === scope.domain),
    );
    const found = this.#c.any(usable);
    if (found === undefined) return undefined;
    this.#uses(found.domain === undefined ? "ROM, combinational read" : "memory, combinational read");
    const address = this.index(found.depth, scope, true);
    return value(found.memory.read(address.signal) as AnyValue, found.kind, unknown);
  }

  bool(scope: Scope, budget: number): Value<Bool> {
    return this.#c.part(() => this.#bool(scope, budget));
  }

  #bool(scope: Scope, budget: number): Value<Bool> {
    const c = this.#c;
    const result = (signal: Bool, of: (env: Env) => boolean): Value<Bool> =>
      value(signal, bool, (env) => (of(env) ? 1n : 0n));
    switch (budget === 0 ? 0 : c.below(12)) {
      case 0:
      case 1:
        return this.#leaf(bool, scope) as Value<Bool>;
      case 2:
      case 3: {
        const sign = c.pick(["uint", "sint"] as const);
        const left = this.integer(sign, scope, budget - 1);
        const right = c.below(3) === 0 ? this.#number(sign) : this.integer(sign, scope, budget - 1);
        const op = c.pick(["eq", "ne", "lt", "le", "gt", "ge"] as const);
        this.#uses(`${op} of ${sign}`);
        const compare = {
          eq: (a: bigint, b: bigint) => a === b,
          ne: (a: bigint, b: bigint) => a !== b,
          lt: (a: bigint, b: bigint) => a < b,
          le: (a: bigint, b: bigint) => a <= b,
          gt: (a: bigint, b: bigint) => a > b,
          ge: (a: bigint, b: bigint) => a >= b,
        }[op];
        return result(left.signal[op](operand(right) as never), (env) =>
          compare(numberOf(left.kind, left.of(env)), numberOf(right.kind, right.of(env))),
        );
      }
      case 4: {
        const left = this.bool(scope, budget - 1);
        const right = this.bool(scope, budget - 1);
        const op = c.pick(["and", "or", "xor", "xnor", "eq", "ne"] as const);
        this.#uses(`${op} of bool`);
        return result(left.signal[op](right.signal), (env) => {
          const [a, b] = [left.of(env) === 1n, right.of(env) === 1n];
          return { and: a && b, or: a || b, xor: a !== b, xnor: a === b, eq: a === b, ne: a !== b }[op];
        });
      }
      case 5: {
        const arg = this.bool(scope, budget - 1);
        this.#uses("not of bool");
        return result(arg.signal.not(), (env) => arg.of(env) === 0n);
      }
      case 6: {
        const width = randomWidth(c);
        const arg = this.bits(width, scope, budget - 1);
        const op = c.pick(["all", "any", "parity"] as const);
        this.#uses(`${op} (reduction)`);
        return result(arg.signal[op](), (env) => {
          const count = ones(arg.of(env));
          return { all: count === width, any: count > 0, parity: count % 2 === 1 }[op];
        });
      }
      case 7: {
        const { signal, kind, of } =
          c.below(2) === 0
            ? this.bits(randomWidth(c), scope, budget - 1)
            : this.integer("uint", scope, budget - 1);
        const at = c.below(bitWidth(kind));
        this.#uses("bit");
        return result(signal.bit(at), (env) => ((of(env) >> BigInt(at)) & 1n) === 1n);
      }
      case 8: {
        const { signal, kind, of } =
          c.below(2) === 0
            ? this.bits(randomWidth(c), scope, budget - 1)
            : this.integer("sint", scope, budget - 1);
        const at = this.index(bitWidth(kind), scope);
        this.#uses("dynamic bit");
        return result(signal.bit(at.signal), (env) => ((of(env) >> at.of(env)) & 1n) === 1n);
      }
      case 9:
        return this.#mux(bool, scope, budget) as Value<Bool>;
      case 10: {
        const left = this.#readable(scope, ({ kind }) => kind === "enum" || kind === "vec");
        if (left === undefined || (left.kind.kind === "vec" && left.kind.element.kind === "struct"))
          return this.#literal(bool) as Value<Bool>;
        const op = c.pick(["eq", "ne"] as const);
        this.#uses(`${op} of ${left.kind.kind}`);
        if (left.kind.kind === "enum" && c.below(2) === 0) {
          const label = c.below(left.kind.labels.length);
          return result(
            (left.signal as Enum)[op](left.kind.labels[label] ?? ""),
            (env) => (left.of(env) === BigInt(label)) === (op === "eq"),
          );
        }
        const right = this.of(left.kind, scope, budget - 1);
        return result(
          (left.signal as Vec)[op](right.signal as Vec),
          (env) => (left.of(env) === right.of(env)) === (op === "eq"),
        );
      }
      default: {
        const left = this.bits(randomWidth(c), scope, budget - 1);
        const right = this.bits(bitWidth(left.kind), scope, budget - 1);
        this.#uses("eq of bits");
        return result(left.signal.eq(right.signal), (env) => left.of(env) === right.of(env));
      }
    }
  }

  bits(width: number, scope: Scope, budget: number): Value<Bits> {
    return this.#c.part(() => this.#bits(width, scope, budget));
  }

  /** Bits cut from any signal that has as many. */
  #someBits(width: number, scope: Scope): Value<Bits> {
    const word =
      this.#c.below(4) === 3 ? this.#word(({ kind }) => bitWidth(kind) >= width, scope) : undefined;
    const wide = word ?? this.#readable(scope, (kind) => bitWidth(kind) >= width && kind.kind !== "bool");
    if (wide === undefined) return this.#literal(bits(width)) as Value<Bits>;
    const whole = pack(wide.signal);
    this.#uses("pack");
    const spare = bitWidth(wide.kind) - width;
    if (spare === 0) return value(whole, bits(width), wide.of);
    const lo = this.#c.below(spare + 1);
    this.#uses("slice");
    return value(whole.slice(lo, width), bits(width), (env) => mask(width, wide.of(env) >> BigInt(lo)));
  }

  #bits(width: number, scope: Scope, budget: number): Value<Bits> {
    const c = this.#c;
    const kind = bits(width);
    const result = (signal: Bits, of: Value["of"]): Value<Bits> => value(signal, kind, of);
    const word = c.below(6) === 5 ? this.#word((m) => sameKind(m.kind, kind), scope) : undefined;
    if (word !== undefined) return word as Value<Bits>;
    switch (budget === 0 ? c.below(2) : c.below(11)) {
      case 0:
        return this.#someBits(width, scope);
      case 1:
        return this.#leaf(kind, scope) as Value<Bits>;
      case 2: {
        const parts: Value[] = [];
        for (let left = width; left > 0;) {
          const own = c.below(3) === 0 ? left : 1 + c.below(left);
          const scalar = randomScalar(c);
          const fits = bitWidth(scalar) === own && !hasGaps(scalar);
          parts.push(fits ? this.of(scalar, scope, budget - 1) : this.bits(own, scope, budget - 1));
          left -= own;
        }
        this.#uses("cat");
        const widths = parts.map((part) => BigInt(bitWidth(part.kind)));
        return result(cat(...parts.map((part) => part.signal)), (env) =>
          parts.reduce((all, part, i) => (all << (widths[i] ?? 0n)) | part.of(env), 0n),
        );
      }
      case 3: {
        const left = this.bits(width, scope, budget - 1);
        const right = this.bits(width, scope, budget - 1);
        const op = c.pick(["and", "or", "xor", "xnor"] as const);
        this.#uses(`${op} of bits`);
        return result(left.signal[op](right.signal), (env) =>
          bitwise(op, width, left.of(env), right.of(env)),
        );
      }
      case 4: {
        const arg = this.bits(width, scope, budget - 1);
        this.#uses("not of bits");
        return result(arg.signal.not(), (env) => mask(width, ~arg.of(env)));
      }
      case 5:
        return this.#mux(kind, scope, budget) as Value<Bits>;
      case 6: {
        const lo = c.below(20);
        const arg = this.bits(width + lo + c.below(5), scope, budget - 1);
        this.#uses("slice");
        return result(arg.signal.slice(lo, width), (env) => mask(width, arg.of(env) >> BigInt(lo)));
      }
      case 7: {
        const count = 1 + c.below(Math.max(1, Math.min(5, Math.floor(200 / width))));
        const arg = this.bits(width * count + c.below(2) * c.below(width), scope, budget - 1);
        const at = this.index(count, scope);
        this.#uses("dynamic part select");
        return result(arg.signal.word(at.signal, width), (env) =>
          mask(width, arg.of(env) >> (at.of(env) * BigInt(width))),
        );
      }
      case 8: {
        const arg = this.#integerOf({ kind: c.pick(["uint", "sint"] as const), width }, scope, budget - 1);
        this.#uses("asBits");
        return result((arg.signal as Wide).asBits(), arg.of);
      }
      case 9: {
        const arg = this.#integerOf(
          { kind: c.pick(["uint", "sint"] as const), width: width + 3 },
          scope,
          budget - 1,
        );
        const lo = c.below(4);
        this.#uses("slice of integer");
        return result((arg.signal as Wide).slice(lo, width), (env) => mask(width, arg.of(env) >> BigInt(lo)));
      }
      default: {
        const arg = this.bits(width * 2, scope, budget - 1);
        this.#uses("constant part select");
        const at = c.below(2);
        return result(arg.signal.word(at, width), (env) => mask(width, arg.of(env) >> BigInt(at * width)));
      }
    }
  }

  #enum(kind: EnumKind, scope: Scope, budget: number): Value {
    const c = this.#c;
    this.#uses("enum");
    switch (budget === 0 ? 0 : c.below(4)) {
      case 2:
        return this.#mux(kind, scope, budget);
      case 3:
        return (
          this.#word((m) => sameKind(m.kind, kind), scope) ??
          this.#recast(kind, scope, budget) ??
          this.#literal(kind)
        );
      default:
        return this.#leaf(kind, scope);
    }
  }

  /** Bits seen as the kind, where every pattern of them is a value. */
  #recast(kind: Kind, scope: Scope, budget: number): Value | undefined {
    if (hasGaps(kind)) return undefined;
    const arg = this.bits(bitWidth(kind), scope, budget - 1);
    this.#uses(`bits as ${kind.kind}`);
    return value(arg.signal.as(kind) as unknown as AnyValue, kind, arg.of);
  }

  #vec(kind: VecKind, scope: Scope, budget: number): Value {
    const c = this.#c;
    this.#uses("vec");
    switch (budget === 0 ? 0 : c.below(6)) {
      case 1:
      case 2: {
        const elements = Array.from({ length: kind.length }, () => this.of(kind.element, scope, budget - 1));
        const width = BigInt(bitWidth(kind.element));
        const signals = elements.map(({ signal }) => signal);
        const plain =
          kind.element.kind !== "struct" && kind.element.kind !== "vec" && kind.element.kind !== "enum";
        this.#uses(plain ? "vecOf" : "vec of values");
        const whole = plain ? vecOf(signals as UInt[]) : valueOf(kind, signals as never);
        return value(whole as AnyValue, kind, (env) =>
          elements.reduceRight((all, e) => (all << width) | e.of(env), 0n),
        );
      }
      case 3:
        return this.#mux(kind, scope, budget);
      case 4:
        return this.#recast(kind, scope, budget) ?? this.#literal(kind);
      case 5:
        return this.#word((m) => sameKind(m.kind, kind), scope) ?? this.#leaf(kind, scope);
      default:
        return this.#leaf(kind, scope);
    }
  }

  #struct(kind: StructKind, scope: Scope, budget: number): Value {
    const c = this.#c;
    this.#uses("struct");
    switch (budget === 0 ? 0 : c.below(6)) {
      case 1:
      case 2: {
        const fields = Object.entries(kind.fields).map(
          ([name, field]) => [name, this.of(field, scope, budget - 1)] as const,
        );
        const record = Object.fromEntries(fields.map(([name, field]) => [name, field.signal]));
        this.#uses("record");
        return value(valueOf(kind, record as never) as unknown as AnyValue, kind, (env) =>
          fields.reduceRight((all, [, field]) => (all << BigInt(bitWidth(field.kind))) | field.of(env), 0n),
        );
      }
      case 3:
        return this.#mux(kind, scope, budget);
      case 4:
        return this.#recast(kind, scope, budget) ?? this.#literal(kind);
      case 5:
        return this.#word((m) => sameKind(m.kind, kind), scope) ?? this.#leaf(kind, scope);
      default:
        return this.#leaf(kind, scope);
    }
  }

  /** Something to match on: an enum, or a short integer or vector. */
  matchable(scope: Scope): Value {
    return this.#c.part(() => {
      const found = this.#c.below(2) === 0 ? this.#readable(scope, ({ kind }) => kind === "enum") : undefined;
      if (found !== undefined) return found;
      const width = 1 + this.#c.below(6);
      return this.of({ kind: this.#c.pick(["uint", "sint", "bits"] as const), width }, scope, 1);
    });
  }

  // ---- integers -------------------------------------------------------------------------------------------------------

  #integerOf(kind: IntKind, scope: Scope, budget: number): Value {
    const c = this.#c;
    const word = c.below(6) === 5 ? this.#word((m) => sameKind(m.kind, kind), scope) : undefined;
    if (word !== undefined) return word;
    if (c.below(8) === 7) return this.#mux(kind, scope, Math.max(1, budget));
    if (budget === 0 || c.below(6) === 0) return this.#leaf(kind, scope);
    return this.#fit(this.integer(c.below(5) === 0 ? other(kind.kind) : kind.kind, scope, budget - 1), kind);
  }

  /** The number in `kind`: extended, narrowed where it is known to fit, else modulo. */
  #fit(v: Value<Wide>, kind: IntKind): Value<Wide> {
    if (sameKind(v.kind, kind)) return v;
    const c = this.#c;
    const [low, high] = rangeOf(kind);
    const own = bitWidth(v.kind);
    const keeps = v.low >= low && v.high <= high;
    const bits_ = kind.width;
    const pattern = (env: Env): bigint => mask(bits_, numberOf(v.kind, v.of(env)));
    const lossless = v.kind.kind === kind.kind ? kind.width >= own : kind.kind === "sint" && kind.width > own;
    if (lossless && c.below(3) > 0) {
      this.#uses(v.kind.kind === kind.kind ? "extend" : "extend uint to sint");
      return value(v.signal.extend<IntKind>(kind), kind, pattern, [v.low, v.high]);
    }
    if (keeps && c.below(4) > 0) {
      this.#uses(lossless ? "narrow to wider" : "narrow");
      return value(v.signal.narrow<IntKind>(kind), kind, pattern, [v.low, v.high]);
    }
    this.#uses(v.kind.kind === kind.kind ? "wrap" : "wrap to other signedness");
    // wrap to a wider kind of the other signedness keeps the number and then its bits.
    return value(v.signal.wrap<IntKind>(kind), kind, pattern);
  }

  /** A JavaScript number as operand. */
  #number(sign: "uint" | "sint"): Value<Wide> & { readonly literal?: bigint | number } {
    const c = this.#c;
    const kind: IntKind = { kind: sign, width: randomWidth(c) };
    const v = this.#literal(kind);
    const number = numberOf(kind, v.of(new Map()));
    return {
      ...v,
      signal: v.signal as Wide,
      literal: number <= 2n ** 53n && number >= 0n ? Number(number) : number,
    };
  }

  integer(sign: "uint", scope: Scope, budget: number): Value<UInt>;
  integer(sign: "uint" | "sint", scope: Scope, budget: number): Value<Wide> & { readonly literal?: bigint };
  integer(sign: "uint" | "sint", scope: Scope, budget: number): Value<Wide> {
    return this.#c.part(() => {
      const v = this.#integer(sign, scope, budget);
      return bitWidth(v.kind) <= widestResult ? v : this.#fit(v, { kind: sign, width: randomWidth(this.#c) });
    });
  }

  #integer(sign: "uint" | "sint", scope: Scope, budget: number): Value<Wide> {
    const c = this.#c;
    const signed = sign === "sint";
    const build = (
      signal: Wide,
      number: (env: Env) => bigint,
      range: readonly [bigint, bigint],
    ): Value<Wide> => {
      const kind: IntKind = { kind: signal instanceof SInt ? "sint" : "uint", width: signal.width };
      return value(signal, kind, (env) => mask(kind.width, number(env)), range);
    };
    const again = (): Value<Wide> => this.integer(sign, scope, budget - 1);
    const num = (v: Value, env: Env): bigint => numberOf(v.kind, v.of(env));
    switch (budget === 0 ? c.below(3) : c.below(22)) {
      case 0:
      case 1: {
        const loop = signed ? undefined : c.any(scope.loops);
        if (loop !== undefined && c.below(2) === 0) return loop;
        const found = this.#readable(scope, ({ kind }) => kind === sign);
        return (found ?? this.#literal({ kind: sign, width: randomWidth(c) })) as Value<Wide>;
      }
      case 2:
        return this.#literal({ kind: sign, width: randomWidth(c) }) as Value<Wide>;
      case 3:
      case 4:
      case 5: {
        const [a, b] = [again(), c.below(4) === 0 ? this.#number(sign) : again()];
        this.#uses(`add of ${sign}`);
        return build((a.signal as SInt).add(operand(b)), (env) => num(a, env) + num(b, env), [
          a.low + b.low,
          a.high + b.high,
        ]);
      }
      case 6:
      case 7: {
        if (!signed) return again();
        const from = c.pick(["uint", "sint"] as const);
        const a = this.integer(from, scope, budget - 1);
        const b = c.below(4) === 0 ? this.#number(from) : this.integer(from, scope, budget - 1);
        this.#uses(`sub of ${from}`);
        return build((a.signal as SInt).sub(operand(b)), (env) => num(a, env) - num(b, env), [
          a.low - b.high,
          a.high - b.low,
        ]);
      }
      case 8:
      case 9: {
        const [a, b] = [again(), c.below(4) === 0 ? this.#number(sign) : again()];
        this.#uses(`mul of ${sign}`);
        const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
        return build((a.signal as SInt).mul(operand(b)), (env) => num(a, env) * num(b, env), [
          least(corners),
          most(corners),
        ]);
      }
      case 10: {
        const a = again();
        const by = c.below(12);
        this.#uses(`shl of ${sign}`);
        const up = BigInt(by);
        return build(a.signal.shl(by), (env) => num(a, env) << up, [a.low << up, a.high << up]);
      }
      case 11: {
        const a = again();
        const by = c.oneIn(4) ? bitWidth(a.kind) + c.below(3) : c.below(bitWidth(a.kind));
        this.#uses(`shr of ${sign}`);
        const down = BigInt(by);
        return build(a.signal.shr(by), (env) => num(a, env) >> down, [a.low >> down, a.high >> down]);
      }
      case 12: {
        const a = again();
        const by = this.integer("uint", scope, budget - 1);
        this.#uses(`dynamic shr of ${sign}`);
        const range: readonly [bigint, bigint] = [a.low < 0n ? a.low : 0n, a.high < 0n ? -1n : a.high];
        return build(
          a.signal.shr(by.signal),
          (env) => num(a, env) >> (by.of(env) > 1000n ? 1000n : by.of(env)),
          range,
        );
      }
      case 13: {
        if (signed) {
          const a = again();
          this.#uses("neg");
          return build((a.signal as SInt).neg(), (env) => -num(a, env), [-a.high, -a.low]);
        }
        const width = randomWidth(c);
        const arg = this.bits(width, scope, budget - 1);
        this.#uses("popcount");
        return build(arg.signal.popcount(), (env) => BigInt(ones(arg.of(env))), [0n, BigInt(width)]);
      }
      case 14: {
        const arg = this.bits(randomWidth(c), scope, budget - 1);
        this.#uses(signed ? "bits as sint" : "bits as uint");
        const cast = signed ? arg.signal.asSInt() : arg.signal.asUInt();
        return build(cast, arg.of, rangeOf({ kind: sign, width: cast.width }));
      }
      case 15: {
        const a = this.integer(other(sign), scope, budget - 1);
        this.#uses(signed ? "uint as sint" : "sint as uint");
        const cast = a.signal instanceof UInt ? a.signal.asSInt() : a.signal.asUInt();
        return build(cast, a.of, rangeOf({ kind: sign, width: cast.width }));
      }
      case 16: {
        const [a, b] = [again(), c.below(4) === 0 ? this.#number(sign) : again()];
        const select = this.bool(scope, budget - 1);
        this.#uses("mux of integers");
        const signal = mux(select.signal, a.signal as UInt, operand(b) as unknown as UInt);
        return build(signal, (env) => num(select.of(env) === 1n ? a : b, env), union(a, b));
      }
      case 17: {
        const kind: IntKind = { kind: sign, width: randomWidth(c) };
        const [a, b] = [this.of(kind, scope, budget - 1), this.of(kind, scope, budget - 1)];
        const op = c.pick(["and", "or", "xor", "xnor"] as const);
        this.#uses(`${op} of ${sign}`);
        return value((a.signal as UInt)[op](b.signal as UInt), kind, (env) =>
          bitwise(op, kind.width, a.of(env), b.of(env)),
        );
      }
      case 18: {
        const a = again();
        this.#uses(`not of ${sign}`);
        const width = bitWidth(a.kind);
        return value((a.signal as UInt).not(), a.kind, (env) => mask(width, ~a.of(env)));
      }
      case 19: {
        if (signed) {
          const a = this.integer("uint", scope, budget - 1);
          const kind = sint(bitWidth(a.kind) + 1 + c.below(3));
          this.#uses("extend uint to sint");
          return build(a.signal.extend(kind), a.of, [a.low, a.high]);
        }
        const a = this.bool(scope, budget - 1);
        this.#uses("bool as uint");
        return build(a.signal.asUInt(), a.of, [0n, 1n]);
      }
      case 20: {
        if (signed) return again();
        const parts = c.list(2, 5, () => this.integer("uint", scope, budget - 2 < 0 ? 0 : budget - 2));
        this.#uses("sum");
        return build(
          sum(parts.map((p) => p.signal)),
          (env) => parts.reduce((all, p) => all + p.of(env), 0n),
          [0n, parts.reduce((all, p) => all + p.high, 0n)],
        );
      }
      default: {
        const a = again();
        const smallest =
          a.low < 0n || signed
            ? Math.max(bitsFor(most([a.high, 0n])), bitsFor(a.low < 0n ? -a.low - 1n : 0n)) + 1
            : bitsFor(a.high);
        return this.#fit(a, { kind: sign, width: c.below(2) === 0 ? smallest : randomWidth(c) });
      }
    }
  }
}

function unknown(): never {
  throw new Error("the reference knows inputs only");
}

function other(sign: "uint" | "sint"): "uint" | "sint" {
  return sign === "uint" ? "sint" : "uint";
}

function operand(v: Value<Wide> & { readonly literal?: bigint | number }): SInt {
  return (v.literal ?? v.signal) as SInt;
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}

function most(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b > a ? b : a));
}

function union(a: Value, b: Value): readonly [bigint, bigint] {
  return [least([a.low, b.low]), most([a.high, b.high])];
}

function bitwise(op: "and" | "or" | "xor" | "xnor", width: number, a: bigint, b: bigint): bigint {
  return op === "and" ? a & b : op === "or" ? a | b : op === "xor" ? a ^ b : mask(width, ~(a ^ b));
}

type Crossable = UInt | SInt | Bits | Bool | Vec;

function isCrossable(signal: AnyValue): signal is Crossable & AnyValue {
  if (signal instanceof Vec) return true;
  return signal instanceof UInt || signal instanceof SInt || signal instanceof Bits || signal instanceof Bool;
}
