import { constantComparison } from "./compare.ts";
import { literalText } from "./literal.ts";
import { selectionOf } from "./select.ts";
import type { Selection } from "./select.ts";
import { indexWidth, widthOf } from "../ir/index.ts";
import type {
  BinaryExpr,
  ConstExpr,
  Expr,
  MemoryReadExpr,
  RefExpr,
  ResizeExpr,
  Target,
  Type,
  UnaryExpr,
} from "../ir/index.ts";

/** What the text of an expression needs to know about its module. */
export interface Scope {
  readonly signal: (ref: RefExpr) => string;
  readonly memoryDepth: (name: string) => number;
}

/**
 * Text with the two things its surroundings depend on. `signed`: whether SystemVerilog takes it for signed, `unsure`
 * where tools differ. Whatever the IR calls sint is signed here; the reverse may fail for what no operator inside
 * depends on (`$countones`, a signed signal seen as bits), so that every operator that does depend on it asks.
 */
type Signed = boolean | "unsure";

interface Text {
  readonly text: string;
  readonly level: number;
  readonly signed: Signed;
  /** The text without the `$signed` that is all around it: enough where nothing but its bits counts. */
  readonly bits?: string;
  /**
   * Holds a cast that cuts bits off. Yosys (0.23 and 0.55) computes an operator with such an operand in the width of
   * what is cut, so that the operator must be cut in turn wherever its high bits would be seen.
   */
  readonly wide?: boolean;
  /** Holds a right shift of an operator, which a wider context would fill from above. */
  readonly fragile?: boolean;
  /** Holds a `>>>`, of which an unsigned operand beside it would make a `>>`. */
  readonly arithmetic?: boolean;
}

/** Binding strength of the operators of SystemVerilog, loosest first. */
const level = {
  ternary: 1,
  or: 2,
  and: 3,
  bitOr: 4,
  bitXor: 5,
  bitAnd: 6,
  equality: 7,
  relation: 8,
  shift: 9,
  sum: 10,
  product: 11,
  /** `&a`, in brackets beside any other operator: `(&a) && b`. */
  reduction: 12,
  /** `-a`, in brackets right of an arithmetic operator. */
  minus: 13,
  /** `~a`, `!a` */
  not: 14,
  atom: 15,
} as const;

interface Operator {
  readonly symbol: string;
  readonly level: number;
  /** Weakest operand that stands without parentheses. */
  readonly operand: number;
  readonly associative: boolean;
}

function operator(symbol: string, own: number, operand: number, associative: boolean): Operator {
  return { symbol, level: own, operand, associative };
}

const operators: Readonly<Record<BinaryExpr["op"], Operator>> = {
  add: operator("+", level.sum, level.product, true),
  sub: operator("-", level.sum, level.product, false),
  mul: operator("*", level.product, level.not, true),
  and: operator("&", level.bitAnd, level.not, true),
  or: operator("|", level.bitOr, level.not, true),
  xor: operator("^", level.bitXor, level.not, true),
  eq: operator("==", level.equality, level.sum, false),
  ne: operator("!=", level.equality, level.sum, false),
  lt: operator("<", level.relation, level.sum, false),
  le: operator("<=", level.relation, level.sum, false),
  gt: operator(">", level.relation, level.sum, false),
  ge: operator(">=", level.relation, level.sum, false),
};
const xnor = operator("~^", level.bitXor, level.not, false);
const logicalAnd = operator("&&", level.and, level.equality, true);
const logicalOr = operator("||", level.or, level.equality, true);

const reduction = { and: "&", or: "|", xor: "^" } as const;

/**
 * Text of the expressions of one module.
 *
 * The operands of every IR operator have the operator's own width, so that nothing here depends on how a tool extends
 * operands by context: where the context of SystemVerilog is wider (an index is computed in 32 bits), a compound
 * operand stands in `{}` or a cast, which all tools compute in the operand's own width.
 */
