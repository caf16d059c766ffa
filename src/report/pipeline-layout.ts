import elk, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { FifoReport, LayerReport, PlanReport, StageReport } from "../plan/plan-report.ts";
import { count, percent } from "./figures.ts";
import { fifoTitles, unitTitles } from "./titles.ts";

/** Measures of what is drawn, in pixels: text is monospaced, so that its width is known without its font. */
export const sizes = { character: 6.7, padding: 8, head: 50, unitHeight: 62, fifoHeight: 50 } as const;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Wire {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Bits of a beat, and where that is written. */
  readonly label: string;
  readonly labelBox: Box;
}

export type Item =
  | { readonly unit: StageReport; readonly fifo?: never }
  | { readonly fifo: FifoReport; readonly unit?: never };

/** A layer's units and FIFOs from left to right; places are relative to the box of the layer. */
export interface PlacedLayer extends Box {
  /** Null: what follows the last layer. */
  readonly layer: LayerReport | null;
  readonly items: readonly (Item & Box)[];
  readonly wires: readonly Wire[];
}

export interface PlacedPipeline {
  readonly width: number;
  readonly height: number;
  readonly layers: readonly PlacedLayer[];
  readonly wires: readonly Wire[];
}

/** A row for each layer, one below the other; inside it, units from left to right with the FIFOs between them. */
export async function layOut(plan: PlanReport): Promise<PlacedPipeline> {
  const rows = rowsOf(plan);
  const root = await new elk.default().layout<ElkNode>({
    id: "pipeline",
    layoutOptions: { ...layered, "elk.direction": "DOWN", "elk.padding": padding(2) },
    children: rows.map((row, r) => {
      const { edges, items } = chain(row.items, `${r}`);
      return {
        id: `${r}`,
        layoutOptions: {
          ...layered,
          "elk.direction": "RIGHT",
          "elk.padding": padding(sizes.padding, sizes.head),
          "elk.nodeSize.constraints": "MINIMUM_SIZE",
          "elk.nodeSize.minimum": `(${headWidth(row)},0)`,
          "elk.portConstraints": "FIXED_SIDE",
          // Wires from layer to layer run down the left edge, so that layers begin there.
          "elk.portAlignment.default": "BEGIN",
        },
        children: items,
        edges,
        ports: [port(`${r}:in`, "NORTH"), port(`${r}:out`, "SOUTH")],
      };
    }),
    edges: rows.slice(1).map((_, r) => edge(`${r}:out`, `${r + 1}:in`, outputBits(rows[r]?.items.at(-1)))),
  });
  return {
    ...sizeOf(root),
    layers: zip(rows, root.children ?? []).map(([{ layer, items }, node]) => ({
      layer,
      ...boxOf(node),
      items: zip(items, node.children ?? []).map(([item, place]) => ({ ...item, ...boxOf(place) })),
      wires: (node.edges ?? []).map(wireOf),
    })),
    wires: (root.edges ?? []).map(wireOf),
  };
}

interface Row {
  readonly layer: LayerReport | null;
  readonly items: readonly Item[];
}

/** Units and FIFOs that follow each other in one layer are a row. */
function rowsOf({ layers, stages, fifos }: PlanReport): readonly Row[] {
  const rows: { layer: LayerReport | null; items: Item[] }[] = [];
  for (const unit of stages) {
    const layer = layers.find(({ name }) => name === unit.layer) ?? null;
    let row = rows.at(-1);
    if (row?.layer !== layer) rows.push((row = { layer, items: [] }));
    const fifo = fifos.find(({ name }) => name === unit.name);
    row.items.push(fifo === undefined ? { unit } : { fifo });
  }
  return rows;
}

function chain(items: readonly Item[], row: string): { items: ElkNode[]; edges: ElkExtendedEdge[] } {
  const id = (i: number): string => `${row}.${i}`;
  return {
    items: items.map((item, i) => ({ id: id(i), ...itemSize(item) })),
    edges: items.slice(1).map((_, i) => edge(id(i), id(i + 1), outputBits(items[i]))),
  };
}

/** The lines of text in a box. */
export function linesOf({ unit, fifo }: Item): readonly string[] {
  return fifo === undefined
    ? [unit.name, unitTitles[unit.unit], workOf(unit)]
    : [fifo.name, `${count(fifo.depth)} x ${count(fifo.bits)} b`, fifoTitles[fifo.implementation]];
}

const workOf = ({ cycles, load }: StageReport): string =>
  cycles === 0 ? "with the stream" : `${count(cycles)} · ${percent(load)}`;

/** Names longer than this are cut in the drawing; the tables have them whole. */
const longest = 22;
export const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

const widthOf = (text: string): number => shortened(text).length * sizes.character;

function itemSize(item: Item): { width: number; height: number } {
  const width = Math.max(...linesOf(item).map(widthOf)) + 2 * sizes.padding;
  return item.fifo === undefined
    ? { width, height: sizes.unitHeight }
    : { width: width + sizes.padding, height: sizes.fifoHeight };
}

/** Room for two lines of text above the units. */
const headWidth = ({ layer }: Row): number => widthOf(layer?.name ?? "") + 230;

function outputBits(item: Item | undefined): number {
  if (item === undefined) throw new Error("a row has units");
  return item.fifo === undefined ? item.unit.outputBits : item.fifo.bits;
}

const layered = {
  "elk.algorithm": "layered",
  "elk.layered.spacing.nodeNodeBetweenLayers": "10",
  "elk.layered.spacing.edgeNodeBetweenLayers": "6",
  "elk.spacing.edgeLabel": "2",
  "elk.spacing.labelNode": "2",
};

function padding(all: number, top: number = all): string {
  return `[top=${top},left=${all},bottom=${all},right=${all}]`;
}

/** As wide as twice the way from the left edge to the wire, which ends in its middle. */
const port = (id: string, side: string): NonNullable<ElkNode["ports"]>[number] => ({
  id,
  width: 56,
  height: 0,
  layoutOptions: { "elk.port.side": side },
});

function edge(from: string, to: string, bits: number): ElkExtendedEdge {
  const text = `${count(bits)} b`;
  return {
    id: `${from} ${to}`,
    sources: [from],
    targets: [to],
    labels: [{ text, width: widthOf(text) + 4, height: 14 }],
  };
}

function wireOf({ sections = [], labels = [] }: ElkExtendedEdge): Wire {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => {
    return [startPoint, ...bendPoints, endPoint];
  });
  const [label = {}] = labels;
  return { points, label: label.text ?? "", labelBox: boxOf(label) };
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  return { x, y, width, height };
}

function sizeOf({ width = 0, height = 0 }: Partial<Box>): { width: number; height: number } {
  return { width, height };
}

function zip<A, B>(as: readonly A[], bs: readonly B[]): (readonly [A, B])[] {
  return as.flatMap((a, i) => {
    const b = bs[i];
    return b === undefined ? [] : [[a, b] as const];
  });
}
