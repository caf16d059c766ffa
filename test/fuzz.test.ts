import { expect, it } from "vitest";
import { compareAll } from "./fuzz/compare.ts";
import { fuzzDesign, type FuzzDesign } from "./fuzz/design.ts";
import { features } from "./fuzz/features.ts";
import { fuzz } from "./fuzz/fuzz.ts";
import { shrink } from "./fuzz/shrink.ts";

it(
  "finds no difference between native simulator, Verilator and Icarus in 300 designs",
  { timeout: 600_000 },
  async () => {
    const { failures, coverage, refused } = await fuzz(0, 300);
    expect(failures.join("\n\n")).toBe("");
    expect(refused.length).toBeLessThan(10);
    const seen = (feature: string): boolean => (coverage.get(feature) ?? 0) > 0;
    expect(features.filter((feature) => !seen(feature))).toEqual([]);
    expect([...coverage.keys()].filter((feature) => !features.includes(feature))).toEqual([]);
  },
);

it("makes the same design of the same seed", () => {
  const [first, second] = [fuzzDesign(11), fuzzDesign(11)];
  expect(second.emitted).toEqual(first.emitted);
  expect(second.stimulus).toEqual(first.stimulus);
  expect(fuzzDesign(11, first.decisions).emitted).toEqual(first.emitted);
});

/** Emitted text in which every sign extension is a zero extension. */
function withoutSigns(design: FuzzDesign): FuzzDesign {
  const files = design.emitted.files.map(({ name, text }) => ({
    name,
    text: name.endsWith(".sv") ? text.replaceAll(/(\d+)'\(\$signed\(/g, "$1'($unsigned(") : text,
  }));
  return { ...design, emitted: { ...design.emitted, files }, test: { ...design.test, files } };
}

it(
  "finds a fault planted in the emitted text, and shrinks the design to it",
  { timeout: 600_000 },
  async () => {
    const designs = Array.from({ length: 20 }, (_, seed) => withoutSigns(fuzzDesign(seed)));
    const results = await compareAll(designs, ["native", "icarus"]);
    const found = designs.flatMap((design, i) => {
      const disagreement = results[i];
      return disagreement === undefined || disagreement.port === "" ? [] : [{ design, disagreement }];
    });
    const [first] = found;
    if (first === undefined) throw new Error("the planted fault was not found");
    const size = ({ emitted }: FuzzDesign): number =>
      emitted.files.reduce((sum, { text }) => sum + text.length, 0);
    const smallest = await shrink(first, { alter: withoutSigns });
    expect(size(smallest.design)).toBeLessThan(size(first.design) / 3);
    expect(smallest.design.test.files.map(({ text }) => text).join("")).toContain("$unsigned(");
  },
);
