import { Command } from "commander";
import { findTool, toolNames, type ToolStatus } from "../../../sim/tools.ts";
import { jsonOption } from "../options.ts";
import type { Session } from "../session.ts";
import { table } from "../table.ts";

export function doctorCommand(session: Session): Command {
  return new Command("doctor")
    .description("say which of the tools that Sluice runs are there")
    .addOption(jsonOption())
    .action(async () => {
      session.progress.update("asking the tools for their versions");
      const tools = await Promise.all(toolNames.map(findTool));
      const ok = tools.every(({ state }) => state === "ok");
      const node = { version: process.versions.node, path: process.execPath };
      session.print({ ok, node, tools }, () => describe(node, tools));
      session.exitCode = ok ? 0 : 1;
    });
}

function describe(node: { version: string; path: string }, tools: readonly ToolStatus[]): string {
  const rows = tools.map(({ name, state, version, minimum, path }) => [
    name,
    state.replace("-", " "),
    version ?? "",
    minimum,
    path ?? "",
  ]);
  const wanted = tools
    .filter(({ state }) => state !== "ok")
    .map(({ name, purpose, install }) => `\n${name} (${purpose}): ${install}`);
  return (
    table(
      [["node", "ok", node.version, "24", node.path], ...rows],
      ["tool", "state", "version", "wanted", "path"],
    ) + wanted.join("")
  );
}
