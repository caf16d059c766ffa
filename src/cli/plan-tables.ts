import type { Bottleneck, Cost, PlanReport, Roofline } from "../plan/index.ts";
import { count, table } from "./table.ts";

/** A plan for people: layers, what the board gives, FIFOs, roofline and what the next faster design would take. */
export function planTables(report: PlanReport): string {
  const { model, board, clockMHz } = report;
  return [
    layerTable(report),
    ...(report.fifos.length === 0 ? [] : [fifoTable(report)]),
    totals(report),
    `${model} on ${board} at ${count(clockMHz)} MHz`,
  ].join("\n");
}

function layerTable({ layers, ...whole }: PlanReport): string {
  const rows = layers.map(({ name, kind, folding, cycles, load, lut, bram36 }) => {
    const { pe, simd, mmv } = folding ?? {};
    return [name, kind, pe ?? "", simd ?? "", mmv ?? "", cycles, 100 * load, Math.round(lut), bram36];
  });
  const total = ["all", "", "", "", "", whole.cyclesPerFrame, "", Math.round(whole.lut), whole.bram36];
  return table([...rows, total], ["layer", "kind", "PE", "SIMD", "MMV", "cycles", "load %", "LUT", "BRAM36"]);
}

function fifoTable({ fifos }: PlanReport): string {
  const rows = fifos.map(({ name, from, to, bits, depth, peak, implementation, lut, bram36 }) => {
    return [name, from, to, bits, depth, peak, implementation, Math.round(lut), bram36];
  });
  return table(rows, ["FIFO", "from", "to", "bits", "depth", "waiting", "kind", "LUT", "BRAM36"]);
}

function totals(report: PlanReport): string {
  const { available, weightEfficiency, cyclesPerFrame, latencyCycles, clockMHz, fps } = report;
  const share = (resource: keyof Cost): string => {
    const [used, there] = [report[resource], available[resource]];
    const part = there === 0 ? "" : `, ${percent(used / there)}`;
    return `${count(resource === "bram36" ? used : Math.round(used))} of ${count(there)}${part}`;
  };
  return table([
    ["frames per second", count(fps)],
    ["cycles per frame", count(cyclesPerFrame)],
    ["latency", `${count(latencyCycles)} cycles, ${count(latencyCycles / clockMHz)} us`],
    ["LUT", share("lut")],
    ["FF", share("ff")],
    ["BRAM36", share("bram36")],
    ["DSP", share("dsp")],
    ...(weightEfficiency === null
      ? []
      : [["weights fill", `${percent(weightEfficiency)} of their block RAM`]]),
    ["roofline", rooflineText(report.roofline)],
    ["bottleneck", bottleneckText(report.bottleneck, report)],
  ]);
}

function rooflineText({ achievedTops, fractionOfRoof, peakTops, intensity, boundBy }: Roofline): string {
  const bound = boundBy === "io" ? "what goes in and out" : "LUTs";
  return [
    `${tops(achievedTops)} of ${tops(achievedTops / fractionOfRoof)} TOPS, ${percent(fractionOfRoof)}`,
    `bound by ${bound} at ${count(intensity)} operations per byte`,
    `peak ${tops(peakTops.binary)} binary, ${tops(peakTops.byte)} of 8 bits`,
  ].join("; ");
}

function bottleneckText({ layer, cycles, next }: Bottleneck, now: PlanReport): string {
  const slowest = `${layer}, ${count(cycles)} cycles`;
  if (next === null) return `${slowest}; no folding is faster`;
  const more = [
    `${change(Math.round(next.lut - now.lut))} LUT`,
    `${change(next.bram36 - now.bram36)} BRAM36`,
    ...(next.dsp === now.dsp ? [] : [`${change(next.dsp - now.dsp)} DSP`]),
  ].join(", ");
  const fits = next.fits ? "" : ", which does not fit";
  return `${slowest}; next: ${count(next.cyclesPerFrame)} cycles per frame for ${more}${fits}`;
}

const percent = (part: number): string => `${count(part * 100)} %`;
const tops = (value: number): string => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
const change = (value: number): string => `${value > 0 ? "+" : ""}${count(value)}`;
