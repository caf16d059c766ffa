import type { Expr } from "../ir/index.ts";
import { indexWidth } from "../ir/index.ts";
import { report } from "./context.ts";
import { leavesOf, type Kind } from "./kinds.ts";
import type { ModuleBuilder } from "./module.ts";
import { constant, NODE } from "./node.ts";
import { intoExprs } from "./convert.ts";
import type { Handle, Into } from "./handles.ts";
import { exprOf, reportForeign, type UInt } from "./signals.ts";

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
    const at = this.addressExpr(address);
    const exprs = leavesOf(this.kind).map((leaf, i): Expr => ({
      kind: "memread",
      type: leaf.type,
      memory: this.parts[i] ?? this.name,
      address: at,
    }));
    return this.module.value(this.kind, exprs);
  }

  /** Writes `word` at the next clock edge. */
  write(this: Memory<K>, address: UInt | number, word: Into<K>): void {
    const at = this.addressExpr(address);
    intoExprs(this.kind, word, this.name, this.module).forEach((data, i) => {
      this.module.write(this.parts[i] ?? this.name, at, data);
    });
  }

  private addressExpr(address: UInt | number): Expr {
    if (typeof address !== "number") {
      const { owner } = address[NODE];
      if (owner !== undefined && owner !== this.module) reportForeign(this.name, owner, this.module);
      return exprOf(address);
    }
    if (Number.isInteger(address) && address >= 0)
      return constant({ kind: "uint", width: indexWidth(address + 1) }, BigInt(address));
    report(
      "index-out-of-range",
      this.name,
      `address ${String(address)} of ${this.name}`,
      "an address is a whole number from 0",
    );
    return constant({ kind: "uint", width: 1 }, 0n);
  }
}
