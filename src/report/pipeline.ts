import type { LayerReport, PlanReport } from "../plan/plan-report.ts";
import { amount, count, percent } from "./figures.ts";
import { markup, type Markup } from "./html.ts";
import {
  layOut,
  linesOf,
  shortened,
  sizes,
  type Box,
  type Item,
  type PlacedLayer,
  type Wire,
} from "./pipeline-layout.ts";
import { fifoTitles, unitTitles } from "./titles.ts";

/** The pipeline as a drawing: a box for each layer, its units and FIFOs inside, and how busy each is. */
export async function pipelineDrawing(plan: PlanReport): Promise<Markup> {
  const { width, height, layers, wires } = await layOut(plan);
  return markup`<svg
    class="pipeline"
    role="img"
    aria-labelledby="pipeline-drawing"
    aria-describedby="pipeline-caption"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
  >
    <title id="pipeline-drawing">Pipeline of ${plan.model}, layer by layer</title>
    <defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0L8 4L0 8z" class="arrow" />
      </marker>
    </defs>
    ${layers.map((layer) => layerBox(layer, plan.bottleneck.layer))}
    ${wires.map(wire)}
  </svg>`;
}

function layerBox(placed: PlacedLayer, bottleneck: string): Markup {
  const { layer, items, wires, x, y, width, height } = placed;
  const slowest = layer !== null && layer.name === bottleneck;
  return markup`<g class="layer ${slowest ? "slowest" : ""}" transform="translate(${x} ${y})">
    <rect class="frame" width="${width}" height="${height}" rx="6" />
    ${layer === null ? heading("readout", "the class with the greatest score") : heading(layer.name, facts(layer), slowest)}
    ${items.map(itemBox)} ${wires.map(wire)}
  </g>`;
}

function heading(name: string, text: string, slowest = false): Markup {
  const mark = slowest ? markup`<tspan class="mark" dx="10">slowest layer</tspan>` : null;
  return markup`<text class="name" x="${sizes.padding}" y="20">${shortened(name)}${mark}</text>
    <text class="facts" x="${sizes.padding}" y="38">${text}</text>`;
}

function facts({ kind, folding, cycles, load }: LayerReport): string {
  const { pe, simd, mmv = 1 } = folding ?? { pe: 0, simd: 0 };
  const folded = folding === null ? [kind] : [`PE ${pe}`, `SIMD ${simd}`, ...(mmv > 1 ? [`MMV ${mmv}`] : [])];
  return [...folded, `${count(cycles)} cycles`, percent(load)].join(" · ");
}

function itemBox(item: Item & Box): Markup {
  const { unit, fifo, x, y, width, height } = item;
  return markup`<g class="${unit === undefined ? "fifo" : "unit"}" transform="translate(${x} ${y})">
    <title>${unit === undefined ? fifoTitle(fifo) : unitTitle(unit)}</title>
    <rect class="frame" width="${width}" height="${height}" rx="${unit === undefined ? height / 2 : 4}" />
    ${unit === undefined ? null : loadBar(unit.load, width, height)}
    ${linesOf(item).map((line, i) => {
      const kind = i === 0 ? "name" : "facts";
      return markup`<text class="${kind}" x="${width / 2}" y="${15 + 14 * i}">${shortened(line)}</text>`;
    })}
  </g>`;
}

function unitTitle({ name, unit, cycles, load, lut, bram36 }: NonNullable<Item["unit"]>): string {
  const use = `${amount("lut", lut)} LUT, ${amount("bram36", bram36)} BRAM36`;
  return `${name}: ${unitTitles[unit]}, ${count(cycles)} cycles per frame, load ${percent(load)}, ${use}`;
}

function fifoTitle({ name, depth, peak, bits, implementation }: NonNullable<Item["fifo"]>): string {
  const kind = fifoTitles[implementation];
  return `${name}: ${count(depth)} beats of ${bits} bits in a ${kind}; at most ${count(peak)} wait`;
}

/** Long and orange where a unit is busy, short and blue where it waits. */
function loadBar(load: number, width: number, height: number): Markup {
  const [inner, part] = [width - 8, Math.min(1, Math.max(0, load))];
  return markup`<rect class="track" x="4" y="${height - 11}" width="${inner}" height="6" />
    <rect
      class="load"
      style="--load:${(part * 100).toFixed(1)}%"
      x="4"
      y="${height - 11}"
      width="${(inner * part).toFixed(1)}"
      height="6"
    />`;
}

function wire({ points, label, labelBox: { x, y, width, height } }: Wire): Markup {
  const path = points.map((point, i) => `${i === 0 ? "M" : "L"}${point.x} ${point.y}`).join("");
  return markup`<path class="wire" d="${path}" marker-end="url(#arrow)" />
    <text class="bits" x="${x + width / 2}" y="${y + height - 3}">${label}</text>`;
}
