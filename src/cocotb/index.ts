export { bridgePython } from "./environment.ts";
export { runPytest, runTests } from "./run-tests.ts";
export type { TestReport, TestResult, TestRun } from "./run-tests.ts";
