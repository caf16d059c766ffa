import { widthOf } from "../ir/index.ts";
import type { EnumType, Type } from "../ir/index.ts";
import { enumsIn, rangeOf } from "./wave-view.ts";
import type { WaveGroup, WaveItem, WaveNames, WaveSignal } from "./wave-view.ts";

/** Of GTKWave's trace flags (its analyzer.h, TraceEntFlagBits). */
const flags = {
  hex: 1 << 1,
  decimal: 1 << 2,
  binary: 1 << 3,
  rightJustified: 1 << 5,
  blank: 1 << 9,
  signed: 1 << 10,
  text: 1 << 11,
  collapsed: 1 << 12,
  translatedByFile: 1 << 13,
  closed: 1 << 22,
  groupBegins: 1 << 23,
  groupEnds: 1 << 24,
  pointShifted: 1 << 30,
} as const;

export interface GtkwaveSave {
  /** Absolute path of the waveform file. */
  readonly dump: string;
  /** Absolute path of this save file. */
  readonly save: string;
  /** Absolute path of the file with an enum's labels; see `gtkwaveLabels`. */
  readonly labels: (type: EnumType) => string;
}

/** A save file for GTKWave 3.3: streams and layers as groups, those of layers closed; enums, numbers and points decoded. */
export function gtkwaveSave(view: WaveGroup, names: WaveNames, { dump, save, labels }: GtkwaveSave): string {
  const translated = new Map(enumsIn(view, names).map((type, i) => [type.name, i + 1]));
  const lines = (item: WaveItem, depth: number): string[] => {
    if (item.kind === "signal") return signalLines(item);
    const closed = depth > 1 ? flags.closed : 0;
    const collapsed = depth > 1 ? flags.closed | flags.collapsed : 0;
    return [
      flagLine(flags.groupBegins | flags.blank | closed),
      `-${item.name}`,
      ...item.items.flatMap((inner) => lines(inner, depth + 1)),
      flagLine(flags.groupEnds | flags.blank | collapsed),
      `-${item.name}`,
    ];
  };
  const signalLines = ({ path, type, fractionBits }: WaveSignal): string[] => {
    const filter = type.kind === "enum" ? translated.get(type.name) : undefined;
    const shifted = fractionBits > 0 ? flags.pointShifted : 0;
    return [
      flagLine((filter === undefined ? 0 : flags.translatedByFile) | formatOf(type, names) | shifted),
      ...(fractionBits > 0 ? [`[fpshift_count] ${String(fractionBits)}`] : []),
      ...(filter === undefined || type.kind !== "enum" ? [] : [`^${String(filter)} ${labels(type)}`]),
      `${path}${type.kind === "enum" && names.from === "native" ? "" : rangeOf(type)}`,
    ];
  };
  return [
    "[*] Written by Sluice for GTKWave",
    `[dumpfile] "${dump}"`,
    `[savefile] "${save}"`,
    "[timestart] 0",
    ...lines(view, 0),
    "",
  ].join("\n");
}

/** A translate filter file: the values of an enum as GTKWave shows them in hexadecimal, and their labels. */
export function gtkwaveLabels(type: EnumType): string {
  const digits = Math.ceil(widthOf(type) / 4);
  return `${type.labels.map((label, i) => `${i.toString(16).toUpperCase().padStart(digits, "0")} ${label}`).join("\n")}\n`;
}

function formatOf(type: Type, { from }: WaveNames): number {
  const { rightJustified } = flags;
  if (type.kind === "enum") return rightJustified | (from === "native" ? flags.text : flags.hex);
  if (widthOf(type) === 1) return rightJustified | flags.binary;
  if (type.kind === "sint") return rightJustified | flags.signed;
  if (type.kind === "uint") return rightJustified | flags.decimal;
  return rightJustified | flags.hex;
}

function flagLine(value: number): string {
  return `@${value.toString(16)}`;
}