export class ExpressionWriter {
  readonly #scope: Scope;
  readonly #texts = new Map<Expr, Text>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** As the right side of an assignment, a condition or a property. */
  expr(expr: Expr): string {
    return bitsOf(this.#text(expr));
  }

  /** Where the surroundings do not cut the value to its width: a port connection, the subject of a case. */
  exact(expr: Expr): string {
    const text = this.#exact(expr);
    const own = expr.type.kind === "sint" || text.arithmetic !== true || text.level === level.atom;
    return own ? bitsOf(text) : unsignedCall(text).text;
  }

  target(target: Target): string {
    const selection = selectionOf(target);
    if (selection === undefined) throw new Error("a target that does not end in a signal");
    return this.#selection(selection).text;
  }

  /** `memory[address]` */
  word({ memory, address }: Pick<MemoryReadExpr, "memory" | "address">): string {
    return `${memory}[${this.#exactIndex(address, indexWidth(this.#scope.memoryDepth(memory)))}]`;
  }

  #text(expr: Expr): Text {
    const known = this.#texts.get(expr);
    if (known !== undefined) return known;
    const written = this.#write(expr);
    const text =
      expr.type.kind === "sint" && written.signed !== true
        ? signedCall(exact(written, widthOf(expr.type)))
        : written;
    this.#texts.set(expr, text);
    return text;
  }

  #exact(expr: Expr): Text {
    return exact(this.#text(expr), widthOf(expr.type));
  }

