import { emitBlock, emitLoop } from "./block.ts";
import { placeChecks } from "./checks.ts";
import type { PlacedChecks } from "./checks.ts";
import { Functions, Scope } from "./code.ts";
import { commitLines, resetGroups, resetLines } from "./edge.ts";
import { Expressions } from "./expression.ts";
import { flattenDesign, known, netOf } from "./flatten.ts";
import type { FlatDesign, FlatMemory, FlatReset, Instance, Net } from "./flatten.ts";
import { link } from "./link.ts";
import type { Routines } from "./link.ts";
import { refsIn, schedule } from "./schedule.ts";
import type { Block, Step } from "./schedule.ts";
import { HEAVY, Statements } from "./statement.ts";
import { countUses, weightOfAll } from "./weight.ts";
import type { AssertStmt, Design, Expr, Stmt } from "../ir/index.ts";
import type { SplitBody } from "../lower/split.ts";

/** A check or cover point of one instance. */
export interface CheckSite {
  readonly check: AssertStmt;
  readonly instance: Instance;
}

/** Slot that holds one more than the index of a failed check, among those of one clock and one reset. */
export interface FailureSlot {
  readonly slot: number;
  readonly clock: number;
  readonly reset: FlatReset | undefined;
}

/** A reset and what it does to the registers of one clock. */
export interface ResetAction {
  readonly reset: FlatReset;
  readonly clock: number;
  /** Makes the reset values the next values. */
  readonly apply: () => void;
}

/** A design as running code. All signals lie in `slots`. */
export interface Program {
  readonly flat: FlatDesign;
  /** The generated JavaScript. */
  readonly source: string;
  readonly slots: Int32Array;
  readonly memories: ReadonlyMap<FlatMemory, Int32Array>;
  /** How much of each log of memory writes is used. */
  readonly logs: readonly Int32Array[];
  /** Computes all combinational signals. */
  readonly settle: () => void;
  /** By clock: next values from settled ones, resets included. */
  readonly compute: readonly (() => void)[];
  /** By clock: next values become values, waiting writes go to memory. */
  readonly commit: readonly (() => void)[];
  readonly resets: readonly ResetAction[];
  readonly failures: readonly FailureSlot[];
  readonly checks: readonly CheckSite[];
  readonly covers: readonly CheckSite[];
  readonly coverCounts: Float64Array;
}

/** A piece of code for one function together with others, or for several functions of its own when it is heavy. */
interface Piece {
  readonly weight: number;
  readonly emit: () => void;
  readonly calls: () => readonly string[];
}

/** Generates the code of a whole design. */
export function generate(design: Design): Program {
  return new Generator(flattenDesign(design)).run();
}

class Generator {
  readonly #flat: FlatDesign;
  readonly #functions = new Functions();
  readonly #expressions: Expressions;
  readonly #statements: Statements;
  readonly #placed = new Map<SplitBody, PlacedChecks>();
  readonly #uses = new Map<SplitBody, ReadonlyMap<Expr, number>>();
  readonly #sites = new SiteTable();
  readonly #failures = new Map<string, FailureSlot>();
  /** Slots that the writes of one edge can take. */
  readonly #logSizes = new Map<FlatMemory, number>();
  readonly #loops: (readonly Block[])[] = [];

