import { expect, test } from "vitest";
import { breaking } from "./twins.ts";
import { formatTrace, jobs, runJobs } from "./index.ts";
import { readInvariant } from "./invariant.ts";
import { readTrace } from "./trace.ts";

test("the quickest proofs hold, and their broken twins are caught with a trace", async () => {
  const results = await runJobs(
    jobs.filter(({ quick }) => quick),
    { workers: 2, seconds: 20 },
  );
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["proof", "twin"]));
  for (const { kind, properties, trace } of results) {
    if (kind === "twin" && !properties.includes("independent"))
      expect(trace?.cycles.length).toBeGreaterThan(0);
  }
});

test("a solver that comes to no end proves nothing, and catches nothing", async () => {
  const hard = jobs.filter(
    ({ name, properties }) => name.startsWith("sliding-window 1x3") && properties.includes("data"),
  );
  const [result] = await runJobs(hard.slice(0, 1), { workers: 1, seconds: 1 });
  expect(result).toMatchObject({ passed: false, status: "unknown" });
});

test("every property of every kind has a broken twin", () => {
  const proved = new Set(jobs.filter(({ kind }) => kind === "proof").flatMap(({ properties }) => properties));
  const broken = new Set(jobs.filter(({ kind }) => kind === "twin").flatMap(({ properties }) => properties));
  expect(broken).toEqual(proved);
  expect(new Set(jobs.map(({ name, kind, properties }) => [name, kind, ...properties].join())).size).toBe(
    jobs.length,
  );
});

test("a twin whose text is not there, or twice, is an error", () => {
  const files = [{ name: "unit.sv", text: "a <= b; a <= b;" }];
  const edit = (from: string) => breaking({ name: "twin", from, to: "c" }, "unit");
  expect(() => edit("b <= a")(files)).toThrow(expect.objectContaining({ code: "twin-not-applicable" }));
  expect(() => edit("a <= b")(files)).toThrow(expect.objectContaining({ code: "twin-not-applicable" }));
  expect(edit("; a")(files)).toEqual([{ name: "unit.sv", text: "a <= bc <= b;" }]);
});

test("an invariant of ABC in terms of the SMT model", () => {
  const map = "input 0 0 clk\nlatch 0 0 count\nlatch 1 1 count\ninvlatch 2 0 ready\n";
  const smt = "; yosys-smt2-wire count 2\n; yosys-smt2-register ready 1\n";
  // The last column is high after the first cycle: the second row says nothing of later ones.
  const { constraint, clauses } = readInvariant("# dump\n.i 4\n11-1 1\n--00 1\n0-1- 1\n", map, smt);
  expect(clauses).toBe(2);
  expect(constraint).toBe(
    "always\nassert (=> [booted] (and true" +
      " (not (and true (= ((_ extract 0 0) [count]) #b1) (= ((_ extract 1 1) [count]) #b1)))" +
      " (not (and true (not (= ((_ extract 0 0) [count]) #b1)) (not [ready])))))\n",
  );
});

test("a trace of smtbmc as a table", () => {
  const vcd = [
    ...[
      "$scope module proof $end",
      "$var wire 8 n0 x $end",
      "$scope module unit $end",
      "$var wire 8 n1 x $end",
    ],
    ...["$upscope $end", "$var wire 1 n2 v $end", "$upscope $end", "$enddefinitions $end"],
    ...["#0", "b00010000 n0", "b00000001 n1", "1n2", "#5", "#10", "b00000011 n0", "0n2", "#20"],
  ].join("\n");
  const trace = readTrace(vcd, ["x", "v", "w"]);
  expect(formatTrace(trace)).toBe("cycle   0  1  2\nx      10  3  3\nv       1  0  0\nw       -  -  -");
});
