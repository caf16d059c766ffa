import type { PlanReport } from "../plan/plan-report.ts";
import { cnvReport } from "./cnv.fixture.ts";

/** A name that ends every context that it could be put into, were it not escaped, and is too long for a line. */
export const hostile = `</script></style></title><img src="https://example.org/x" onerror='alert(1)'>&lt;${"w".repeat(80)}`;

const named = (name: string): string => `${name}${hostile}`;

/** CNV whose every name is hostile. */
export const hostileReport: PlanReport = {
  ...cnvReport,
  model: hostile,
  board: hostile,
  layers: cnvReport.layers.map((layer) => ({ ...layer, name: named(layer.name), kind: hostile })),
  stages: cnvReport.stages.map((stage) => ({
    ...stage,
    name: named(stage.name),
    layer: stage.layer === null ? null : named(stage.layer),
  })),
  fifos: cnvReport.fifos.map((fifo) => ({
    ...fifo,
    name: named(fifo.name),
    from: named(fifo.from),
    to: named(fifo.to),
  })),
  bottleneck: { ...cnvReport.bottleneck, layer: named(cnvReport.bottleneck.layer) },
};
