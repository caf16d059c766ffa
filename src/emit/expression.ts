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
 * Text with the two things its surroundings depend on. `signed`: SystemVerilog takes it for signed. Whatever the IR
 * calls sint is signed here; the reverse may fail for what no operator inside depends on (`$countones`, a signed
 * signal seen as bits), so that every operator that does depend on it asks for `unsigned`.
 */
interface Text {
  readonly text: string;
  readonly level: number;
  readonly signed: boolean;
  /** The text without the `$signed` that is all around it: enough where nothing but its bits counts. */
  readonly bits?: string;
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

  /** As the right side of an assignment, a condition, a property or a port connection. */
  expr(expr: Expr): string {
    return bitsOf(this.#text(expr));
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
    const text = expr.type.kind === "sint" && !written.signed ? signedCall(written) : written;
    this.#texts.set(expr, text);
    return text;
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
        return atom(`${String(widthOf(expr.type))}'(${expr.name})`);
      case "unary":
        return this.#unary(expr);
      case "binary":
        return this.#binary(expr);
      case "shift": {
        const symbol = expr.op === "shl" ? "<<" : expr.type.kind === "sint" ? ">>>" : ">>";
        const arg = this.#text(expr.arg);
        const text = `${parenthesised(arg, level.not)} ${symbol} ${this.#amount(expr.amount)}`;
        return { text, level: level.shift, signed: arg.signed };
      }
      case "reduce":
        return {
          text: reduction[expr.op] + prefixed(this.#text(expr.arg)),
          level: level.reduction,
          signed: false,
        };
      case "popcount":
        return this.#popcount(expr.arg, widthOf(expr.type));
      case "mux": {
        const select = parenthesised(this.#text(expr.select), level.reduction);
        const whenTrue = this.#text(expr.whenTrue);
        const whenFalse = this.#text(expr.whenFalse);
        const text = `${select} ? ${parenthesised(whenTrue, level.or)} : ${whenFalse.text}`;
        return { text, level: level.ternary, signed: whenTrue.signed && whenFalse.signed };
      }
      case "cat":
        return this.#cat(expr.parts);
      case "slice":
        // `wrap` and `narrow` come here as well, with lo 0.
        return this.#lowBits(expr.arg, expr.lo === 0 ? undefined : String(expr.lo), widthOf(expr.type));
      case "index": {
        const width = widthOf(expr.type);
        return this.#lowBits(expr.arg, this.#scaled(expr.index, width), width);
      }
      case "partselect":
        return this.#lowBits(expr.arg, this.#scaled(expr.offset, expr.stride), widthOf(expr.type));
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
    };
  }

  #binary(expr: BinaryExpr): Text {
    if (expr.left.type.kind === "bool" && expr.op === "and") return this.#operator(expr, logicalAnd);
    if (expr.left.type.kind === "bool" && expr.op === "or") return this.#operator(expr, logicalOr);
    return this.#operator(expr, operators[expr.op]);
  }

  #operator(expr: BinaryExpr, own: Operator): Text {
    const compares = own.level === level.equality || own.level === level.relation;
    let left = this.#text(expr.left);
    const right = this.#text(expr.right);
    if (own.level === level.relation && expr.left.type.kind !== "sint" && left.signed && right.signed)
      left = unsignedCall(left);
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
      text: `${operand(left, leftWeakest)} ${own.symbol} ${operand(right, rightWeakest)}`,
      level: own.level,
      signed: !compares && left.signed && right.signed,
    };
  }

  /** `$countones` is a signed int: the cast keeps that, and its value is right at any width that holds it. */
  #popcount(arg: Expr, width: number): Text {
    return atom(`${String(width)}'($countones(${this.#text(arg).text}))`, true);
  }

  #cat(parts: readonly Expr[]): Text {
    const flat = parts.flatMap(function flatten(part: Expr): readonly Expr[] {
      return part.kind === "cat" ? part.parts.flatMap(flatten) : [part];
    });
    const [first] = flat;
    if (first !== undefined && flat.length === 1) {
      const text = this.#text(first);
      if (text.level === level.atom && !text.signed) return text;
    }
    if (first !== undefined && flat.length > 1 && flat.every((part) => part === first))
      return atom(`{${String(flat.length)}{${this.#text(first).text}}}`);
    return atom(`{${flat.map((part) => bitsOf(this.#text(part))).join(", ")}}`);
  }

  #resize(expr: ResizeExpr): Text {
    const { arg, mode, type } = expr;
    const width = widthOf(type);
    const more = width - widthOf(arg.type);
    switch (more > 0 && (mode === "wrap" || mode === "narrow") ? extension(arg) : mode) {
      case "cast": {
        const text = this.#text(arg);
        // An operator inside would take on the signedness of what stands around it.
        return text.signed && type.kind !== "sint" && text.level < level.atom ? unsignedCall(text) : text;
      }
      case "wrap":
      case "narrow":
        return more === 0 ? this.#text(arg) : this.#text(modulo(arg, width) ?? lowPart(arg, width));
      case "zext": {
        if (more === 0) return this.#text(arg);
        if (arg.kind === "popcount") return this.#popcount(arg.arg, width);
        if (arg.kind === "loopvar") return atom(`${String(width)}'(${arg.name})`);
        if (arg.kind === "const" && arg.type.kind !== "sint") return this.#write({ ...arg, type });
        return atom(`{${String(more)}'d0, ${this.#text(arg).text}}`);
      }
      case "sext": {
        if (arg.kind === "const") return this.#write(signExtended(arg, type));
        const text = this.#text(arg);
        if (more === 0) return text;
        const self = text.signed && text.level === level.atom ? text : signedCall(text);
        return atom(`${String(width)}'(${self.text})`, true);
      }
    }
  }

  /** `width` bits of an expression that cannot be selected from, from bit `shift` upwards. */
  #lowBits(arg: Expr, shift: string | undefined, width: number): Text {
    const whole = this.#text(arg);
    if (shift === undefined) {
      if (width === widthOf(arg.type)) return whole;
      return atom(`${String(width)}'(${whole.text})`, whole.signed);
    }
    return atom(`${String(width)}'(${parenthesised(whole, level.not)} >> ${shift})`, whole.signed);
  }

  #amount(amount: Expr): string {
    if (amount.kind === "const") return String(BigInt(`0x${amount.value}`));
    const text = this.#text(amount);
    return parenthesised(text.signed ? unsignedCall(text) : text, level.not);
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
      return terms.length > 1 && plainIndex(index) === undefined ? `32'(${text})` : text;
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
    if (own < width) return `{${String(width - own)}'d0, ${this.#text(index).text}}`;
    return this.#selfDetermined(index);
  }

  /** Computed in its own width wherever it stands, and unsigned. */
  #selfDetermined(expr: Expr): string {
    const text = this.#text(expr);
    if (text.signed) return unsignedCall(text).text;
    return text.level === level.atom ? text.text : `{${text.text}}`;
  }
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

function atom(text: string, signed = false): Text {
  return { text, level: level.atom, signed };
}

function signedCall({ text, level: own }: Text): Text {
  const call = atom(`$signed(${text})`, true);
  return own === level.atom ? { ...call, bits: text } : call;
}

function bitsOf({ text, bits = text }: Text): string {
  return bits;
}

function unsignedCall({ text }: Text): Text {
  return atom(`$unsigned(${text})`);
}

/** Behind a prefix operator. Yosys reads `-7'(a)` as a cast to -7 bits. */
function prefixed(text: Text): string {
  return /^\d+'\(/.test(text.text) ? `(${text.text})` : parenthesised(text, level.atom);
}

function operand(text: Text, weakest: number): string {
  return parenthesised(text, text.level === level.reduction ? level.atom : weakest);
}

function parenthesised(text: Text, weakest: number): string {
  return text.level < weakest ? `(${text.text})` : text.text;
}
