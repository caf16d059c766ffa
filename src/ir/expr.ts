import type { Type } from "./types.ts";

/**
 * Expressions. Every node carries its type, and operands are already extended
 * to the width the operation is carried out in: no pass infers a width.
 * An expression is a tree for its readers but may share nodes (a DAG) in memory.
 */
export type Expr =
  | ConstExpr
  | RefExpr
  | LoopVarExpr
  | UnaryExpr
  | BinaryExpr
  | ShiftExpr
  | ReduceExpr
  | PopcountExpr
  | MuxExpr
  | CatExpr
  | SliceExpr
  | IndexExpr
  | PartSelectExpr
  | ResizeExpr
  | CrossExpr
  | MemoryReadExpr;

/** A literal: `value` is the bit pattern of width `widthOf(type)` as lower-case hex without prefix. */
export interface ConstExpr {
  readonly kind: "const";
  readonly type: Type;
  readonly value: string;
}

/** A port, wire or reg of this module, or the port of an instance (`instance` set). */
export interface RefExpr {
  readonly kind: "ref";
  readonly type: Type;
  readonly name: string;
  /** Set when `name` is a port of this instance. */
  readonly instance?: string;
}

/** The index of an enclosing `for`; its type is uint wide enough for count - 1. */
export interface LoopVarExpr {
  readonly kind: "loopvar";
  readonly type: Type;
  readonly name: string;
}

/** `not`: bitwise, type of the operand. `neg`: two's complement, operand already widened to `type` (sint). */
export interface UnaryExpr {
  readonly kind: "unary";
  readonly op: "not" | "neg";
  readonly type: Type;
  readonly arg: Expr;
}

export type ArithmeticOp = "add" | "sub" | "mul";
export type BitwiseOp = "and" | "or" | "xor";
export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/**
 * Arithmetic and bitwise: both operands have exactly `type`, and the result is modulo 2^width
 * (the DSL widens first, so that nothing is lost unless `wrap` was asked for).
 * Comparison: both operands have the same type; signed when that is sint; result bool.
 */
export interface BinaryExpr {
  readonly kind: "binary";
  readonly op: ArithmeticOp | BitwiseOp | CompareOp;
  readonly type: Type;
  readonly left: Expr;
  readonly right: Expr;
}

/**
 * Shift of `arg` (already of `type`) by an unsigned amount, static or dynamic.
 * `shr` fills with the sign for sint, else with zero. An amount of width or more gives all fill bits.
 */
export interface ShiftExpr {
  readonly kind: "shift";
  readonly op: "shl" | "shr";
  readonly type: Type;
  readonly arg: Expr;
  readonly amount: Expr;
}

/** AND, OR or XOR of all bits of `arg`; bool. */
export interface ReduceExpr {
  readonly kind: "reduce";
  readonly op: "and" | "or" | "xor";
  readonly type: Type;
  readonly arg: Expr;
}

/** Number of ones in `arg`: uint of just the width that holds widthOf(arg). */
export interface PopcountExpr {
  readonly kind: "popcount";
  readonly type: Type;
  readonly arg: Expr;
}

/** `select` (bool) ? `whenTrue` : `whenFalse`, both exactly of `type`. */
export interface MuxExpr {
  readonly kind: "mux";
  readonly type: Type;
  readonly select: Expr;
  readonly whenTrue: Expr;
  readonly whenFalse: Expr;
}

/** Concatenation, first part in the MOST significant bits (as in Verilog); bits, or a vec built of its elements. */
export interface CatExpr {
  readonly kind: "cat";
  readonly type: Type;
  readonly parts: readonly Expr[];
}

/** Bits lo .. lo+widthOf(type)-1 of `arg`, both known at elaboration. */
export interface SliceExpr {
  readonly kind: "slice";
  readonly type: Type;
  readonly arg: Expr;
  readonly lo: number;
}

/**
 * Element `index` (uint; constant, loop variable or dynamic) of a vec, or bit of a scalar.
 * An index past the end reads an undefined value: the DSL attaches an assertion where that could happen.
 */
export interface IndexExpr {
  readonly kind: "index";
  readonly type: Type;
  readonly arg: Expr;
  readonly index: Expr;
}

/** widthOf(type) bits of `arg` from bit `offset` (uint; dynamic or loop variable) times `stride` upwards. */
export interface PartSelectExpr {
  readonly kind: "partselect";
  readonly type: Type;
  readonly arg: Expr;
  readonly offset: Expr;
  readonly stride: number;
}

/**
 * `zext`, `sext`: to a wider type. `wrap`: keep the low bits, meant modulo. `narrow`: keep the low bits and
 * claim that nothing is lost; becomes an assertion. `cast`: same width, other kind.
 */
export interface ResizeExpr {
  readonly kind: "resize";
  readonly mode: "zext" | "sext" | "wrap" | "narrow" | "cast";
  readonly type: Type;
  readonly arg: Expr;
}

/** `arg` seen from clock domain `to`: an explicit clock domain crossing. */
export interface CrossExpr {
  readonly kind: "cross";
  readonly type: Type;
  readonly arg: Expr;
  readonly to: string;
}

/** Word at `address` (uint) of a memory of this module, combinational; clocked when it is the value of a clocked assignment. */
export interface MemoryReadExpr {
  readonly kind: "memread";
  readonly type: Type;
  readonly memory: string;
  readonly address: Expr;
}
