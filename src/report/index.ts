export { withMeasured } from "./measured.ts";
export type { Predicted } from "./measured.ts";
export { renderReport } from "./render.ts";
export type { FrontPoint, Measured, ReportData } from "./report-data.ts";
