import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { casesOf } from "../../sim/cases.ts";
import { bool, component, reg, sink, source, uint } from "../../src/hdl/index.ts";
import { collect } from "./collect.ts";
import { lcovOf } from "./lcov.ts";
import { triedParameters } from "./parameters.ts";
import { pointsOf } from "./points.ts";
import { judge, summarize } from "./summary.ts";

/** A register slice that also counts, with a branch that no case can take. Comments name its lines below. */
const slice = component({
  name: "covered_slice",
  ports: () => ({ x: sink(uint(8)), y: source(uint(8)) }),
  build(m, { x, y }) {
    const { valid, payload, odd } = m.regs({
      valid: bool,
      payload: reg(uint(8), { reset: "none" }),
      odd: bool,
    });
    x.ready.set(valid.not().or(y.ready));
    // prettier-ignore
    m.when(x.ready, () => { // takes
      valid.next(x.valid); // valid
    });
    // prettier-ignore
    m.when(x.fire, () => { // fires
      payload.next(x.payload); // payload
      odd.next(odd.not()); // odd
      m.when(x.payload.eq(200), () => { // never
        odd.next(false); // missed
      });
    });
    y.valid.set(valid);
    y.payload.set(payload);
    m.unused({ odd });
  },
});

const cases = casesOf(
  {
    pick: () => ({}),
    hardware: () => slice(),
    inputs: (_, random) => ({ x: Array.from({ length: 20 }, () => random.below(200)) }),
    model: ({ x }) => ({ y: x }),
    timing: ({ inputs: { x } }) => ({ x: x.map((_, beat) => beat), y: x.map((_, beat) => beat + 1) }),
  },
  { seed: 1, cases: 4, sets: 1, nativeSets: 0 },
);

describe("a component that is run with counters", async () => {
  const files = await collect(cases.trials());
  const lines = readFileSync(new URL(import.meta.url), "utf8").split("\n");
  const lineOf = (comment: string): number => lines.findIndex((line) => line.endsWith(`// ${comment}`)) + 1;
  const lcov = lcovOf(files).split("\n");
  const hits = new Map(
    lcov.flatMap((row) => {
      const [, line, count] = /^DA:(\d+),(\d+)$/.exec(row) ?? [];
      return line === undefined ? [] : [[Number(line), Number(count)] as const];
    }),
  );

  test("lcov names this file, and the lines of its statements", () => {
    expect(lcov).toContain("SF:test/coverage/coverage.test.ts");
    for (const run of ["takes", "valid", "fires", "payload", "odd", "never"])
      expect([run, hits.get(lineOf(run))]).toEqual([run, expect.any(Number)]);
    expect(["valid", "payload", "odd", "never"].filter((run) => (hits.get(lineOf(run)) ?? 0) < 20)).toEqual(
      [],
    );
    expect(hits.get(lineOf("missed"))).toBe(0);
  });

  test("lcov has the branch that no case takes, and its other side", () => {
    const arms = lcov.filter((row) => row.startsWith(`BRDA:${String(lineOf("never"))},`));
    expect(arms.map((row) => Number(row.split(",").at(-1)) > 0).sort()).toEqual([false, true]);
  });

  test("what was missed is told with its place in both languages", () => {
    const summary = summarize(files);
    expect(summary.missed.map(({ kind, text, place }) => [kind, text, place?.line])).toEqual([
      ["line", "odd <= 1'b0;", lineOf("missed")],
      ["branch", "if (x_payload == 8'd200) begin", lineOf("never")],
    ]);
    expect(judge("slice", summary)).toEqual([
      expect.stringMatching(/^slice: no test runs covered_slice\.sv:\d+: odd <= 1'b0;$/),
      "slice: 9 of 10 branches are used, not 95 %",
    ]);
  });
});

test("points as Verilator 5.006 writes them", () => {
  const field = (entries: Record<string, string>): string =>
    Object.entries(entries)
      .map(([name, value]) => `\x01${name}\x02${value}`)
      .join("");
  const rows = [
    "# SystemC::Coverage-3",
    `C '${field({ f: "t.sv", l: "14", n: "6", page: "v_branch/t", o: "else", S: "16-17,20", h: "TOP.t" })}' 9`,
    `C '${field({ f: "t.sv", l: "6", n: "5", page: "v_line/t", o: "elsif", S: "6", h: "TOP.t" })}' 0`,
    `C '${field({ f: "t.sv", l: "1", n: "22", page: "v_toggle/t", o: "b[0]", h: "TOP.t" })}' 19`,
  ];
  expect(pointsOf(rows.join("\n"))).toEqual([
    { file: "t.sv", line: 14, column: 6, kind: "branch", what: "else", lines: [16, 17, 20], count: 9 },
    { file: "t.sv", line: 6, column: 5, kind: "branch", what: "elsif", lines: [6], count: 0 },
    { file: "t.sv", line: 1, column: 22, kind: "toggle", what: "b[0]", lines: [], count: 19 },
  ]);
});

test("parameters that were tried", () => {
  const sets = [
    { depth: 4, style: "block", kernel: [1, 2] },
    { depth: 16, style: "block", kernel: [1, 2] },
    { depth: 16, style: "shift", kernel: [3, 3] },
  ];
  expect(triedParameters(sets)).toEqual({
    sets: 3,
    values: {
      depth: { 4: 1, 16: 2 },
      kernel: { "1x2": 2, "3x3": 1 },
      style: { block: 2, shift: 1 },
    },
    pairs: { covered: 8, total: 12 },
  });
});
