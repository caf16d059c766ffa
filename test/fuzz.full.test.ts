import { expect, it } from "vitest";
import { fuzz } from "./fuzz/fuzz.ts";

it(
  "finds no difference between native simulator, Verilator and Icarus in 5,000 designs",
  { timeout: 7_200_000 },
  async () => {
    // The 300 of the fast test take compiled C++ with optimisation.
    const { failures, refused } = await fuzz(1_000, 5_000, { optimize: false });
    expect(failures.join("\n\n")).toBe("");
    expect(refused.length).toBeLessThan(125);
  },
);
