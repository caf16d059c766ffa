import {
  maskOf,
  registerWidth,
  type Access,
  type Register,
  type RegisterMap,
  type Window,
} from "./register-map.ts";

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** The C header of a register map: offsets, values of constants, masks and shifts of fields. */
export function registerHeader(map: RegisterMap): string {
  const prefix = `SLUICE_${map.name.toUpperCase().replaceAll(/\W/g, "_")}`;
  const guard = `${prefix}_REGISTERS_H`;
  const lines = map.registers.flatMap((register) => {
    const { name, offset, access, fields, value, doc } = register;
    const macro = `${prefix}_${name.toUpperCase()}`;
    return [
      "",
      `/* ${accessText[access]}: ${doc} */`,
      `#define ${macro}_OFFSET 0x${hex(offset, 3)}u`,
      ...(value === undefined || access !== "ro" ? [] : [`#define ${macro}_VALUE 0x${hex(value, 8)}u`]),
      ...fields.flatMap((field) => {
        const at = `${macro}_${field.name.toUpperCase()}`;
        return [
          `/* ${field.doc} */`,
          `#define ${at}_SHIFT ${String(field.lsb)}u`,
          `#define ${at}_MASK 0x${hex(maskOf(field), 8)}u`,
        ];
      }),
    ];
  });
  const windows = (map.windows ?? []).flatMap(({ name, offset, words, width, stride, doc }) => {
    const macro = `${prefix}_${name.toUpperCase()}`;
    return [
      "",
      `/* ${doc} */`,
      `#define ${macro}_OFFSET 0x${hex(offset, 3)}u`,
      `#define ${macro}_WORDS ${String(words)}u`,
      `#define ${macro}_WIDTH ${String(width)}u`,
      "/* Bytes from one word to the next. */",
      `#define ${macro}_STRIDE ${String(stride)}u`,
    ];
  });
  return `${[
    `/* ${map.doc} Written by Sluice. */`,
    `#ifndef ${guard}`,
    `#define ${guard}`,
    "",
    "/* Bytes of the window. */",
    `#define ${prefix}_REGISTERS_SIZE 0x${hex(2 ** map.addressBits, 4)}u`,
    ...lines,
    ...windows,
    "",
    `#endif /* ${guard} */`,
  ].join("\n")}\n`;
}

/** Name and version of the register map's JSON file. */
export const registersFormat = { format: "sluice-registers", version: 1 } as const;

/** The register map itself, for host software. */
export function registersJson(map: RegisterMap): string {
  return `${JSON.stringify({ ...registersFormat, ...map }, null, 2)}\n`;
}

const accessText: Readonly<Record<Access, string>> = {
  ro: "read only",
  rw: "read and write",
  w1c: "read, write 1 to clear",
  wo: "write 1 for a pulse, reads as 0",
};

/** The documentation of a register map, as Markdown. */
export function registersMarkdown(map: RegisterMap): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const registers = map.registers.map((register) =>
    row([
      `0x${hex(register.offset, 3)}`,
      `\`${register.name}\``,
      register.access,
      valueText(register),
      register.doc,
    ]),
  );
  const fields = map.registers.flatMap((register) =>
    register.fields.map(({ name, lsb, width, doc }) => {
      const bits = width === 1 ? String(lsb) : `${String(lsb + width - 1)}:${String(lsb)}`;
      return row([`\`${register.name}.${name}\``, bits, doc]);
    }),
  );
  const access = Object.entries(accessText).map(([name, text]) => `${name}: ${text}`);
  return `${[
    `# Registers of ${map.name}`,
    "",
    map.doc,
    `The window has ${String(2 ** map.addressBits)} bytes. Access is by ${access.join("; ")}.`,
    "Bits of no field read as 0. Anything else, and a write to a register that is read only, is answered SLVERR.",
    "",
    row(["offset", "register", "access", "value", ""]),
    row(["---", "---", "---", "---", "---"]),
    ...registers,
    "",
    row(["field", "bits", ""]),
    row(["---", "---", "---"]),
    ...fields,
    ...windowTexts(map.windows ?? []),
  ].join("\n")}\n`;
}

function windowTexts(windows: readonly Window[]): readonly string[] {
  if (windows.length === 0) return [];
  return [
    "",
    "Memories are written through windows, 32 bits at a time and all four bytes of them, the lowest of a word first: the",
    "word is taken with its last 32 bits. Windows cannot be read.",
    "",
    "| offset | window | words | bits of a word | bytes from word to word | |",
    "| --- | --- | --- | --- | --- | --- |",
    ...windows.map(
      ({ name, offset, words, width, stride, doc }) =>
        `| ${[`0x${hex(offset, 3)}`, `\`${name}\``, words, width, stride, doc].join(" | ")} |`,
    ),
  ];
}

function valueText(register: Register): string {
  const { access, value } = register;
  if (access === "wo" || (access === "ro" && value === undefined)) return "";
  return `0x${hex(value ?? 0, Math.ceil(registerWidth(register) / 4))}`;
}