  #write(expr: Expr): Text {
    const selection = selectionOf(expr);
    if (selection !== undefined) return this.#selection(selection);
    switch (expr.kind) {
      case "const": {
        const text = literalText(expr);
        return {
          text,
          level: text.startsWith("-") ? level.minus : level.atom,
          signed: expr.type.kind === "sint",
        };
      }
      case "ref":
        return atom(this.#scope.signal(expr), expr.type.kind === "sint");
      case "loopvar":
        return cut(expr.name, widthOf(expr.type), false);
      case "unary":
        return this.#unary(expr);
      case "binary":
        return this.#binary(expr);
      case "shift": {
        const symbol = expr.op === "shl" ? "<<" : expr.type.kind === "sint" ? ">>>" : ">>";
        const arg =
          expr.op === "shl"
            ? this.#text(expr.arg)
            : symbol === ">>"
              ? zeroFilled(this.#exact(expr.arg))
              : this.#exact(expr.arg);
        const text = `${parenthesised(arg, level.not)} ${symbol} ${this.#amount(expr.amount, symbol === ">>>" ? widthOf(expr.type) - 1 : widthOf(expr.type))}`;
        const fragile = expr.op === "shr" && arg.level < level.atom ? { fragile: true } : {};
        const arithmetic = symbol === ">>>" ? { arithmetic: true } : {};
        return { text, level: level.shift, signed: arg.signed, ...contextOf(arg), ...fragile, ...arithmetic };
      }
      case "reduce":
        return {
          text: reduction[expr.op] + prefixed(this.#exact(expr.arg)),
          level: level.reduction,
          signed: false,
        };
      case "popcount":
        return this.#popcount(expr.arg, widthOf(expr.type));
      case "mux": {
        const select = parenthesised(this.#text(expr.select), level.reduction);
        const width = widthOf(expr.type);
        const [whenTrue, whenFalse] = sameSign(
          ...sameContext(this.#text(expr.whenTrue), this.#text(expr.whenFalse), width),
          width,
        );
        const text = `${select} ? ${parenthesised(whenTrue, level.or)} : ${whenFalse.text}`;
        return {
          text,
          level: level.ternary,
          signed: bothSigned(whenTrue, whenFalse),
          ...contextOf(whenTrue, whenFalse),
        };
      }
      case "cat":
        return this.#cat(expr.parts);
      case "slice":
        // `wrap` and `narrow` come here as well, with lo 0.
        if (expr.arg.kind === "const")
          return this.#write(constantBits(expr.arg, BigInt(expr.lo), widthOf(expr.type)));
        return this.#lowBits(expr.arg, expr.lo === 0 ? undefined : String(expr.lo), widthOf(expr.type));
      case "index":
        return this.#picked(expr.arg, expr.index, widthOf(expr.type), widthOf(expr.type));
      case "partselect":
        return this.#picked(expr.arg, expr.offset, expr.stride, widthOf(expr.type));
      case "resize":
        return this.#resize(expr);
      case "cross":
        return this.#text(expr.arg);
      case "memread":
        return atom(this.word(expr), expr.type.kind === "sint");
    }
  }

  #unary({ op, arg, type }: UnaryExpr): Text {
    if (op === "not" && arg.kind === "binary") {
      if (arg.op === "eq") return this.#binary({ ...arg, op: "ne" });
      if (arg.op === "ne") return this.#binary({ ...arg, op: "eq" });
      if (arg.op === "xor" && type.kind !== "bool") return this.#operator(arg, xnor);
    }
    const text = this.#text(arg);
    const symbol = op === "neg" ? "-" : type.kind === "bool" ? "!" : "~";
    return {
      text: symbol + prefixed(text),
      level: op === "not" ? level.not : level.minus,
      signed: text.signed,
      ...contextOf(text),
    };
  }

  #binary(expr: BinaryExpr): Text {
    const always = constantComparison(expr);
    if (always !== undefined) return atom(always ? "1'b1" : "1'b0");
    if (expr.left.type.kind === "bool" && expr.op === "and") return this.#operator(expr, logicalAnd);
    if (expr.left.type.kind === "bool" && expr.op === "or") return this.#operator(expr, logicalOr);
    return this.#operator(expr, operators[expr.op]);
  }

  #operator(expr: BinaryExpr, own: Operator): Text {
    const compares = own.level === level.equality || own.level === level.relation;
    const together = compares ? comparable : sameContext;
    const width = widthOf(expr.left.type);
    const [first, second] = together(this.#text(expr.left), this.#text(expr.right), width);
    const asUnsigned =
      own.level === level.relation &&
      expr.left.type.kind !== "sint" &&
      first.signed !== false &&
      second.signed !== false;
    const [left, right] = sameSign(asUnsigned ? unsignedCall(first) : first, second, width);
    const chains = (side: Expr): boolean =>
      side.kind === "binary" &&
      side.op === expr.op &&
      own.associative &&
      side.left.type.kind === expr.left.type.kind;
    const leftWeakest = chains(expr.left) || own.level === level.sum ? own.level : own.operand;
    // `a + -b` is legal but reads badly; `a == -b` does not.
    const minus = right.level === level.minus && own.level >= level.sum;
    const rightWeakest = minus ? level.not : chains(expr.right) ? own.level : own.operand;
    return {
      text: `${inOperator(left, leftWeakest)} ${own.symbol} ${inOperator(right, rightWeakest)}`,
      level: own.level,
      signed: !compares && bothSigned(left, right),
      ...(compares ? {} : contextOf(left, right)),
    };
  }

  /** `$countones` of the whole word is what Verilator makes fastest. Tools disagree on whether it is signed. */
  #popcount(arg: Expr, width: number): Text {
    return cut(`$countones(${bitsOf(this.#exact(arg))})`, width, "unsure");
  }

  #cat(parts: readonly Expr[]): Text {
    const flat = parts.flatMap(function flatten(part: Expr): readonly Expr[] {
      return part.kind === "cat" ? part.parts.flatMap(flatten) : [part];
    });
    const texts = flat.map((part) => this.#exact(part));
    const [first] = texts;
    if (first !== undefined && texts.length === 1 && first.level === level.atom && first.signed === false)
      return first;
    const repeated = first !== undefined && texts.length > 1 && flat.every((part) => part === flat[0]);
    const text = repeated
      ? `{${String(texts.length)}{${bitsOf(first)}}}`
      : `{${texts.map(bitsOf).join(", ")}}`;
    return { ...atom(text), ...contextOf(...texts) };
  }

  #resize(expr: ResizeExpr): Text {
    const { arg, mode, type } = expr;
    const width = widthOf(type);
    const more = width - widthOf(arg.type);
    switch (more > 0 && (mode === "wrap" || mode === "narrow") ? extension(arg) : mode) {
      case "cast": {
        const text = this.#text(arg);
        // An operator inside would take on the signedness of what stands around it.
        return text.signed !== false && type.kind !== "sint" && text.level < level.atom
          ? unsignedCall(exact(text, width))
          : text;
      }
      case "wrap":
      case "narrow":
        return more === 0 ? this.#text(arg) : this.#text(modulo(arg, width) ?? lowPart(arg, width));
      case "zext": {
        if (more === 0) return this.#text(arg);
        // Verilator 5.006 extends a $countones beyond 32 bits by the highest bit of its count.
        if (arg.kind === "popcount" && width <= 32) return this.#popcount(arg.arg, width);
        if (arg.kind === "loopvar") return cut(arg.name, width, false);
        if (arg.kind === "const" && arg.type.kind !== "sint") return this.#write({ ...arg, type });
        const text = this.#exact(arg);
        return { ...atom(`{${String(more)}'d0, ${bitsOf(text)}}`), ...contextOf(text) };
      }
      case "sext": {
        if (arg.kind === "const") return this.#write(signExtended(arg, type));
        const text = this.#text(arg);
        if (more === 0) return text;
        const own = exact(text, widthOf(arg.type));
        const self = own.signed === true && own.level === level.atom ? own : signedCall(own);
        return { ...atom(`${String(width)}'(${self.text})`, true), ...contextOf(own) };
      }
    }
  }

