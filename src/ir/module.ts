import type { ConstExpr, Expr, LoopVarExpr, RefExpr } from "./expr.ts";
import type { EnumType, Type } from "./types.ts";

/** Place in the author's TypeScript. `file` is relative to the project root, with forward slashes. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Comb targets: a whole signal, an element of a vec or bit, or a static range of bits. */
export type Target = RefExpr | TargetIndex | TargetSlice;

export interface TargetIndex {
  readonly kind: "index";
  readonly type: Type;
  readonly arg: Target;
  readonly index: Expr;
}

export interface TargetSlice {
  readonly kind: "slice";
  readonly type: Type;
  readonly arg: Target;
  readonly lo: number;
}

/**
 * Statements in the author's order. Combinational (`clocked: false`) and clocked assignments may stand in one
 * `if`; src/lower takes them apart. As in always_comb, the last assignment wins.
 */
export type Stmt = AssignStmt | IfStmt | MatchStmt | ForStmt | MemoryWriteStmt | AssertStmt;

export interface AssignStmt {
  readonly kind: "assign";
  readonly clocked: boolean;
  readonly target: Target;
  /** Exactly the target's type. */
  readonly value: Expr;
  readonly doc?: string;
  readonly loc: SourceLocation;
}

export interface IfStmt {
  readonly kind: "if";
  /** when, elsewhen, ... in order. */
  readonly branches: readonly { readonly condition: Expr; readonly body: readonly Stmt[] }[];
  readonly otherwise?: readonly Stmt[];
  readonly doc?: string;
  readonly loc: SourceLocation;
}

export interface MatchStmt {
  readonly kind: "match";
  readonly subject: Expr;
  readonly arms: readonly { readonly values: readonly ConstExpr[]; readonly body: readonly Stmt[] }[];
  readonly otherwise?: readonly Stmt[];
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** `index` runs over 0 .. count-1; unrolled by synthesis and by analyses. */
export interface ForStmt {
  readonly kind: "for";
  readonly index: LoopVarExpr;
  readonly count: number;
  readonly body: readonly Stmt[];
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** Write `data` to `address` at the memory's clock edge. */
export interface MemoryWriteStmt {
  readonly kind: "memwrite";
  readonly memory: string;
  readonly address: Expr;
  readonly data: Expr;
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** Checked at every edge of `domain`'s clock outside reset, when the enclosing conditions hold. */
export interface AssertStmt {
  readonly kind: "assert" | "assume" | "cover";
  readonly domain: string;
  readonly property: Expr;
  /** Legal SystemVerilog label, from the author's object key. */
  readonly label: string;
  readonly message: string;
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** `none`: the domain has no reset port. */
export interface ClockDomain {
  /** `clk` for the default domain. */
  readonly name: string;
  /** Port names. */
  readonly clock: string;
  readonly reset: string | undefined;
  readonly resetKind: "sync" | "async" | "none";
  readonly resetActive: "high" | "low";
}

export interface Port {
  readonly name: string;
  readonly direction: "in" | "out";
  readonly type: Type;
  /** Clock domain that the port belongs to; undefined for a clock or reset itself, and in a module without clocks. */
  readonly domain: string | undefined;
  readonly role: "data" | "clock" | "reset";
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/**
 * A valid/ready stream among the ports, seen from inside: a sink takes beats, a source gives them.
 * `payload` lists the ports of the payload's leaves (one for a scalar, one per field for a struct).
 */
export interface StreamPort {
  readonly name: string;
  readonly direction: "sink" | "source";
  readonly valid: string;
  readonly ready: string;
  readonly payload: readonly { readonly path: readonly string[]; readonly port: string }[];
  readonly domain: string;
}

export interface Wire {
  readonly name: string;
  readonly type: Type;
  readonly doc?: string;
  readonly loc: SourceLocation;
  /** The author said that not all of it will be read. */
  readonly mayBeUnread: boolean;
}

export interface Reg {
  readonly name: string;
  readonly type: Type;
  readonly domain: string;
  /** Value at reset; undefined: not reset, starts undefined (0 in the native simulator). */
  readonly reset: ConstExpr | undefined;
  /** A stage of a synchronizer: synthesis has to keep it, and place it beside the other stages. */
  readonly synchronizer?: boolean;
  readonly doc?: string;
  readonly loc: SourceLocation;
  readonly mayBeUnread: boolean;
}

/**
 * `block`: every read is the whole value of a clocked assignment to a register without reset.
 * `distributed`: any read. `auto`: the tool chooses.
 */
export type MemoryStyle = "block" | "distributed" | "auto";

export interface Memory {
  readonly name: string;
  readonly depth: number;
  readonly type: Type;
  readonly style: MemoryStyle;
  /** Domain of the writes; undefined for a ROM. */
  readonly domain: string | undefined;
  /** Contents at power-up: `depth` lower-case hex words of ceil(width/4) digits. A ROM has them always. */
  readonly init: readonly string[] | undefined;
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** Every port of an instance is reached by `RefExpr.instance`; its clocks and resets are bound here. */
export interface Instance {
  readonly name: string;
  /** Key of Design.modules. */
  readonly module: string;
  /** Child clock or reset port -> signal of this module. */
  readonly clocks: Readonly<Record<string, string>>;
  readonly doc?: string;
  readonly loc: SourceLocation;
}

/** Value of a parameter: an integer of 32 bits, a text, or a bit vector of stated width (`64'h8000000000000000`). */
export type Parameter = number | string | ConstExpr;

/** A module whose SystemVerilog comes from elsewhere. */
export interface External {
  /** Name in the SystemVerilog; may differ from the design's key. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Verbatim sources to be compiled with the design: file name -> text. Empty for a vendor primitive. */
  readonly sources: Readonly<Record<string, string>>;
}

export interface Module {
  /** Name in the SystemVerilog. */
  readonly name: string;
  readonly doc?: string;
  readonly loc: SourceLocation;
  /** First the default domain. */
  readonly domains: readonly ClockDomain[];
  readonly ports: readonly Port[];
  readonly streams: readonly StreamPort[];
  readonly wires: readonly Wire[];
  readonly regs: readonly Reg[];
  readonly memories: readonly Memory[];
  readonly instances: readonly Instance[];
  readonly enums: readonly EnumType[];
  readonly body: readonly Stmt[];
  /**
   * Set for an external module. It then has no instances; its body, where there is one, is the author's
   * model for the native simulator and is not emitted.
   */
  readonly external: External | undefined;
  /**
   * Key of the module that synthesis takes in place of this one's body: the same ports, clocks and behaviour in every
   * cycle, from cells placed by hand. Simulators run the body.
   */
  readonly implementation?: string | undefined;
}

/** A closed set of modules. Keys are unique per distinct elaboration; src/lower merges equals and settles names. */
export interface Design {
  readonly top: string;
  readonly modules: Readonly<Record<string, Module>>;
}
