import { describe, expect, test } from "vitest";
import { component, elaborate, reg, sink, source, uint } from "../../src/hdl/index.ts";
import { generators } from "./generators.ts";
import { judge } from "./judge.ts";
import { mutantsOf, mutated } from "./mutants.ts";
import { mutateGenerator } from "./run.ts";
import type { Design } from "../../src/ir/index.ts";
import { emit } from "../../src/emit/index.ts";

const adder = component({
  name: "adder",
  ports: () => ({ x: sink(uint(4)), y: source(uint(5)) }),
  build(m, { x, y }) {
    const { total } = m.regs({ total: reg(uint(5), { reset: 3 }) });
    m.when(x.fire, () => {
      total.next(x.payload.add(1));
    });
    x.ready.set(y.ready);
    y.valid.set(x.valid);
    y.payload.set(total);
  },
});

const textOf = (design: Design): string => emit(design).files[0]?.text ?? "";

describe("the mutants of a component", () => {
  const design = elaborate(adder());
  const mutants = [...mutantsOf(design).values()];
  const changeOf = (what: string): string[] => {
    const mutant = mutants.find((each) => each.site.what === what);
    if (mutant === undefined) throw new Error(`no mutant ${what}`);
    const before = textOf(design).split("\n");
    const after = textOf(mutated(design, mutant)).split("\n");
    const lines = (all: readonly string[], others: readonly string[]): string[] =>
      all.filter((line) => !others.includes(line)).map((line) => line.trim());
    return [...lines(before, after), ...lines(after, before)];
  };

  test.each([
    ["add -> sub", ["total <= {1'd0, x_payload} + 5'd1;", "total <= {1'd0, x_payload} - 5'd1;"]],
    ["constant + 1", ["total <= {1'd0, x_payload} + 5'd1;", "total <= {1'd0, x_payload} + 5'd2;"]],
    ["reset value + 1", ["total <= 5'd3;", "total <= 5'd4;"]],
    ["condition always true", ["if (x_valid && x_ready) begin", "if (1'b1) begin"]],
    ["and -> or", ["if (x_valid && x_ready) begin", "if (x_valid || x_ready) begin"]],
  ])("%s", (what, change) => {
    expect(changeOf(what).map((line) => line.replace("end else ", ""))).toEqual(change);
  });

  test("each names the line of TypeScript that it changes", () => {
    expect(new Set(mutants.map(({ site }) => site.loc.file))).toEqual(
      new Set(["test/mutation/mutation.test.ts"]),
    );
    expect(mutants.filter(({ site }) => site.what === "add -> sub")).toHaveLength(1);
  });

  test("the design itself stays as it is", () => {
    const before = textOf(design);
    for (const mutant of mutants) mutated(design, mutant);
    expect(textOf(design)).toBe(before);
  });
});

// All generators: mutation.full.test.ts, and `npm run mutate`.
test.each(["synchronizer", "registerSlice"])("the tests of %s find its mutants", async (name) => {
  const tests = generators.find((each) => each.name === name);
  if (tests === undefined) throw new Error(`no generator ${name}`);
  const result = judge(tests, await mutateGenerator(tests, { limit: Infinity, seed: 1 }));
  expect(result.problems).toEqual([]);
  expect(result.killed).toBeGreaterThan(3);
});

test("tests that look at nothing kill nothing, and are told so", async () => {
  const fork = generators.find(({ name }) => name === "fork");
  const trials = (fork?.trials() ?? []).map(({ design }) => ({ design, check: () => undefined }));
  const blind = { name: "blind", goal: 0.95, trials: () => trials };
  const result = judge(blind, await mutateGenerator(blind, { limit: 5, seed: 1 }));
  expect(result).toMatchObject({ mutants: 5, killed: 0, score: 0 });
  expect(result.problems[0]).toBe("blind: 0.0 % of the mutants killed, not 95.0 %");
  expect(result.problems).toHaveLength(6);
});