  /** `width` bits from bit `index * stride` upwards. */
  #picked(arg: Expr, index: Expr, stride: number, width: number): Text {
    // Yosys 0.23 counts no ones in an expression that holds a shift of one constant by another.
    if (arg.kind === "const" && index.kind === "const")
      return this.#write(constantBits(arg, BigInt(`0x${index.value}`) * BigInt(stride), width));
    return this.#lowBits(arg, this.#scaled(index, stride), width);
  }

  /** `width` bits of an expression that cannot be selected from, from bit `shift` upwards. */
  #lowBits(arg: Expr, shift: string | undefined, width: number): Text {
    if (shift === undefined) {
      const whole = this.#text(arg);
      return width === widthOf(arg.type) ? whole : cut(whole.text, width, whole.signed);
    }
    const whole = zeroFilled(this.#exact(arg));
    return cut(`${parenthesised(whole, level.not)} >> ${shift}`, width, whole.signed);
  }

  /**
   * All amounts from `most` up do the same. A plain number must not have more than 32 bits, and Verilator 5.006 shifts
   * a signed constant wrong by its width or more.
   */
  #amount(amount: Expr, most: number): string {
    if (amount.kind === "const") {
      const by = BigInt(`0x${amount.value}`);
      return String(by < most ? by : most);
    }
    const text = this.#exact(shortAmount(amount, most));
    return parenthesised(text.signed === false ? text : unsignedCall(text), level.not);
  }

  /** A shift amount of `index` times `stride` bits. */
  #scaled(index: Expr, stride: number): string {
    const text = this.#wideIndex(index);
    return stride === 1 ? text : `(${text} * ${String(stride)})`;
  }

  #selection({ ref, offset, terms, width }: Selection): Text {
    const name = this.#scope.signal(ref);
    const whole = widthOf(ref.type);
    const [term, ...more] = terms;
    if (term === undefined) {
      if (width === whole) return atom(name, ref.type.kind === "sint");
      const last = offset + width - 1;
      return atom(`${name}[${width === 1 ? String(offset) : `${String(last)}:${String(offset)}`}]`);
    }
    // A bit select is linted for the exact width of its index, a part select is not.
    if (width === 1 && term.stride === 1 && more.length === 0 && offset === 0)
      return atom(`${name}[${this.#exactIndex(term.index, indexWidth(whole))}]`);
    const sum = terms.map(({ index, stride }) => {
      const text = this.#wideIndex(index);
      if (stride > 1) return `${text} * ${String(stride)}`;
      // Alone it may have any width, in a sum its width must not be the sum's.
      return terms.length + offset > 1 && plainIndex(index) === undefined ? `32'(${text})` : text;
    });
    if (offset > 0) sum.push(String(offset));
    return atom(`${name}[${sum.join(" + ")} +: ${String(width)}]`);
  }

  /** An index where any width is welcome, as an operand of `*`: loop variables and constants as plain numbers. */
  #wideIndex(index: Expr): string {
    const plain = plainIndex(index);
    if (plain !== undefined) return plain.compound ? `(${plain.text})` : plain.text;
    return this.#selfDetermined(index);
  }

  /** An index of just `width` bits, as Verilator asks of memories and bit selects. */
  #exactIndex(index: Expr, width: number): string {
    const plain = plainIndex(index);
    if (plain !== undefined) return plain.text;
    const own = widthOf(index.type);
    if (own > width) return this.#text(lowPart(index, width)).text;
    if (own < width) return `{${String(width - own)}'d0, ${bitsOf(this.#exact(index))}}`;
    return this.#selfDetermined(index);
  }

  /** Computed in its own width wherever it stands, and unsigned. */
  #selfDetermined(expr: Expr): string {
    const text = this.#exact(expr);
    if (text.signed !== false) return unsignedCall(text).text;
    return text.level === level.atom ? text.text : `{${text.text}}`;
  }
}

