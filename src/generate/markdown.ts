import type { Generator, Parameter } from "./catalog.ts";
import { expected } from "./values.ts";

/** The text of docs/generators.md. */
export function generatorsMarkdown(catalog: readonly Generator[]): string {
  const groups = [...new Set(catalog.map(({ group }) => group))];
  return [
    "# Generators",
    "",
    "Made by `npm run docs` from the types and doc comments under `rtl`. Each of them is a function of `sluice/rtl`,",
    "and a component that `sluice generate NAME --param name=value ...` writes as SystemVerilog.",
    ...groups.flatMap((group) => [
      "",
      `## rtl/${group}`,
      ...catalog.filter((generator) => generator.group === group).flatMap(section),
    ]),
    "",
  ].join("\n");
}

function section({ name, export: exported, doc, parameters }: Generator): string[] {
  const title = name === exported ? `\`${name}\`` : `\`${name}\` (\`${exported}\`)`;
  return ["", `### ${title}`, "", doc, "", ...table(parameters)];
}

function table(parameters: readonly Parameter[]): string[] {
  if (parameters.length === 0) return ["No parameters."];
  return [
    "| parameter | takes | default | meaning |",
    "| --- | --- | --- | --- |",
    ...parameters.map(({ name, type, default: byDefault, doc }) =>
      [`\`${name}\``, expected(type), byDefault === undefined ? "" : `\`${byDefault}\``, doc]
        .map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " "))
        .join(" | ")
        .replace(/^/, "| ")
        .replace(/$/, " |"),
    ),
  ];
}