  constructor(flat: FlatDesign) {
    this.#flat = flat;
    this.#expressions = new Expressions(flat.storage, flat.top);
    this.#statements = new Statements(this.#expressions, this.#functions, {
      onCheck: (check, instance) => this.#onCheck(check, instance),
      onMemoryWrite: (memory, times) => {
        this.#logSizes.set(memory, (this.#logSizes.get(memory) ?? 0) + times * (memory.stride + 1));
      },
    });
    for (const { module, split } of flat.instances) {
      if (this.#placed.has(split)) continue;
      const placed = placeChecks(module, split);
      this.#placed.set(split, placed);
      const bodies = [...split.comb, ...placed.edge].map(({ body }) => body);
      this.#uses.set(split, countUses([...bodies, placed.settled]));
    }
  }

  run(): Program {
    const clocks = [...this.#flat.regions.keys()];
    const settle = this.#calls(this.#settlePieces());
    const edges = clocks.map((clock) => this.#calls(this.#edgePieces(clock)));
    const resets = resetGroups(this.#flat);
    const resetCalls = resets.map(({ nets }) =>
      this.#functions.add([], resetLines(nets, this.#flat.storage)),
    );
    const written = (clock: number): FlatMemory[] =>
      this.#flat.instances.flatMap(({ memories, domains }) =>
        [...memories.values()].filter(
          (memory) =>
            this.#logSizes.has(memory) && known(domains, memory.memory.domain ?? "").clock === clock,
        ),
      );
    const failures = [...this.#failures.values()];
    const routines: Routines = {
      functions: this.#functions.texts,
      settle: [...failures.map(({ slot }) => `S[${String(slot)}] = 0;`), ...settle],
      compute: clocks.map((clock) => [
        ...(edges[clock] ?? []),
        ...resets.flatMap(({ reset, clock: other }, i) =>
          other === clock ? [`if (${isActive(reset)}) ${resetCalls[i] ?? ""}`] : [],
        ),
      ]),
      commit: clocks.map((clock) => commitLines(this.#flat, clock, written(clock))),
      resets: resetCalls,
    };
    const { checks, covers } = this.#sites;
    const linked = link(this.#flat, routines, this.#logSizes, covers.length, (loop) =>
      (this.#loops[loop] ?? []).flatMap(({ drives }) => drives.map(({ path }) => path)),
    );
    return {
      ...linked,
      flat: this.#flat,
      resets: resets.map(({ reset, clock }, i) => ({ reset, clock, apply: linked.resets[i] ?? noop })),
      failures,
      checks,
      covers,
    };
  }

  /** The pieces as functions of bounded weight; gives the calls. */
  #calls(pieces: readonly Piece[]): string[] {
    const calls: string[] = [];
    let batch: Piece[] = [];
    let weight = 0;
    const flush = (): void => {
      const scope = new Scope();
      this.#expressions.inFunction(scope, () => {
        for (const { emit } of batch) emit();
      });
      if (scope.lines.length > 0) calls.push(this.#functions.add([], scope.lines));
      batch = [];
      weight = 0;
    };
    for (const piece of pieces) {
      if (weight + piece.weight > HEAVY) flush();
      if (piece.weight > HEAVY) calls.push(...piece.calls());
      else {
        batch.push(piece);
        weight += piece.weight;
      }
    }
    flush();
    return calls;
  }

  #settlePieces(): Piece[] {
    const steps = schedule(this.#flat);
    const driver = new Map<Net, number>();
    for (const [i, step] of steps.entries()) for (const net of drivenBy(step)) driver.set(net, i);
    // A check is evaluated as soon as all that it reads is there.
    const checksAfter = new Map<number, Piece[]>();
    for (const instance of this.#flat.instances)
      for (const check of known(this.#placed, instance.split).settled) {
        const reads = refsIn([check]).map((ref) => driver.get(netOf(instance, ref)) ?? -1);
        const after = Math.max(-1, ...reads);
        const before = checksAfter.get(after) ?? [];
        checksAfter.set(after, [...before, this.#statementPiece(instance, check)]);
      }
    return [
      ...(checksAfter.get(-1) ?? []),
      ...steps.flatMap((step, i) => [this.#stepPiece(step), ...(checksAfter.get(i) ?? [])]),
    ];
  }

  #stepPiece(step: Step): Piece {
    if (step.kind === "block") return this.#blockPiece(step.block);
    // Always a function of its own: nothing that it reads may be taken over from before.
    const calls = (): string[] => {
      const inner = step.blocks.flatMap((block) => this.#calls([this.#blockPiece(block)]));
      const unsettled = `unsettled(${String(this.#loops.push(step.blocks) - 1)});`;
      return [emitLoop(step.blocks, inner, this.#expressions, this.#functions, unsettled)];
    };
    return { weight: Infinity, emit: noop, calls };
  }

  #blockPiece(block: Block): Piece {
    const { instance, readsBack, body } = block;
    return {
      weight: weightOfAll(body),
      emit: () => {
        this.#enter(instance, readsBack);
        emitBlock(block, this.#expressions, this.#statements);
      },
      calls: () => {
        this.#enter(instance, readsBack);
        return this.#statements.emitFunctions(body);
      },
    };
  }

  #edgePieces(clock: number): Piece[] {
    return this.#flat.instances.flatMap((instance) =>
      known(this.#placed, instance.split).edge.flatMap(({ domain, body }) =>
        instance.domains.get(domain)?.clock === clock
          ? body.map((stmt) => this.#statementPiece(instance, stmt))
          : [],
      ),
    );
  }

  #statementPiece(instance: Instance, stmt: Stmt): Piece {
    return {
      weight: weightOfAll([stmt]),
      emit: () => {
        this.#enter(instance, new Set());
        this.#statements.emitAll([stmt]);
      },
      calls: () => {
        this.#enter(instance, new Set());
        return this.#statements.emitFunctions([stmt]);
      },
    };
  }

  #enter(instance: Instance, readsBack: ReadonlySet<Net>): void {
    this.#expressions.enter(instance, known(this.#uses, instance.split), readsBack);
  }

  #onCheck(check: AssertStmt, instance: Instance): string {
    const { clock, reset } = known(instance.domains, check.domain);
    if (check.kind === "cover") {
      const count = `C[${String(this.#sites.cover({ check, instance }))}]++;`;
      return reset === undefined ? count : `if (!(${isActive(reset)})) ${count}`;
    }
    const key = `${String(clock)} ${reset === undefined ? "" : isActive(reset)}`;
    let failure = this.#failures.get(key);
    if (failure === undefined) {
      failure = { slot: this.#flat.storage.reserve(1), clock, reset };
      this.#failures.set(key, failure);
    }
    const slot = `S[${String(failure.slot)}]`;
    return `if (${slot} === 0) ${slot} = ${String(this.#sites.check({ check, instance }) + 1)};`;
  }
}

/** Numbers check sites; an unrolled check is one site. */
class SiteTable {
  readonly checks: CheckSite[] = [];
  readonly covers: CheckSite[] = [];
  readonly #numbers = new Map<Instance, Map<AssertStmt, number>>();

  check(site: CheckSite): number {
    return this.#number(site, this.checks);
  }

  cover(site: CheckSite): number {
    return this.#number(site, this.covers);
  }

  #number(site: CheckSite, sites: CheckSite[]): number {
    let numbers = this.#numbers.get(site.instance);
    if (numbers === undefined) this.#numbers.set(site.instance, (numbers = new Map<AssertStmt, number>()));
    let number = numbers.get(site.check);
    if (number === undefined) numbers.set(site.check, (number = sites.push(site) - 1));
    return number;
  }
}

function drivenBy(step: Step): readonly Net[] {
  return step.kind === "block" ? step.block.drives : step.blocks.flatMap(({ drives }) => drives);
}

function isActive({ net, active }: FlatReset): string {
  return `S[${String(net.slot)}] === ${String(active)}`;
}

function noop(): void {
  // Nothing to do.
}