/** Verilator 5.006 shifts wrong by an amount of more than 32 bits: such a one is cut at `most`, from which on all do the same. */
function shortAmount(amount: Expr, most: number): Expr {
  const own = widthOf(amount.type);
  if (own <= 32) return amount;
  const limit = (type: Type): Expr => ({ kind: "const", type, value: most.toString(16) });
  const short: Type = { kind: "uint", width: 32 };
  return {
    kind: "mux",
    type: short,
    select: { kind: "binary", op: "ge", type: { kind: "bool" }, left: amount, right: limit(amount.type) },
    whenTrue: limit(short),
    whenFalse: { kind: "resize", mode: "wrap", type: short, arg: amount },
  };
}

/** How a value keeps its number in a wider type. */
function extension(arg: Expr): "sext" | "zext" {
  return arg.type.kind === "sint" ? "sext" : "zext";
}

/**
 * Arithmetic whose operands were only extended to be cut again, in the narrow width itself: `count + 4'd1`, not
 * `4'({1'd0, count} + 5'd1)`. The low bits of a sum, difference or product depend on low bits alone.
 */
function modulo(expr: Expr, width: number): Expr | undefined {
  switch (expr.kind) {
    case "const": {
      const bits = BigInt.asUintN(width, BigInt(`0x${expr.value}`));
      return { kind: "const", type: { kind: "uint", width }, value: bits.toString(16) };
    }
    case "resize": {
      if (expr.mode !== "zext" && expr.mode !== "sext") return undefined;
      const own = widthOf(expr.arg.type);
      if (own > width) return undefined;
      if (own === width) return expr.arg;
      const kind = expr.mode === "sext" ? "sint" : "uint";
      return { kind: "resize", mode: expr.mode, type: { kind, width }, arg: expr.arg };
    }
    case "binary": {
      if (expr.op !== "add" && expr.op !== "sub" && expr.op !== "mul") return undefined;
      const left = modulo(expr.left, width);
      const right = modulo(expr.right, width);
      if (left === undefined || right === undefined) return undefined;
      const constant = left.kind === "const" || right.kind === "const";
      if (!constant && left.type.kind !== right.type.kind) return undefined;
      return { kind: "binary", op: expr.op, type: { kind: "bits", width }, left, right };
    }
    default:
      return undefined;
  }
}

function lowPart(arg: Expr, width: number): Expr {
  return { kind: "slice", type: { kind: "bits", width }, arg, lo: 0 };
}

function constantBits({ value }: ConstExpr, lo: bigint, width: number): ConstExpr {
  const bits = BigInt.asUintN(width, BigInt(`0x${value}`) >> lo);
  return { kind: "const", type: { kind: "bits", width }, value: bits.toString(16) };
}

function signExtended(arg: ConstExpr, type: Type): ConstExpr {
  const value = BigInt.asIntN(widthOf(arg.type), BigInt(`0x${arg.value}`));
  return { kind: "const", type, value: BigInt.asUintN(widthOf(type), value).toString(16) };
}

/**
 * An index made of loop variables and constants, in the 32 bits that SystemVerilog computes it in; undefined for any
 * other, and where its own width might not hold it.
 */
