import { SluiceError } from "../../src/error.ts";
import { widthOf, type Module } from "../../src/ir/index.ts";

/** One verilated design in a library. */
export interface VerilatedModel {
  readonly index: number;
  readonly top: Module;
  /** Names of the generated C++ files to compile, relative to the build folder. */
  readonly sources: readonly string[];
  /** Text of the generated header. */
  readonly header: string;
  readonly trace: boolean;
  readonly coverage: boolean;
}

/** Name of the C++ class of model `index`, and of its folder. */
export function className(index: number): string {
  return `Vm${String(index)}`;
}

export function modelFolder(index: number): string {
  return `m${String(index)}`;
}

/** One C++ translation unit with several models: Verilator's files, and for each a class derived from sluice::Model. */
export function unitText(models: readonly VerilatedModel[]): string {
  return ['#include "harness.h"', ...models.map(modelText)].join("\n");
}

/** The C++ of `sluice::newModel` over all models of the library. */
export function dispatchText(count: number): string {
  const indices = Array.from({ length: count }, (_, i) => String(i));
  return [
    "",
    ...indices.map((i) => `sluice::Model* newModel${i}();`),
    "sluice::Model* sluice::newModel(uint32_t index) {",
    "    switch (index) {",
    ...indices.map((i) => `        case ${i}: return newModel${i}();`),
    "    }",
    "    return nullptr;",
    "}",
    "",
  ].join("\n");
}

function modelText(model: VerilatedModel): string {
  const i = String(model.index);
  const name = className(model.index);
  const members = cppMembers(model);
  const ports = model.top.ports.map((port, at) => {
    return `            {&top.${members[at] ?? ""}, ${String(widthOf(port.type))}},`;
  });
  const trace = model.trace
    ? [
        "    VerilatedFstC trace;",
        "    void openTrace(const char* path) override {",
        "        top.trace(&trace, 99);",
        "        trace.open(path);",
        "    }",
        "    void dumpTrace() override { trace.dump(context.time()); }",
      ]
    : ["    void openTrace(const char*) override {}", "    void dumpTrace() override {}"];
  return [
    ...(model.trace ? ['#include "verilated_fst_c.h"'] : []),
    ...(model.coverage ? ['#include "verilated_cov.h"'] : []),
    ...model.sources.map((source) => `#include "${source}"`),
    `struct Model${i} final : sluice::Model {`,
    `    ${name} top{tracingContext(), "TOP"};`,
    ...trace,
    `    Model${i}() {`,
    "        ports = {",
    ...ports,
    "        };",
    "    }",
    `    ~Model${i}() override {`,
    "        top.final();",
    ...(model.trace ? ["        trace.close();"] : []),
    "    }",
    "    void eval() override { top.eval(); }",
    ...(model.coverage
      ? ["    void writeCoverage(const char* path) override { context.coveragep()->write(path); }"]
      : []),
    "    VerilatedContext* tracingContext() {",
    `        context.traceEverOn(${String(model.trace)});`,
    "        return &context;",
    "    }",
    "};",
    `sluice::Model* newModel${i}() { return new Model${i}; }`,
    "",
  ].join("\n");
}

/** Name of the C++ member of every port of the top, checked against what Verilator found in the SystemVerilog. */
function cppMembers({ top, header }: VerilatedModel): readonly string[] {
  const widths = new Map<string, number>();
  for (const [, name, msb, lsb] of header.matchAll(/\bVL_(?:IN|OUT)(?:8|16|64|W)?\(&(\w+),(\d+),(\d+)/g)) {
    if (name !== undefined) widths.set(name, Number(msb) - Number(lsb) + 1);
  }
  return top.ports.map((port) => {
    const encoded = encodeName(port.name);
    // Verilator puts __SYM__ before names that are keywords of C++.
    const member = [encoded, `__SYM__${encoded}`].find((name) => widths.has(name));
    const width = widthOf(port.type);
    if (member === undefined || widths.get(member) !== width) {
      const found = member === undefined ? "no such port" : `${String(widths.get(member))} bits`;
      throw new SluiceError(
        "port-mismatch",
        `port ${port.name} of ${String(width)} bits: the SystemVerilog has ${found}`,
        { where: `${top.name}.${port.name}` },
      );
    }
    return member;
  });
}

/** As Verilator's AstNode::encodeName: a second underscore in a row is written as its character code. */
function encodeName(name: string): string {
  return name.replaceAll("__", "___05F");
}
