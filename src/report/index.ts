export { renderReport } from "./render.ts";
export type { FrontPoint, Measured, ReportData } from "./report-data.ts";
