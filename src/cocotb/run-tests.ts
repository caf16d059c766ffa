import { existsSync, globSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ending, errorLines, runTool, withTemporaryFolder, type ToolOutcome } from "../../sim/process.ts";
import { SluiceError } from "../error.ts";
import { bridgePython } from "./environment.ts";

/** A test that has run. */
export interface TestResult {
  /** `pytest` where it is no cocotb test, or where a cocotb test did not come to run. */
  readonly runner: "cocotb" | "pytest" | "vitest";
  /** Absolute. */
  readonly file: string;
  /** `test_fifo[verilator] > gives_what_the_reference_gives`: the test in pytest, and the cocotb test in that. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly seconds: number;
  readonly failure: string | null;
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Of it all, the start of the tools included. */
  readonly seconds: number;
  readonly tests: readonly TestResult[];
}

export interface TestRun {
  /** A folder with tests, or a file of them. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Runs the cocotb tests of a folder with pytest, and the TypeScript tests in it with vitest, where there are some.
 *
 * @throws SluiceError `no-such-folder`, `no-tests`, `pytest-failed`, `vitest-failed`, `vitest-missing`, `interrupted`, and
 * those of `bridgePython`.
 */
export async function runTests(run: TestRun): Promise<TestReport> {
  const start = performance.now();
  const path = resolve(run.path);
  if (!existsSync(path)) throw new SluiceError("no-such-folder", `there is no ${run.path}`, { where: path });
  const python = filesIn(path, "test_*.py").length + filesIn(path, "*_test.py").length > 0;
  const typescript = filesIn(path, "*.test.ts").length > 0;
  const tests = [
    ...(python ? await runPytest({ ...run, path }) : []),
    ...(typescript ? await runVitest({ ...run, path }) : []),
  ];
  if (tests.length === 0) {
    throw new SluiceError("no-tests", "there are no tests", {
      where: path,
      hint: "cocotb tests are in files test_*.py, TypeScript tests in *.test.ts: see docs/cocotb.md",
    });
  }
  const count = (wanted: TestResult["status"]): number =>
    tests.filter(({ status }) => status === wanted).length;
  return {
    ...{ passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
    seconds: (performance.now() - start) / 1000,
    tests,
  };
}

function filesIn(path: string, pattern: string): string[] {
  const isFolder = statSync(path).isDirectory();
  const files = globSync(isFolder ? `**/${pattern}` : pattern, {
    cwd: isFolder ? path : dirname(path),
    exclude: (name) => /(^|\/)(node_modules|dist|build|\.[^/]+)$/.test(name),
  });
  return files
    .map((file) => join(isFolder ? path : dirname(path), file))
    .filter((file) => isFolder || file === path);
}

const Status = z.enum(["passed", "failed", "skipped"]);

const PytestReport = z.object({
  tests: z.array(
    z.object({
      file: z.string(),
      test: z.string(),
      cocotb: z.string().nullable(),
      status: Status,
      seconds: z.number(),
      failure: z.string().nullable(),
    }),
  ),
});

/**
 * The cocotb tests of a folder, and what else pytest finds there.
 *
 * @throws as `runTests`.
 */
export async function runPytest({ path, signal, onProgress: say }: TestRun): Promise<readonly TestResult[]> {
  say?.("preparing Python");
  const python = await bridgePython(signal);
  say?.(`running the cocotb tests of ${path}`);
  return withTemporaryFolder(async (folder) => {
    const report = join(folder, "report.json");
    const quiet = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"];
    const options = [...quiet, "--sluice-report", report, "--sluice-node", process.execPath];
    const args = ["-m", "pytest", ...options, path];
    const cwd = statSync(path).isDirectory() ? path : dirname(path);
    const outcome = await runTool({ command: python, args, cwd, abort: signal });
    // Zero: all passed; one: some failed; two, with a report: some could not be loaded; five: there are none.
    const isReport = [0, 1, 2, 5].includes(outcome.exitCode ?? -1) && existsSync(report);
    if (!isReport) throw runnerError("pytest-failed", "pytest", outcome, path);
    return PytestReport.parse(JSON.parse(await readFile(report, "utf8"))).tests.map(
      ({ file, test, cocotb, ...result }): TestResult => ({
        ...{ runner: cocotb === null ? "pytest" : "cocotb", file },
        name: [test, ...(cocotb === null ? [] : [cocotb])].join(" > "),
        ...result,
      }),
    );
  });
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

async function runVitest({ path, signal, onProgress: say }: TestRun): Promise<readonly TestResult[]> {
  const { command, root } = findVitest(path);
  say?.(`running the TypeScript tests of ${path}`);
  return withTemporaryFolder(async (folder) => {
    const report = join(folder, "report.json");
    const args = ["run", "--reporter=json", `--outputFile=${report}`, path];
    const outcome = await runTool({ command, args, cwd: root, abort: signal });
    if (!existsSync(report)) throw runnerError("vitest-failed", "vitest", outcome, path);
    const { testResults } = VitestReport.parse(JSON.parse(await readFile(report, "utf8")));
    return testResults.flatMap(({ name: file, status, message, assertionResults }): TestResult[] => {
      const results = assertionResults.map((result): TestResult => ({
        ...{ runner: "vitest", file, name: result.fullName, status: statusOf(result.status) },
        seconds: (result.duration ?? 0) / 1000,
        failure: result.status === "failed" ? (result.failureMessages ?? []).join("\n") : null,
      }));
      if (status !== "failed" || results.some((result) => result.status === "failed")) return results;
      // The file itself could not be loaded.
      return [
        ...results,
        { runner: "vitest", file, name: "", status: "failed", seconds: 0, failure: message },
      ];
    });
  });
}

function statusOf(status: string): TestResult["status"] {
  return status === "passed" || status === "failed" ? status : "skipped";
}

/** The vitest of the project that a path belongs to. */
function findVitest(path: string): { readonly command: string; readonly root: string } {
  for (let root = path; ; root = dirname(root)) {
    const command = join(root, "node_modules/.bin/vitest");
    if (existsSync(command)) return { command, root };
    if (root !== dirname(root)) continue;
    throw new SluiceError("vitest-missing", "there are TypeScript tests, but no vitest", {
      where: path,
      hint: "npm install --save-dev vitest",
    });
  }
}

function runnerError(code: string, runner: string, outcome: ToolOutcome, where: string): SluiceError {
  return new SluiceError(code, `${runner} ${ending(outcome)}:\n${errorLines(outcome)}`, { where });
}
