export { openBoard, SimulatedBoard } from "./board.ts";
export type { BoardOptions } from "./board.ts";
export { serveBoard } from "./serve.ts";
