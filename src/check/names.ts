import { visitStmts } from "../ir/index.ts";
import type { Module, SourceLocation } from "../ir/index.ts";
import type { Facts, Finding } from "./facts.ts";
import { cppKeywords, systemVerilogKeywords } from "./keywords.ts";

interface Name {
  readonly name: string;
  /** Ports keep their name in Verilator's C++; names inside a module do not reach it as they are. */
  readonly port?: boolean;
  readonly loc: SourceLocation;
}

/** Names that SystemVerilog, Verilator's C++ or a case-insensitive tool would stumble over. Nothing is renamed silently. */
export function checkNames({ module }: Facts): readonly Finding[] {
  const names = namesOf(module);
  const findings: Finding[] = [];
  const illegal = ({ name, loc }: Name, why: string): void => {
    findings.push({
      code: "illegal-name",
      path: name,
      message: `${name} ${why}`,
      hint: "choose another name",
      loc,
    });
  };
  for (const name of names) {
    const whyName = whyIllegal(name);
    if (whyName !== undefined) illegal(name, whyName);
  }
  const why = whyIllegal({ name: module.name });
  if (why !== undefined)
    findings.push({
      code: "illegal-name",
      path: "",
      message: `module name ${module.name} ${why}`,
      hint: "choose another name",
      loc: module.loc,
    });
  const labels = new Map(
    module.enums.flatMap(({ name, labels: all }) =>
      all.map((label) => [enumLabel(name, label), `${name}.${label}`]),
    ),
  );
  for (const [label, of] of labels) {
    const whyLabel = whyIllegal({ name: label });
    if (whyLabel !== undefined) illegal({ name: label, loc: module.loc }, `${whyLabel} (label ${of})`);
  }
  for (const name of names) {
    const label = labels.get(name.name);
    if (label !== undefined) illegal(name, `is also the constant of enumeration label ${label}`);
    if (name.name === module.name) illegal(name, "is also the name of its module");
  }
  return [...findings, ...similar(names)];
}

function namesOf(module: Module): readonly Name[] {
  const names: Name[] = [
    ...module.ports.map(({ name, loc }) => ({ name, loc, port: true })),
    ...module.wires,
    ...module.regs,
    ...module.memories,
    ...module.instances,
  ];
  visitStmts(module.body, (stmt) => {
    if (stmt.kind === "assert" || stmt.kind === "assume" || stmt.kind === "cover")
      names.push({ name: stmt.label, loc: stmt.loc });
    if (stmt.kind === "for") names.push({ name: stmt.index.name, loc: stmt.loc });
  });
  return names;
}

function whyIllegal({ name, port = false }: Pick<Name, "name" | "port">): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return "is not an identifier: letters, digits and _, beginning with a letter or _";
  if (systemVerilogKeywords.has(name)) return "is a keyword of SystemVerilog";
  if (port && cppKeywords.has(name)) return "is a word of C++, where Verilator keeps the names of ports";
  if (name.includes("__")) return "contains __, with which tools join the levels of a hierarchy";
  return undefined;
}

/** Name of the constant that the emitted module has for a label: `STATE_IDLE`. */
function enumLabel(name: string, label: string): string {
  const scream = (text: string): string => text.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  return `${scream(name)}_${scream(label)}`;
}

/** Loops may share an index name; all else that differs only in case is one name to a tool that ignores it. */
function similar(names: readonly Name[]): readonly Finding[] {
  const first = new Map<string, string>();
  return names.flatMap(({ name, loc }): Finding[] => {
    const other = first.get(name.toLowerCase());
    if (other === undefined) first.set(name.toLowerCase(), name);
    if (other === undefined || other === name) return [];
    return [
      {
        code: "similar-name",
        severity: "warning",
        path: name,
        message: `${name} and ${other} differ only in case`,
        hint: "rename one: some tools do not tell them apart",
        loc,
      },
    ];
  });
}
