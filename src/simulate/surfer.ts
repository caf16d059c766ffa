import { widthOf } from "../ir/index.ts";
import type { EnumType } from "../ir/index.ts";
import type { WaveGroup, WaveItem, WaveNames, WaveSignal } from "./wave-view.ts";

/**
 * A command file for Surfer (`surfer --command-file`, run in the folder of the waveform file). Surfer groups only what
 * is marked by hand, so that dividers head streams and layers. Enums are shown by the mapping files of `surferLabels`.
 */
export function surferCommands(view: WaveGroup, names: WaveNames, dump: string): string {
  const lines = [`load_file ${dump}`];
  let items = 0;
  const show = (item: WaveItem): void => {
    items++;
    if (item.kind === "group") {
      lines.push(`divider_add ${item.name}`);
      item.items.forEach(show);
      return;
    }
    lines.push(`variable_add ${item.path}`);
    const format = formatOf(item, names);
    if (format !== undefined) lines.push(`item_focus ${itemName(items - 1)}`, `item_set_format ${format}`);
  };
  show(view);
  return [...lines, "item_unfocus", "zoom_fit", ""].join("\n");
}

/** A mapping translator of Surfer, to be put into `.surfer/mappings` of the folder that it is started in. */
export function surferLabels(type: EnumType): string {
  return [
    `Name = ${type.name}`,
    `Bits = ${String(widthOf(type))}`,
    ...type.labels.map((label, i) => `${String(i)} ${label}`),
    "",
  ].join("\n");
}

/** Undefined where Surfer's own choice, hexadecimal, is right. */
function formatOf({ type }: WaveSignal, { from }: WaveNames): string | undefined {
  if (type.kind === "enum") return from === "native" ? undefined : type.name;
  if (widthOf(type) === 1) return undefined;
  if (type.kind === "sint") return "Signed";
  return type.kind === "uint" ? "Unsigned" : undefined;
}

/** Surfer's name of the item at `index`: its hexadecimal digits as letters from a to p. */
function itemName(index: number): string {
  return index.toString(16).replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}
