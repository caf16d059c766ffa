import { Command } from "commander";
import { relative } from "node:path";
import { runTests, type TestReport, type TestResult } from "../../cocotb/index.ts";
import { jsonOption } from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

export function testCommand(session: Session): Command {
  return new Command("test")
    .description("run the cocotb tests of a folder, and its TypeScript tests beside them")
    .argument("<path>", "a folder with files test_*.py and *.test.ts, or one such file")
    .addOption(jsonOption())
    .action(async (path: string) => {
      const report = await runTests({
        path,
        signal: session.signal,
        onProgress: (message) => {
          session.progress.update(message);
        },
      });
      session.print(report, () => describe(report));
      session.exitCode = report.failed > 0 ? 1 : 0;
    });
}

function describe({ passed, failed, skipped, seconds, tests }: TestReport): string {
  return [
    table(tests.map(row), ["runner", "file", "test", "result", "s"]),
    ...tests.filter(({ status }) => status === "failed").map(failureText),
    `${count(passed)} passed, ${count(failed)} failed, ${count(skipped)} skipped in ${seconds.toFixed(1)} s`,
  ].join("\n");
}

function row({ runner, file, name, status, seconds }: TestResult): string[] {
  return [runner, relative(process.cwd(), file), name, status, seconds.toFixed(2)];
}

function failureText({ file, name, failure }: TestResult): string {
  return `\n${relative(process.cwd(), file)}: ${name}\n${(failure ?? "").replace(/^/gm, "  ")}\n`;
}
