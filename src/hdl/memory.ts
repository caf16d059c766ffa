import type { Expr } from "../ir/index.ts";
import { indexWidth } from "../ir/index.ts";
import { leavesOf, type Kind } from "./kinds.ts";
import type { ModuleBuilder } from "./module.ts";
import { constant } from "./node.ts";
import { exprOf, intoExprs, type Handle, type Into, type UInt } from "./signals.ts";

/** A memory or ROM of a module. Struct words are kept in one memory per field. */
export class Memory<K extends Kind, A extends "read" | "write" = "write"> {
  private readonly module: ModuleBuilder;
  private readonly kind: K;
  private readonly name: string;
  private readonly parts: readonly string[];
  declare private readonly access: A;

  constructor(module: ModuleBuilder, name: string, kind: K, parts: readonly string[]) {
    this.module = module;
    this.name = name;
    this.kind = kind;
    this.parts = parts;
  }

  /**
   * The word at `address`. Combinational (distributed RAM); as the whole value of a `.next` on a register without
   * reset it is a registered read (block RAM).
   */
  read(address: UInt | number): Handle<K> {
    const at = addressExpr(address);
    const exprs = leavesOf(this.kind).map((leaf, i): Expr => ({
      kind: "memread",
      type: leaf.type,
      memory: this.parts[i] ?? this.name,
      address: at,
    }));
    return this.module.value(this.kind, exprs);
  }

  /** Writes `word` at the next clock edge. */
  write(this: Memory<K, "write">, address: UInt | number, word: Into<K>): void {
    const at = addressExpr(address);
    intoExprs(this.kind, word, this.name).forEach((data, i) => {
      this.module.write(this.parts[i] ?? this.name, at, data);
    });
  }
}

function addressExpr(address: UInt | number): Expr {
  return typeof address === "number"
    ? constant({ kind: "uint", width: indexWidth(address + 1) }, BigInt(address))
    : exprOf(address);
}
