export { boardNames, loadBoard } from "./board.ts";
export type { Board } from "./board.ts";
export { checkFolding, loadFolding, maxFolding, parseFolding, serializeFolding } from "./folding.ts";
export type { Folding, LayerFolding } from "./folding.ts";
export type { Stage } from "./pipeline.ts";
export { plan } from "./plan.ts";
export type { FrameShape, Plan } from "./plan.ts";
export { decodeLabels, encodeFrames } from "./frames.ts";
