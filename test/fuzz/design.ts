import { emit } from "../../src/emit/index.ts";
import { diagnose, formatDiagnostic } from "../../src/hdl/index.ts";
import type { ClockSpec } from "../../src/hdl/index.ts";
import { widthOf, type Design, type Module, type Type } from "../../src/ir/index.ts";
import { Random } from "../../src/random.ts";
import type { TestDesign } from "../../sim/sources.ts";
import { drivenPorts, limbsOf, type Stimulus } from "../../sim/vectors.ts";
import { Choices, type Decisions } from "./choices.ts";
import { delay, randomModule, type RandomModule } from "./modules.ts";

/** A random design with what drives it. */
export interface FuzzDesign {
  readonly seed: number;
  /** What the generator decided; a simpler tree gives a simpler design. */
  readonly decisions: Decisions;
  readonly design: Design;
  readonly test: TestDesign;
  readonly emitted: ReturnType<typeof emit>;
  readonly stimulus: Stimulus;
  /** From this tick on every register and memory is defined. */
  readonly definedFrom: number;
  /** What outputs must be, computed from the inputs of the same tick without any code of Sluice. */
  readonly meanings: RandomModule["meanings"];
  /** What of the DSL it uses. */
  readonly features: ReadonlySet<string>;
}

/** The generator made a design that the checks reject: its own defect, or one of the checks. */
export class IllegalDesign extends Error {
  override readonly name = "IllegalDesign";
}

/** The design of a seed; with `decisions`, the design that they make. */
export function fuzzDesign(seed: number, decisions?: Decisions): FuzzDesign {
  const c = new Choices(decisions ?? new Random(seed));
  const features = new Set<string>();
  const active = c.pick(["high", "low"] as const);
  const resets: { readonly clk: ClockSpec; readonly aux: ClockSpec } = {
    clk: { reset: c.pick(["sync", "async"] as const), active },
    aux: {
      reset: c.pick(["sync", "async"] as const),
      active: c.below(3) === 2 ? (active === "high" ? "low" : "high") : active,
    },
  };
  features.add(`${resets.clk.reset ?? ""} reset, active ${active}`);
  const context = { prefix: `f${String(seed)}`, features, resets };
  const children: RandomModule[] = [delay];
  c.list(0, 2, (i) => {
    // Two modules of one name: lowering has to tell them apart.
    const name = `${context.prefix}_m${String(c.oneIn(4) ? 0 : i)}`;
    const module = randomModule(c, {
      name,
      children: children.filter((child) => child.instances <= 4),
      isTop: false,
      context,
    });
    children.push(module);
  });
  const top = c.part(() =>
    randomModule(c, { name: `${context.prefix}_top`, children, isTop: true, context }),
  );
  const periods = c.part(() => ({
    clk: c.pick([1, 1, 2]),
    ...(top.domains.length > 1 ? { aux: 1 + c.below(3) } : {}),
  }));
  const { design, diagnostics } = diagnose(top.hardware, { reset: resets.clk });
  if (diagnostics.some(({ severity }) => severity === "error")) {
    const findings = diagnostics.map(formatDiagnostic).join("\n");
    throw new IllegalDesign(`seed ${String(seed)}:\n${findings}`);
  }
  const emitted = emit(design);
  const module = design.modules[design.top];
  if (module === undefined) throw new Error("no top");
  const { stimulus, definedFrom } = stimulate(module, seed, periods, Math.min(20, top.undefinedRegs));
  return {
    seed,
    decisions: c.made,
    design,
    test: { top: module, files: emitted.files },
    emitted,
    stimulus,
    definedFrom,
    meanings: top.meanings,
    features,
  };
}

const deepestMemory = 16;
const ticksOfInterest = 60;

/**
 * Resets, and all that is without reset filled, then random inputs with resets in between. Every port has random
 * numbers of its own, so that a port less leaves the others as they were.
 */
function stimulate(
  top: Module,
  seed: number,
  periods: Readonly<Record<string, number>>,
  undefinedRegs: number,
): Pick<FuzzDesign, "stimulus" | "definedFrom"> {
  const period = Math.max(...Object.values(periods));
  const filled = period * (3 + deepestMemory + 1);
  const definedFrom = filled + period * (undefinedRegs + 3);
  const ticks = definedFrom + ticksOfInterest;
  const resets = new Map(top.domains.map(({ reset, resetActive }) => [reset, resetActive]));
  const inputs = drivenPorts(top).map(({ name, type }): [string, Uint32Array] => {
    const random = new Random(hash(`${String(seed)} ${name}`));
    const size = limbsOf(widthOf(type));
    const values = new Uint32Array(ticks * size);
    let now = 0n;
    let left = 0;
    for (let tick = 0; tick < ticks; tick++) {
      const started = tick >= definedFrom;
      const active = resets.get(name);
      if (active !== undefined) {
        if (started && left === 0 && random.below(25) === 0) left = 1 + random.below(4);
        const on = started ? left > 0 : tick < 3 * period || tick >= filled;
        left = Math.max(0, left - 1);
        now = on === (active === "high") ? 1n : 0n;
      } else if (name === "live") now = started && random.below(12) > 0 ? 1n : 0n;
      else if (random.below(3) > 0) now = randomPattern(random, type);
      for (let limb = 0; limb < size; limb++)
        values[tick * size + limb] = Number(BigInt.asUintN(32, now >> BigInt(32 * limb)));
    }
    return [name, values];
  });
  return { stimulus: { ticks, inputs: Object.fromEntries(inputs), periods }, definedFrom };
}

/** A value of the type, corner cases often. */
function randomPattern(random: Random, type: Type): bigint {
  switch (type.kind) {
    case "bool":
      return BigInt(random.below(2));
    case "enum":
      return BigInt(random.below(type.labels.length));
    case "vec": {
      const width = BigInt(widthOf(type.element));
      let all = 0n;
      for (let left = type.length; left > 0; left--)
        all = (all << width) | randomPattern(random, type.element);
      return all;
    }
    default: {
      const width = widthOf(type);
      const all = (1n << BigInt(width)) - 1n;
      const corners = [0n, 1n, all, all >> 1n, 1n << BigInt(width - 1)];
      return random.below(3) === 0 ? (corners[random.below(5)] ?? 0n) & all : random.bits(width);
    }
  }
}

function hash(text: string): number {
  let h = 2166136261;
  for (const letter of text) h = Math.imul(h ^ letter.charCodeAt(0), 16777619);
  return h >>> 0;
}
