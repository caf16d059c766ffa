import { defineConfig } from "vitest/config";

const slow = "**/*.full.test.ts";
const ignored = ["**/node_modules/**", "dist/**", "build/**"];

export default defineConfig({
  test: {
    // Room for a test that compiles a Verilator model while other tests load the machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: "fast", include: ["**/*.test.ts"], exclude: [slow, ...ignored] } },
      {
        extends: true,
        test: {
          name: "full",
          include: [slow],
          exclude: ignored,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
