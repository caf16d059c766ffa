import type { Stage } from "../src/plan/index.ts";
import { planHardware, resolveModel } from "../src/flow/index.ts";
import { bitWidth } from "../src/hdl/index.ts";

/** Frames per second of FINN's SFC-max. */
const finnRate = 12_361_000;

/** Picture of a bundled model's pipeline at that rate on the ZC706, as SVG. Reads well on light and dark. */
export function pipelinePicture(model: string): string {
  const network = resolveModel(model);
  const { planned } = planHardware(network, { board: "zc706", fps: finnRate });
  const [unit, buffer, gap, height] = [136, 46, 36, 92];
  const parts: string[] = [];
  let x = gap + 14;
  const middle = 34 + height / 2;
  const arrow = (width: number): void => {
    parts.push(
      `<path d="M${String(x - gap + 4)} ${String(middle)}h${String(gap - 12)}" class="line" marker-end="url(#tip)"/>`,
      `<text x="${String(x - gap / 2)}" y="${String(middle - 8)}" class="small">${String(width)}</text>`,
    );
  };
  let width = planned.input.width;
  for (const stage of planned.stages) {
    const big = stage.cycles > 0;
    const wide = big ? unit : buffer;
    const [top, tall] = big ? [34, height] : [middle - 24, 48];
    arrow(width);
    parts.push(
      `<rect x="${String(x)}" y="${String(top)}" width="${String(wide)}" height="${String(tall)}" rx="6" class="${big ? "unit" : "buffer"}"/>`,
    );
    const lines = describe(stage);
    lines.forEach((line, i) => {
      const y = middle + 5 + (i - (lines.length - 1) / 2) * 19;
      parts.push(
        `<text x="${String(x + wide / 2)}" y="${String(y)}" class="${i === 0 ? "name" : "text"}">${line}</text>`,
      );
    });
    x += wide + gap;
    width = bitWidth(stage.output);
  }
  arrow(width);
  const title = `${network.name}: one frame every ${String(planned.cyclesPerFrame)} cycles, latency ${String(planned.latencyCycles)} cycles, ${String(planned.lanes)} synapses per cycle`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(x)} 168" role="img" aria-label="${title}">
<style>
  text { font: 14px ui-sans-serif, system-ui, sans-serif; text-anchor: middle; fill: #1c2733; }
  .name { font-weight: 600; }
  .small { font-size: 11px; fill: #5b6b7b; }
  .unit { fill: #dcebfa; stroke: #3b7dbd; }
  .buffer { fill: #f3efe2; stroke: #b39b52; }
  .line { stroke: #5b6b7b; fill: none; }
  .back { fill: #ffffff; }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7b"/></marker></defs>
<rect class="back" width="${String(x)}" height="168" rx="8"/>
${parts.join("\n")}
<text x="${String(x / 2)}" y="152" class="text">${title}</text>
</svg>
`;
}

function describe({ name, unit, folding, layer, cycles, depth }: Stage): string[] {
  if (layer !== undefined && "weights" in layer && folding !== undefined) {
    return [
      name,
      `${String(layer.weights.columns)} x ${String(layer.weights.rows)}`,
      `SIMD ${String(folding.simd)}, PE ${String(folding.pe)}`,
      `${String(cycles)} cycles`,
    ];
  }
  return unit === "label-select"
    ? ["label select", `${String(cycles)} cycles`]
    : [unit, ...(depth > 0 ? [String(depth)] : [])];
}
