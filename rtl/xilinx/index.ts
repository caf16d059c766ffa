export { carry4, carry8 } from "./carry.ts";
export { lut, lut6_2, type LutInputs } from "./lut.ts";