function plainIndex(
  index: Expr,
): { readonly text: string; readonly max: bigint; readonly compound: boolean } | undefined {
  switch (index.kind) {
    case "const": {
      const value = BigInt(`0x${index.value}`);
      return { text: String(value), max: value, compound: false };
    }
    case "loopvar":
      return { text: index.name, max: (1n << BigInt(widthOf(index.type))) - 1n, compound: false };
    case "resize":
      return index.mode === "zext" ? plainIndex(index.arg) : undefined;
    case "binary": {
      if (index.op !== "add") return undefined;
      const left = plainIndex(index.left);
      const right = plainIndex(index.right);
      if (left === undefined || right === undefined) return undefined;
      const max = left.max + right.max;
      if (max >= 1n << BigInt(widthOf(index.type))) return undefined;
      return { text: `${left.text} + ${right.text}`, max, compound: true };
    }
    default:
      return undefined;
  }
}

/** Operands of one operator are signed together or not at all. */
function bothSigned(a: Text, b: Text): Signed {
  if (a.signed === false || b.signed === false) return false;
  return a.signed === true && b.signed === true ? true : "unsure";
}

function atom(text: string, signed: Signed = false): Text {
  return { text, level: level.atom, signed };
}

/** The low `width` bits of a wider text. */
function cut(text: string, width: number, signed: Signed): Text {
  return { ...atom(`${String(width)}'(${text})`, signed), wide: true };
}

/** With nothing beyond `width` bits, whatever a tool computed inside. */
function exact(text: Text, width: number): Text {
  return text.wide === true && text.level < level.atom ? cut(text.text, width, text.signed) : text;
}

function contextOf(...operands: readonly Text[]): Pick<Text, "wide" | "fragile" | "arithmetic"> {
  const some = (flag: "wide" | "fragile" | "arithmetic"): boolean =>
    operands.some((text) => text[flag] === true && (flag !== "arithmetic" || text.level < level.atom));
  return {
    ...(some("wide") ? { wide: true } : {}),
    ...(some("fragile") ? { fragile: true } : {}),
    ...(some("arithmetic") ? { arithmetic: true } : {}),
  };
}

/** Left of `>>`: whatever a wider context puts above must be zeros. */
function zeroFilled(text: Text): Text {
  return text.wide === true && text.signed !== false ? unsignedCall(text) : text;
}

/** Operands of an operator whose low bits depend on low bits alone: a wide one must not reach into a fragile one. */
function sameContext(a: Text, b: Text, width: number): [Text, Text] {
  const safe = (text: Text): Text =>
    text.fragile === true && text.level < level.atom ? cut(text.text, width, text.signed) : text;
  return a.wide === true || b.wide === true ? [safe(a), safe(b)] : [a, b];
}

/** Operands of one operator: all of it is unsigned where one of them is, down to a `>>>` inside the other. */
function sameSign(a: Text, b: Text, width: number): [Text, Text] {
  const safe = (text: Text, other: Text): Text =>
    text.arithmetic === true && text.level < level.atom && other.signed !== true
      ? unsignedCall(exact(text, width))
      : text;
  return [safe(a, b), safe(b, a)];
}

/** Operands of a comparison, where the high bits count: with a wide one both are cut. */
function comparable(a: Text, b: Text, width: number): [Text, Text] {
  const safe = (text: Text): Text => (text.level < level.atom ? cut(text.text, width, text.signed) : text);
  return a.wide === true || b.wide === true ? [safe(a), safe(b)] : [a, b];
}

function signedCall(text: Text): Text {
  const call = { ...atom(`$signed(${text.text})`, true), ...contextOf(text) };
  return text.level === level.atom ? { ...call, bits: text.text } : call;
}

function unsignedCall(text: Text): Text {
  return { ...atom(`$unsigned(${text.text})`), ...contextOf(text) };
}

function bitsOf({ text, bits = text }: Text): string {
  return bits;
}

/** Behind a prefix operator. Yosys reads `-7'(a)` as a cast to -7 bits. */
function prefixed(text: Text): string {
  return /^\d+'\(/.test(text.text) ? `(${text.text})` : parenthesised(text, level.atom);
}

function inOperator(text: Text, weakest: number): string {
  return parenthesised(text, text.level === level.reduction ? level.atom : weakest);
}

function parenthesised(text: Text, weakest: number): string {
  return text.level < weakest ? `(${text.text})` : text.text;
}
